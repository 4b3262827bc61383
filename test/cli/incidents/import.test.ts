/** An incident on its way into another store: exported by the one, imported by the other. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { readArchive, readCaptures } from '../../../service/cli/incidents/archive/read-archive.ts';
import { REPORT } from '../../../service/cli/incidents/archive/report-shape.ts';
import { readTimes } from '../../../service/cli/incidents/archive/times.ts';
import { STATES } from '../../../service/incidents/incident.ts';
import { svgToPng } from '../../../service/raster/png.ts';
import type { IncidentId } from '../../../service/shared/ids.ts';
import { silentLog } from '../../../service/shared/log.ts';
import { openSqliteStore } from '../../../service/store/open-store.ts';
import type { SqliteStore } from '../../../service/store/sqlite-store.ts';
import { localStore } from '../../../service/store/store-calls.ts';
import { reportedIncident } from '../../support/browser/serve-incident.ts';
import { filesOf, inlineAnalysis } from '../../support/inline-analysis.ts';
import { MIGRATIONS, temporaryFolder } from '../../support/open-test-store.ts';

const CLI = join(import.meta.dirname, '../../../service/cli/main.ts');
const folder = temporaryFolder();
const CAPTURES = ['hot.capture.gz', 'healthy.capture.gz'];
const DAY_MS = 86_400_000;
let id: IncidentId;

before(async () => {
  const { db, store: synchronous } = openSqliteStore(join(folder, 'data'), MIGRATIONS, 'writing');
  const store = localStore(synchronous);
  const analysis = inlineAnalysis({ rasterise: (svg) => svgToPng(svg, { width: 600, scale: 2 }) });
  const files = filesOf(store, analysis);
  const publicUrl = () => 'https://smokejumper.example.com';
  id = await reportedIncident(synchronous, {
    ...{ store, analysis, files, log: silentLog, publicUrl },
    excerpts: 'mail',
  });
  synchronous.change(id, { what: 'label', label: 'checkout' }, 'ana', 1_000);
  synchronous.change(id, { what: 'known', to: 'ticket 7' }, 'ana', 2_000);
  synchronous.change(id, { what: 'note', text: 'We wait for the *parser*.' }, 'bo', 3_000);
  db.close();
  const { code, err } = incidents(['export', id, '-o', 'fire'], 'data');
  assert.equal(code, 0, err);
});

function incidents(args: readonly string[], data: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'incidents', ...args], {
    ...{ encoding: 'utf8', cwd: folder, env: { PATH: process.env.PATH, DATA_DIR: join(folder, data) } },
  });
  return { code: status, out: stdout, err: stderr };
}

/** What the store of a folder says. */
function looked<T>(data: string, look: (store: SqliteStore) => T): T {
  const { db, store } = openSqliteStore(join(folder, data), MIGRATIONS, 'looking');
  try {
    return look(store);
  } finally {
    db.close();
  }
}

test('an incident goes into another store with its id, report, captures, filters and what people said', () => {
  const { code, out, err } = incidents(['import', 'fire', '--label', 'Moved'], 'other');
  assert.deepEqual([code, out, err], [0, `${id}\n`, 'imported 1 incident\n']);
  const before = looked('data', (store) => ({
    row: store.row(id),
    report: store.report(id),
    release: store.file(id, 'source.json'),
  }));
  looked('other', (store) => {
    assert.deepEqual(store.report(id), before.report);
    const { closedAtMs, ...row } = store.row(id) ?? { closedAtMs: null };
    const { closedAtMs: _, ...same } = before.row ?? { closedAtMs: null };
    assert.deepEqual(row, same);
    assert.ok(closedAtMs !== null, 'it is over');
    const [finding] = before.report?.findings ?? [];
    for (const filter of [
      { label: 'moved' },
      { function: finding?.function ?? '' },
      { group: 'web-prod' },
      { state: 'over' },
    ]) {
      assert.equal(store.list({ limit: 5, ...filter }).rows[0]?.id, id, JSON.stringify(filter));
    }
    assert.equal(store.groupHistory('web-prod', Date.now())?.total, 1);
    const { labels, known, notes } = store.triage(id, Date.now());
    assert.deepEqual([labels, known?.text, known?.by], [['checkout', 'moved'], 'ticket 7', 'ana']);
    assert.deepEqual(
      notes.map(({ text, by, atMs }) => [text, by, atMs]),
      [['We wait for the *parser*.', 'bo', 3_000]],
    );
    assert.match(store.events(id).at(-1)?.detail ?? '', /; imported$/);
    assert.equal(store.backlog(STATES, Date.now()).due, 0);
    assert.equal(store.deliveryBacklog(Date.now()).due, 0);
  });
  const again = incidents(['export', id, '-o', 'back'], 'other');
  assert.equal(again.code, 0, again.err);
  for (const name of [...CAPTURES, 'hot.svg']) {
    assert.deepEqual(readFileSync(join(folder, 'back', name)), readFileSync(join(folder, 'fire', name)), name);
  }
  const sourceIn = (name: string) => JSON.parse(readFileSync(join(folder, name, 'source.json'), 'utf8')) as unknown;
  assert.deepEqual(sourceIn('back'), sourceIn('fire'));
});

