/** What was there before is recognised. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../service/compare/differential.ts';
import { functionKey } from '../../service/incidents/history/function-key.ts';
import type { GroupName, IncidentId } from '../../service/shared/ids.ts';
import type { SqliteStore } from '../../service/store/sqlite-store.ts';
import { acceptAlarm, cpuAlarm } from '../support/accept-alarm.ts';
import { openTestDatabase, openTestStore } from '../support/open-test-store.ts';
import { completeReport } from '../support/sample-report.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const [model] = completeReport.findings as [Finding];

function report(cores: Readonly<Record<string, number>>) {
  const findings = Object.entries(cores).map(([fn, deltaCores]) => ({
    ...{ ...model, function: fn, deltaCores },
    ...{ hotCores: deltaCores, healthyCores: 0, route: [fn] },
  }));
  return { ...completeReport, findings };
}

function burn(store: SqliteStore, at: number, cores: Readonly<Record<string, number>>, group = 'web-prod'): IncidentId {
  const targets = { instanceIds: [], groups: [group as GroupName], hosts: [] };
  const id = acceptAlarm(store, { nowMs: NOW + at, alarm: cpuAlarm(NOW, { name: `${at}`, targets }) });
  store.saveReport(id, report(cores));
  return id;
}

test('an incident knows the earlier ones with the same cause, of its group', () => {
  const store = openTestStore();
  const first = burn(store, 1, { parse: 1, walk: 0.1 });
  burn(store, 2, { render: 1 });
  const second = burn(store, 3, { parse: 0.4, read: 0.1 });
  burn(store, 4, { parse: 1 }, 'batch');
  const third = burn(store, 5, { parse: 2 });
  const seen = store.seenBefore(third);
  assert.deepEqual(
    [seen?.times, seen?.cause, seen?.first.id, seen?.latest.map(({ id }) => id)],
    [2, first, first, [second, first]],
  );
  assert.equal(seen?.first.openedAtMs, NOW + 1);
  assert.equal(store.seenBefore(second)?.times, 1);
  assert.equal(store.seenBefore(first), null, 'what came later was not before');
  assert.deepEqual(
    store.list({ limit: 10 }).rows.map(({ alarmName, again }) => `${alarmName} ${again}`),
    ['5 true', '4 false', '3 true', '2 false', '1 false'],
  );
  assert.deepEqual(
    store.list({ cause: first, limit: 10 }).rows.map(({ alarmName }) => alarmName),
    ['5', '3', '1'],
  );
  assert.equal(store.row(third)?.again, true);
});

test('a report that is written anew, with another cause, counts anew', () => {
  const { db, store } = openTestDatabase();
  const first = burn(store, 1, { parse: 1 });
  const second = burn(store, 2, { parse: 1 });
  store.saveReport(second, report({ render: 1 }));
  assert.equal(store.seenBefore(second), null);
  assert.deepEqual(store.list({ cause: second, limit: 10 }).total, 1);
  store.saveReport(second, report({ parse: 1 }));
  assert.equal(store.seenBefore(second)?.first.id, first);
  assert.equal(db.prepare('SELECT COUNT(*) FROM incident_cause').pluck().get(), 2);
  assert.deepEqual(db.prepare('SELECT name FROM known_function ORDER BY name').pluck().all().includes('render'), false);
});

test('with the first incident deleted the others still belong together', () => {
  const { db, store } = openTestDatabase();
  const first = burn(store, 1, { parse: 1 });
  const second = burn(store, 2, { parse: 1 });
  const third = burn(store, 3, { parse: 1 });
  db.prepare('DELETE FROM incident WHERE id = ?').run(first);
  assert.deepEqual(
    store.seenBefore(third)?.latest.map(({ id }) => id),
    [second],
  );
  assert.equal(store.list({ cause: first, limit: 10 }).total, 2);
  db.exec('DELETE FROM incident');
  for (const table of [
    'known_function',
    'incident_function',
    'incident_cause',
    'incident_trace',
    'term',
    'incident_term',
  ])
    assert.equal(db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get(), 0, table);
});

test('what the hot instance ran is kept beside it', () => {
  const store = openTestStore();
  const first = burn(store, 1, { parse: 1 });
  const second = burn(store, 2, { parse: 1 });
  store.saveRelease(first, 'release 41');
  store.saveRelease(second, 'release 42');
  store.saveRelease(second, 'release 43');
  const seen = store.seenBefore(second);
  assert.deepEqual([seen?.latest[0]?.release, seen?.release], ['release 41', 'release 43']);
});

test('an incident knows in what its cause was last said to be fixed, and what ran then', () => {
  const store = openTestStore();
  const first = burn(store, 1, { parse: 1 });
  const second = burn(store, 2, { parse: 1 });
  const third = burn(store, 3, { parse: 1 });
  const fourth = burn(store, 4, { parse: 1 });
  assert.equal(store.seenBefore(third)?.fixed, null);
  store.saveRelease(second, 'release 40');
  for (const [id, to] of [
    [first, '39'],
    [second, '41'],
    [fourth, '45'],
  ] as const)
    store.change(id, { what: 'fixed', to }, 'ann', NOW + 10);
  assert.deepEqual(store.seenBefore(third)?.fixed, { text: '41', atMs: NOW + 10, ran: 'release 40' });
  assert.deepEqual(store.seenBefore(second)?.fixed, { text: '39', atMs: NOW + 10, ran: null });
});

test('of many incidents with a cause the newest are named, and the others counted', () => {
  const { db, store } = openTestDatabase();
  for (let at = 0; at < 8; at++) burn(store, at, { parse: 1 });
  const last = burn(store, 9, { parse: 1 });
  assert.deepEqual([store.seenBefore(last)?.times, store.seenBefore(last)?.latest.length], [8, 5]);
  assert.equal(db.prepare('SELECT COUNT(DISTINCT cause) FROM incident_cause').pluck().get(), 1);
});

test('a function has a history over all recordings, page by page', () => {
  const store = openTestStore();
  const busy = { ...model, function: 'idle' };
  for (let at = 0; at < 5; at++) {
    const id = acceptAlarm(store, { nowMs: NOW + at });
    const functions = [{ ...busy, hotCores: at, healthyCores: 0.5 }];
    store.saveReport(id, { ...report({ parse: 1 }), functions });
    if (at === 3) store.saveRelease(id, 'release 9');
  }
  const key = functionKey(busy);
  const first = store.functionHistory(key, { limit: 2 });
  assert.deepEqual(
    first?.points.rows.map(({ hotCores, healthyCores, isFinding, release }) => ({
      hotCores,
      healthyCores,
      isFinding,
      release,
    })),
    [
      { hotCores: 4, healthyCores: 0.5, isFinding: false, release: null },
      { hotCores: 3, healthyCores: 0.5, isFinding: false, release: 'release 9' },
    ],
  );
  const second = store.functionHistory(key, { limit: 2, before: first?.points.older ?? '' });
  assert.deepEqual(
    second?.points.rows.map(({ hotCores }) => hotCores),
    [2, 1],
  );
  assert.equal(store.functionHistory({ ...key, name: 'other' }, { limit: 2 }), undefined);
  const found = store.functionHistory(functionKey({ ...model, function: 'parse' }), { limit: 9 });
  assert.deepEqual(
    found?.points.rows.map(({ isFinding }) => isFinding),
    Array(5).fill(true),
  );
  assert.equal(found?.package, 'htmlparser2');
});

test('a group has its incidents over time, and what burnt most in them', () => {
  const { db, store } = openTestDatabase();
  burn(store, 1, { parse: 1 });
  burn(store, 2, { parse: 1, render: 1 });
  burn(store, 3, { other: 1 }, 'batch');
  db.exec(`UPDATE incident SET closed_at_ms = opened_at_ms + 1000 WHERE alarm_name = '1'`);
  const history = store.groupHistory('web-prod', NOW + 4002);
  assert.deepEqual([history?.total, history?.openedAtMs], [2, [NOW + 2, NOW + 1]]);
  assert.deepEqual(
    history?.culprits.map(({ name, incidents, coreMs }) => [name, incidents, Math.round(coreMs)]),
    [
      ['parse', 2, 5000],
      ['render', 1, 4000],
    ],
  );
  assert.equal(Math.round(history?.coreMs ?? 0), 9000);
  assert.equal(store.groupHistory('none', NOW), undefined);
});
