import assert from 'node:assert/strict';
import test from 'node:test';
import type { Change } from '../../../service/incidents/triage/change.ts';
import type { IncidentId } from '../../../service/shared/ids.ts';
import { acceptAlarm } from '../../support/accept-alarm.ts';
import { openTestDatabase } from '../../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);

function setUp() {
  const { db, store } = openTestDatabase();
  const id = acceptAlarm(store, { nowMs: NOW });
  const change = (wanted: Change, by = 'ann', at = NOW) => store.change(id, wanted, by, at);
  return { db, store, id, change, triage: () => store.triage(id, NOW) };
}

test('an incident that nobody has touched says nothing', () => {
  const { triage, store, id } = setUp();
  assert.deepEqual(triage(), {
    ...{ acknowledged: null, assignee: null, known: null, fixed: null, labels: [], pinned: false, mute: null },
    ...{ notes: [], changes: [] },
  });
  assert.deepEqual(store.marks([id], NOW), {});
});

test('each change is kept with who made it, when, from what and to what', () => {
  const { change, triage } = setUp();
  change({ what: 'acknowledge' });
  change({ what: 'assign', to: 'bob' }, 'ann', NOW + 1);
  change({ what: 'assign', to: 'cat', was: 'bob' }, 'bob', NOW + 2);
  change({ what: 'known', to: '' });
  change({ what: 'known', to: 'OPS-12' }, 'bob', NOW + 3);
  change({ what: 'fixed', to: '2.3.1' });
  change({ what: 'note', text: 'first *line*\nsecond' });
  change({ what: 'label', label: 'regex' });
  change({ what: 'pin' });
  const now = triage();
  assert.deepEqual(now.acknowledged, { by: 'ann', atMs: NOW });
  assert.equal(now.assignee, 'cat');
  assert.deepEqual(now.known, { text: 'OPS-12', by: 'bob', atMs: NOW + 3 });
  assert.deepEqual(now.fixed, { text: '2.3.1', by: 'ann', atMs: NOW });
  assert.deepEqual(
    now.notes.map(({ text, closed }) => [text, closed]),
    [['first *line*\nsecond', null]],
  );
  assert.deepEqual([now.labels, now.pinned], [['regex'], true]);
  assert.deepEqual(
    now.changes.map(({ who, what, from, to }) => [who, what, from, to].join('|')),
    [
      'ann|acknowledge||ann',
      'ann|assign||bob',
      'bob|assign|bob|cat',
      'ann|known||',
      'bob|known||OPS-12',
      'ann|fixed||2.3.1',
      'ann|note||first *line* second',
      'ann|label||regex',
      'ann|pin||',
    ],
  );
});

test('what was done is undone, and stays in the trail', () => {
  const { change, triage } = setUp();
  change({ what: 'acknowledge' });
  change({ what: 'unacknowledge' }, 'bob');
  change({ what: 'known', to: 'x' });
  change({ what: 'known', to: null });
  change({ what: 'label', label: 'a' });
  change({ what: 'unlabel', label: 'a' });
  change({ what: 'pin' });
  change({ what: 'unpin' });
  change({ what: 'note', text: 'done soon' });
  change({ what: 'close-note', note: triage().notes[0]?.id ?? 0 }, 'bob', NOW + 5);
  const now = triage();
  assert.deepEqual([now.acknowledged, now.known, now.labels, now.pinned], [null, null, [], false]);
  assert.deepEqual(now.notes[0]?.closed, { by: 'bob', atMs: NOW + 5 });
  assert.equal(now.changes.length, 10);
});

test('what is as wanted already changes nothing, and leaves no row', () => {
  const { change, triage } = setUp();
  assert.equal(change({ what: 'acknowledge' }), true);
  for (const wanted of [
    { what: 'acknowledge' },
    { what: 'unpin' },
    { what: 'unlabel', label: 'none' },
    { what: 'assign', to: null },
    { what: 'known', to: null },
  ] as const) {
    assert.equal(change(wanted), false, wanted.what);
  }
  assert.equal(triage().changes.length, 1);
});

test('a row of the trail can neither be changed nor deleted while there is the incident', () => {
  const { db, change } = setUp();
  change({ what: 'pin' });
  assert.throws(() => db.exec("UPDATE incident_change SET who = 'bob'"), /is never changed/);
  assert.throws(() => db.exec('DELETE FROM incident_change'), /goes with its incident only/);
  db.exec('DELETE FROM incident');
  assert.equal(db.prepare('SELECT COUNT(*) FROM incident_change').pluck().get(), 0);
});

test('labels are counted, and found in the order of a list, page by page', () => {
  const { store, change, id, db } = setUp();
  change({ what: 'label', label: 'regex' });
  const others = [1, 2, 3].map((n) => acceptAlarm(store, { nowMs: NOW + n }));
  for (const other of others.slice(0, 2)) store.change(other, { what: 'label', label: 'regex' }, 'bob', NOW);
  store.change(others[2] as IncidentId, { what: 'label', label: 'deploy' }, 'bob', NOW);
  assert.deepEqual(store.labels(), [
    { label: 'deploy', incidents: 1 },
    { label: 'regex', incidents: 3 },
  ]);
  const first = store.list({ label: 'regex', limit: 2 });
  assert.deepEqual(
    first.rows.map((row) => row.id),
    [others[1], others[0]],
  );
  assert.equal(first.total, 3);
  const second = store.list({ label: 'regex', limit: 2, before: first.older ?? '' });
  assert.deepEqual(
    second.rows.map((row) => row.id),
    [id],
  );
  assert.deepEqual(store.list({ label: 'nothing', limit: 2 }).rows, []);
  db.exec(`DELETE FROM incident WHERE id = '${others[2]}'`);
  assert.deepEqual(store.labels(), [{ label: 'regex', incidents: 3 }]);
});

test('a list shows what is done about its incidents, and the mute of their group', () => {
  const { store, change, id } = setUp();
  const other = acceptAlarm(store, { nowMs: NOW + 1 });
  change({ what: 'assign', to: 'bob' });
  assert.deepEqual(Object.keys(store.marks([id, other], NOW)), [id]);
  store.mute({ group: 'web-prod', untilMs: NOW + 1000, by: 'ann', atMs: NOW, reason: null });
  assert.deepEqual(Object.keys(store.marks([id, other], NOW)).sort(), [id, other].sort());
  assert.equal(store.marks([other], NOW)[other]?.mute?.untilMs, NOW + 1000);
  assert.deepEqual(Object.keys(store.marks([id, other], NOW + 1000)), [id], 'it is over');
});

test('a pinned incident outlives its retention', () => {
  const { db, store, id, change } = setUp();
  db.exec("UPDATE incident SET state = 'lapsed'");
  change({ what: 'pin' });
  const policy = { incidentMs: 1000, fileBytes: null, notificationMs: null, bodyMs: null };
  assert.equal(store.prune(policy, NOW + 5000, 10).incidents, 0);
  change({ what: 'unpin' });
  assert.equal(store.prune(policy, NOW + 5000, 10).incidents, 1);
  assert.equal(store.pruned(id)?.deletedBy, null);
});