test('what is there already is left alone; another incident of its id is refused, and is a copy with a new id', () => {
  incidents(['import', 'fire'], 'twice');
  const same = incidents(['import', 'fire'], 'twice');
  assert.deepEqual([same.code, same.err], [0, 'imported 0 incidents; 1 was there already\n']);
  const other = incidents(['import', 'fire', '--at', '2020-05-03', '--json'], 'twice');
  assert.deepEqual([other.code, JSON.parse(other.err.split('\n')[1] ?? '').error.code], [1, 'INCIDENT_EXISTS']);
  const times = '2020-05-03T14:00Z,2020-05-01';
  const copies = incidents(['import', 'fire', 'fire', '--new-ids', '--json', '--at', times], 'twice');
  assert.equal(copies.code, 0, copies.err);
  const [first, second] = JSON.parse(copies.out).incidents as { id: IncidentId; openedAtMs: number }[];
  assert.deepEqual([first?.openedAtMs, second?.openedAtMs], [Date.UTC(2020, 4, 1), Date.UTC(2020, 4, 3, 14)]);
  looked('twice', (store) => {
    assert.equal(store.list({ limit: 9 }).total, 3);
    assert.equal(new Set([id, first?.id, second?.id]).size, 3);
    const copy = second?.id ?? id;
    const report = store.report(copy);
    assert.equal(report?.incidentId, copy);
    assert.equal(report?.openedAtMs, second?.openedAtMs);
    const original = store.report(id);
    assert.equal(
      (original?.generatedAtMs ?? 0) - (report?.generatedAtMs ?? 0),
      (original?.openedAtMs ?? 0) - (second?.openedAtMs ?? 0),
    );
    assert.equal(store.seenBefore(copy)?.times, 2, 'the same cause, twice before');
    assert.match(store.events(copy).at(-1)?.detail ?? '', new RegExp(`a copy of ${id}, dated anew: it opened 2026-`));
    const recorded = (one: IncidentId) =>
      store.captures(one).map((capture) => store.file(one, `${capture.id}.capture.gz`)?.hash);
    assert.deepEqual(recorded(copy), recorded(id));
    assert.equal(store.groupHistory('web-prod', Date.now())?.openedAtMs.length, 3);
  });
  const { code, err } = incidents(['export', second?.id ?? '', '-o', 'copy'], 'twice');
  assert.equal(code, 0, err);
  assert.match(readFileSync(join(folder, 'copy/hot.svg'), 'utf8'), /^<\?xml|^<svg/);
});

test('it goes in beside a running service, and an incident that was deleted comes back', () => {
  const { db, store } = openSqliteStore(join(folder, 'running'), MIGRATIONS, 'writing');
  assert.equal(incidents(['import', 'fire'], 'running').code, 0);
  store.prune({ incidentMs: DAY_MS, fileBytes: null, notificationMs: null, bodyMs: null }, Date.UTC(2040, 1), 100);
  assert.deepEqual([store.row(id), store.pruned(id)?.id], [undefined, id]);
  assert.equal(incidents(['import', 'fire'], 'running').code, 0);
  assert.deepEqual([store.row(id)?.id, store.pruned(id)], [id, undefined]);
  db.close();
});

