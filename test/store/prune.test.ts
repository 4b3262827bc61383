/** What is kept no longer is deleted: all of it, nothing else, in small steps, and it stays known that it was there. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { RetentionPolicy } from '../../service/incidents/retention/retention.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import type { SqliteStore } from '../../service/store/sqlite-store.ts';
import { cpuAlarm } from '../support/accept-alarm.ts';
import { openTestDatabase } from '../support/open-test-store.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const KEEP: RetentionPolicy = { incidentMs: null, fileBytes: null, notificationMs: null, bodyMs: null };
const NONE = { incidents: 0, notifications: 0, bodies: 0, files: 0, fileBytes: 0 };

function setUp() {
  const world = openTestDatabase();
  const { db, store } = world;
  /** A throttled incident is a finished one. */
  const add = (name: string, days: number, files: Readonly<Record<string, string>> = {}): IncidentId => {
    const id = `inc-${name}` as IncidentId;
    const receivedAtMs = NOW - days * DAY;
    const alarm = cpuAlarm(receivedAtMs, { name, key: name });
    const entry = { receivedAtMs, messageId: `m-${name}`, topicArn: 'arn', body: 'body', alarm, incidentId: id };
    store.accept(entry, () => ({ outcome: 'throttled', reason: 'limit' }));
    for (const [file, content] of Object.entries(files)) {
      store.putFile(id, file, 'text/plain', new TextEncoder().encode(content));
    }
    return id;
  };
  const ids = () => store.list({ limit: 50 }).rows.map((row) => row.alarmName);
  const stored = () => readdirSync(world.artifacts, { recursive: true }).filter((name) => `${name}`.length > 64).length;
  return { ...world, db, add, ids, stored };
}

/** All steps, each of `rows`. */
function pruneAll(store: SqliteStore, policy: Partial<RetentionPolicy>, rows = 100) {
  const sum = { ...NONE };
  for (let steps = 0; ; steps++) {
    assert.ok(steps < 200, 'it does not come to an end');
    const { more, ...done } = store.prune({ ...KEEP, ...policy }, NOW, rows);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += done[key];
    if (!more) return sum;
  }
}

test('incidents go by age, the oldest first, and with them all that is theirs', () => {
  const { db, store, add, ids, stored } = setUp();
  add('old', 11, { 'a.txt': 'old' });
  add('older', 12, { 'a.txt': 'older', 'b.txt': 'more' });
  add('young', 9, { 'a.txt': 'young' });
  const plan = store.prunePlan({ ...KEEP, incidentMs: 10 * DAY }, NOW);
  const first = store.prune({ ...KEEP, incidentMs: 10 * DAY }, NOW, 2);
  assert.deepEqual([first.incidents, first.more, ids()], [1, true, ['young', 'old']]);
  const { more: _, ...done } = first;
  const rest = pruneAll(store, { incidentMs: 10 * DAY }, 2);
  assert.deepEqual(plan, { ...NONE, incidents: 2, files: 3, fileBytes: 12 }, 'as it was foretold');
  assert.deepEqual([done.files + rest.files, done.fileBytes + rest.fileBytes, rest.incidents], [3, 12, 1]);
  assert.deepEqual([ids(), stored(), store.counts().artifactBytes], [['young'], 1, 5]);
  assert.equal(db.prepare('SELECT COUNT(*) FROM incident_event').pluck().get(), 1);
  assert.deepEqual(store.list({ text: 'older', limit: 5 }).rows, [], 'and the search has forgotten it');
  assert.equal(store.notifications({ limit: 9 }).total, 3, 'the log has an age of its own');
});

test('what is pinned and what is unfinished stays, whatever its age', () => {
  const { db, store, add, ids } = setUp();
  add('pinned', 900);
  add('unfinished', 800);
  add('gone', 700);
  db.exec("UPDATE incident SET pinned = 1 WHERE alarm_name = 'pinned'");
  db.exec("UPDATE incident SET state = 'reported' WHERE alarm_name = 'unfinished'");
  assert.equal(pruneAll(store, { incidentMs: DAY, fileBytes: 0 }).incidents, 1);
  assert.deepEqual(ids(), ['unfinished', 'pinned']);
});

test('beyond the size of all files the oldest incidents go, but none of the last day', () => {
  const { store, add, ids } = setUp();
  for (const days of [5, 4, 3, 2]) add(`${days}`, days, { 'a.txt': `${days}`.repeat(100) });
  add('today', 0.5, { 'a.txt': 'x'.repeat(1000) });
  assert.deepEqual(store.prunePlan({ ...KEEP, fileBytes: 1_200 }, NOW).incidents, 2);
  assert.deepEqual(pruneAll(store, { fileBytes: 1_200 }), { ...NONE, incidents: 2, files: 2, fileBytes: 200 });
  assert.deepEqual(ids(), ['today', '2', '3']);
  assert.equal(pruneAll(store, { fileBytes: 500 }).incidents, 2);
  assert.deepEqual(ids(), ['today']);
});

test('a file that two incidents share goes with the last of them', () => {
  const { store, add, stored } = setUp();
  add('first', 20, { 'a.txt': 'shared' });
  const second = add('second', 10, { 'b.txt': 'shared' });
  assert.equal(store.prunePlan({ ...KEEP, incidentMs: 15 * DAY }, NOW).files, 0);
  assert.deepEqual(pruneAll(store, { incidentMs: 15 * DAY }), { ...NONE, incidents: 1 });
  assert.equal(new TextDecoder().decode(store.file(second, 'b.txt')?.content), 'shared');
  assert.deepEqual(pruneAll(store, { incidentMs: 5 * DAY }), { ...NONE, incidents: 1, files: 1, fileBytes: 6 });
  assert.equal(stored(), 0);
});

