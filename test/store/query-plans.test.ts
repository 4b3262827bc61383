/** Every question to the database costs the same after years as on the first day: none reads a whole table. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { ArtifactFolder } from '../../service/store/artifact-folder.ts';
import { type Db, openDatabase } from '../../service/store/database.ts';
import { SqliteStore } from '../../service/store/sqlite-store.ts';
import { MIGRATIONS, temporaryFolder } from '../support/open-test-store.ts';

/** Tables that grow with the years. */
const LARGE = [
  ...['incident', 'notification', 'artifact', 'capture', 'incident_event', 'delivery', 'pruned', 'operation'],
  ...['incident_triage', 'incident_note', 'incident_label', 'incident_change', 'incident_culprit'],
  ...['term', 'incident_term', 'known_function', 'incident_function', 'incident_cause', 'incident_trace'],
  ...['incident_release', 'history_due', 'tied_alarm'],
];

/** Scans that are bounded by what the index, or the part of the statement that is scanned, holds. */
const BOUNDED: Readonly<Record<string, string>> = {
  incident_due: 'holds only what is unfinished',
  incident_open_hot: 'holds only incidents whose alarm is on',
  incident_open_alarm: 'holds only incidents whose alarm is on',
  incident_open_scope: 'holds only incidents whose alarm is on',
  incident_open_group: 'holds only incidents whose alarm is on',
  delivery_due: 'holds only what is to be delivered',
  notification_rejected: 'holds 10,000 rows, and asked only when it holds one more',
};

/** Indexes under one key of which there may be any number of rows: of one group, of one incident. */
const WIDE = /^SEARCH \w+ .*INDEX (?:incident_group|notification_incident|incident_opened) /;

/** Statements that may scan, and why. */
const EXCEPTIONS: readonly (readonly [text: RegExp, reason: string])[] = [
  [/^SELECT 1 FROM incident LIMIT 1$/, 'takes the first row'],
  [
    /FROM incident WHERE pinned = 0 AND state IN \([^)]*\) ORDER BY opened_at_ms LIMIT :limit$/,
    'takes the oldest ones',
  ],
  [/IN \(SELECT id FROM \(SELECT id, received_at_ms FROM notification .* LIMIT :limit\)/, 'takes the oldest ones'],
  [/FROM operation\s+ORDER BY id (?:DESC )?LIMIT :limit/, 'takes the newest or the oldest ones'],
  [/FROM history_due CROSS JOIN incident .* LIMIT :limit$/s, 'takes the oldest ones'],
  [/^SELECT COUNT\(\*\) FROM notification WHERE [^;]*received_at_ms < :before$/, 'asked only by `prune --dry-run`'],
];

function statementsOf(): { readonly db: Db; readonly texts: readonly string[] } {
  const folder = temporaryFolder();
  const db = openDatabase(join(folder, 'test.sqlite'), MIGRATIONS);
  after(() => db.close());
  const texts: string[] = [];
  const prepare = db.prepare.bind(db);
  db.prepare = ((text: string) => {
    texts.push(text);
    return prepare(text);
  }) as Db['prepare'];
  new SqliteStore(db, new ArtifactFolder(join(folder, 'artifacts')));
  db.prepare = prepare as Db['prepare'];
  return { db, texts };
}

function planOf(db: Db, text: string): string[] {
  const named = Object.fromEntries([...text.matchAll(/[:@$]([a-z]\w*)/gi)].map(([, name]) => [name, null]));
  const positional = [...text.matchAll(/\?/g)].map(() => null);
  const parameters = positional.length > 0 ? positional : [named];
  const rows = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...parameters);
  return (rows as { detail: string }[]).map(({ detail }) => detail);
}

/** The names a statement gives to large tables: their own, and aliases. */
function faultsOf(plan: readonly string[], text: string): string[] {
  const aliases = LARGE.flatMap((table) =>
    [...text.matchAll(new RegExp(`\\b${table}\\s+(?:AS\\s+)?(\\w+)`, 'gi'))].map(([, alias]) => alias),
  );
  if (EXCEPTIONS.some(([exception]) => exception.test(text))) return [];
  const scans = plan.filter((line) => {
    // MAX() over a column without an index says SEARCH, and reads all rows.
    const [, table = '', index = ''] = /^(?:SCAN (\w+)(?:.* INDEX (\w+))?|SEARCH \w+$)/.exec(line) ?? [];
    if (line.startsWith('SEARCH')) return LARGE.some((name) => line === `SEARCH ${name}`);
    return (LARGE.includes(table) || aliases.includes(table)) && !(index in BOUNDED);
  });
  // What refers to a new incident is nothing yet, and before one is deleted its notifications are let go in parts.
  const isBounded = /\bLIMIT\b|^(?:INSERT INTO|DELETE FROM) incident /.test(text);
  if (!isBounded) scans.push(...plan.filter((line) => WIDE.test(line)));
  // Sorting is for what an index has narrowed before.
  const sorts = scans.length > 0 || plan.length === 1 ? plan.filter((line) => /TEMP B-TREE/.test(line)) : [];
  return [...scans, ...sorts];
}

test('no statement of the store reads a table that grows from end to end', () => {
  const { db, texts } = statementsOf();
  assert.ok(texts.length > 40, `${texts.length} statements`);
  const faults = texts.flatMap((text) => faultsOf(planOf(db, text), text).map((fault) => `${fault}: ${text}`));
  assert.deepEqual(faults, []);
});

test('each exception is needed', () => {
  const { texts } = statementsOf();
  for (const [text, reason] of EXCEPTIONS)
    assert.ok(
      texts.some((known) => text.test(known)),
      `${text}: ${reason}`,
    );
});

test('a list takes its rows in the order of an index and sorts none', () => {
  const { db, texts } = statementsOf();
  const lists = texts.filter((text) => / LIMIT :limit$/.test(text));
  assert.ok(lists.length >= 16, `${lists.length} lists`);
  for (const text of lists) assert.doesNotMatch(planOf(db, text).join('\n'), /TEMP B-TREE/, text);
});

test('the check finds what it is for', () => {
  const { db } = statementsOf();
  for (const text of [
    'SELECT * FROM incident ORDER BY headline',
    'SELECT COUNT(*) FROM notification',
    'SELECT 1 FROM artifact AS a WHERE bytes > 1',
    'DELETE FROM notification WHERE reason = :reason',
    "SELECT id FROM incident WHERE group_name = :group AND closed_at_ms IS NULL AND state <> 'lapsed'",
    "SELECT MAX(received_at_ms) FROM notification WHERE outcome <> 'rejected'",
  ]) {
    assert.notDeepEqual(faultsOf(planOf(db, text), text), [], text);
  }
});