test('an archive that says what none of ours could say is refused in words, and nothing of it is written', async () => {
  type Json = Record<string, unknown>;
  const index = JSON.parse(readFileSync(join(folder, 'fire/incident.json'), 'utf8')) as Json & { report: Json };
  const refused = async (change: Json | string, words: RegExp) => {
    cpSync(join(folder, 'fire'), join(folder, 'bad'), { recursive: true });
    const text = typeof change === 'string' ? change : JSON.stringify({ ...index, ...change });
    writeFileSync(join(folder, 'bad/incident.json'), text);
    await assert.rejects(readArchive(join(folder, 'bad')), { code: 'ARCHIVE_INVALID', message: words });
  };
  const { report } = index;
  await refused('{', /^Cannot import ".*bad\/incident\.json": it is not JSON\.$/);
  await refused('null', /the whole: /);
  await refused({ report: null }, /has no report yet/);
  await refused({ id: '../../etc' }, /id: /);
  await refused({ id: 'inc-other' }, /the report is that of another incident/);
  await refused({ closedAtMs: 5 }, /it ends before it begins/);
  await refused({ report: { ...report, findings: 'none' } }, /report\.findings: /);
  await refused({ report: { ...report, shortcomings: ['x'.repeat(60_000)] } }, /report\.shortcomings\.0: /);
  await refused({ report: { ...report, hotInstance: '<script>' } }, /report\.hotInstance: no id of an instance/);
  await refused({ triage: { labels: Array(21).fill('x'), known: null, fixed: null, notes: [] } }, /triage\.labels: /);
  const both = incidents(['import', 'fire', 'bad', '--json'], 'hostile');
  assert.deepEqual([both.code, both.err.includes('ARCHIVE_INVALID')], [1, true]);
  cpSync(join(folder, 'fire'), join(folder, 'odd'), { recursive: true });
  const odd = await readArchive(join(folder, 'odd'));
  writeFileSync(join(folder, 'odd/hot.capture.gz'), new Uint8Array([1, 2, 3]));
  await assert.rejects(readCaptures(odd), /odd\/hot\.capture\.gz": it is not a gzip file/);
  writeFileSync(join(folder, 'odd/hot.capture.gz'), new Uint8Array(25 << 20));
  await assert.rejects(readCaptures(odd), /larger than 24 MiB/);
  await assert.rejects(readArchive(join(folder, 'absent')), /it has no incident\.json/);
});

test('of the reports that the demo has recorded nothing is lost', () => {
  const history = join(import.meta.dirname, '../../../sandbox/demo/history/recorded');
  for (const fire of readdirSync(history)) {
    const { report } = JSON.parse(readFileSync(join(history, fire, 'incident.json'), 'utf8')) as { report: unknown };
    assert.deepEqual(REPORT.parse(report), report, fire);
  }
});

test('--at takes one past time for each folder', () => {
  const now = Date.UTC(2026, 4, 4);
  assert.deepEqual(readTimes('2026-05-03T14:00Z,2026-05-03', 2, now), [Date.UTC(2026, 4, 3, 14), Date.UTC(2026, 4, 3)]);
  assert.throws(() => readTimes('2020-02-31', 1, now), /a day or a time in UTC/);
  assert.throws(() => readTimes('yesterday', 1, now), /a day or a time in UTC/);
  assert.throws(() => readTimes('2020-02-01,2020-02-02', 1, now), /there are 1, and 2 times/);
  assert.throws(() => readTimes('2026-05-05', 1, now), /is still to come/);
});

test('a drill stays one in the other store', () => {
  const path = join(folder, 'drill', 'incident.json');
  cpSync(join(folder, 'fire'), join(folder, 'drill'), { recursive: true });
  const json = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...json, report: { ...json.report, isDrill: true } }));
  const { code, err } = incidents(['import', 'drill'], 'drilled');
  assert.equal(code, 0, err);
  looked('drilled', (store) => {
    assert.deepEqual(store.list({ limit: 10 }).rows, []);
    assert.equal(store.row(id)?.isDrill, true);
    assert.equal(store.list({ limit: 10, state: 'drill' }).rows[0]?.id, id);
  });
});