test('what was deleted is still known by its id, for some years', () => {
  const { db, store, add } = setUp();
  const id = add('old', 11);
  db.exec("UPDATE incident SET headline = 'parseHTML 0.02 → 1.41 cores'");
  assert.equal(store.pruned(id), undefined);
  pruneAll(store, { incidentMs: DAY });
  assert.deepEqual(store.pruned(id), {
    id,
    headline: 'parseHTML 0.02 → 1.41 cores',
    alarmName: 'old',
    group: 'web-prod',
    openedAtMs: NOW - 11 * DAY,
    prunedAtMs: NOW,
    deletedBy: null,
  });
  store.prune(KEEP, NOW + 4 * 365 * DAY, 10);
  assert.notEqual(store.pruned(id), undefined);
  store.prune(KEEP, NOW + 6 * 365 * DAY, 10);
  assert.equal(store.pruned(id), undefined);
});

test('an incident that many messages joined is taken apart in steps that are no larger than others', () => {
  const { db, store, add } = setUp();
  const id = add('stormy', 20);
  db.exec(`WITH RECURSIVE many(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < 95)
           INSERT INTO notification (received_at_ms, outcome, reason, incident_id, body)
           SELECT i, 'attached', 'joined', '${id}', '' FROM many`);
  const linked = db.prepare('SELECT COUNT(*) FROM notification WHERE incident_id IS NOT NULL').pluck();
  const left: unknown[] = [];
  while (store.prune({ ...KEEP, incidentMs: DAY }, NOW, 30).more) left.push(linked.get());
  assert.deepEqual(left, [66, 36, 6]);
  assert.deepEqual([linked.get(), store.row(id)], [0, undefined]);
});

test('the log loses bodies first and rows later; what is young is whole', () => {
  const { db, store, add } = setUp();
  for (const days of [50, 49, 20, 19, 18, 1]) add(`${days}`, days);
  const policy = { notificationMs: 40 * DAY, bodyMs: 10 * DAY };
  assert.deepEqual(store.prunePlan({ ...KEEP, ...policy }, NOW), { ...NONE, notifications: 2, bodies: 3 });
  assert.deepEqual(pruneAll(store, policy, 2), { ...NONE, notifications: 2, bodies: 3 });
  const rows = db.prepare('SELECT message_id, body FROM notification ORDER BY id').raw().all();
  assert.deepEqual(rows, [
    ['m-20', ''],
    ['m-19', ''],
    ['m-18', ''],
    ['m-1', 'body'],
  ]);
  assert.equal(store.counts().notifications.throttled, 4);
});

test('without limits nothing is deleted', () => {
  const { store, add, ids } = setUp();
  add('old', 9_000, { 'a.txt': 'x' });
  assert.deepEqual(pruneAll(store, {}), NONE);
  assert.deepEqual(ids(), ['old']);
});

test('a file that a kill left behind is found; one that is young, or that a row refers to, stays', () => {
  const { store, add, artifacts } = setUp();
  const id = add('kept', 1, { 'a.txt': 'kept' });
  const hash = store.file(id, 'a.txt')?.hash ?? '';
  const byte = Number.parseInt(hash.slice(0, 2), 16);
  const path = (name: string) => join(artifacts, hash.slice(0, 2), name);
  const names = ['0', '1', '2.tmp'].map((end) => hash.slice(0, 2) + end.padStart(62, '0'));
  for (const name of names) writeFileSync(path(name), 'left');
  const old = (NOW - 2 * 3_600_000) / 1000;
  for (const name of [hash, names[0] ?? '', names[2] ?? '']) utimesSync(path(name), old, old);
  utimesSync(path(names[1] ?? ''), NOW / 1000, NOW / 1000);
  assert.deepEqual(store.sweepFiles((byte + 1) % 256, NOW), NONE);
  assert.deepEqual(store.sweepFiles(byte, NOW), { ...NONE, files: 2, fileBytes: 8 });
  assert.deepEqual(
    [hash, ...names].map((name) => existsSync(path(name))),
    [true, false, true, false],
  );
});

test('a file that somebody deletes just before a row refers to it is written again', () => {
  const { db, store, add, artifacts } = setUp();
  const id = add('one', 1, { 'a.txt': 'same' });
  const hash = store.file(id, 'a.txt')?.hash ?? '';
  // What another process may do between the look at the file and the lock.
  const other = new Map([['gone', () => store.prune({ ...KEEP, incidentMs: 0 }, NOW, 10)]]);
  const later = add('two', 0);
  const transaction = db.transaction.bind(db);
  db.transaction = ((work: () => unknown) => {
    db.transaction = transaction as typeof db.transaction;
    other.get('gone')?.();
    return transaction(work);
  }) as typeof db.transaction;
  store.putFile(later, 'b.txt', 'text/plain', new TextEncoder().encode('same'));
  assert.equal(store.row(id), undefined);
  assert.equal(store.file(later, 'b.txt')?.hash, hash);
  assert.ok(existsSync(join(artifacts, hash.slice(0, 2), hash)));
});

test('the database file shrinks again after much was deleted', () => {
  const { db, store } = setUp();
  db.exec(`WITH RECURSIVE many(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < 3000)
           INSERT INTO notification (received_at_ms, outcome, reason, body)
           SELECT i, 'ignored', 'r', hex(zeroblob(3000)) FROM many`);
  const pages = () => db.pragma('page_count', { simple: true }) as number;
  const before = pages();
  pruneAll(store, { notificationMs: DAY }, 500);
  assert.ok(pages() < before / 3 && pages() > 1_000, `${before} → ${pages()} pages: some are kept for what comes`);
  assert.equal(db.pragma('integrity_check', { simple: true }), 'ok');
});
