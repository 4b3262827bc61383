/** A drill takes the steps of an incident, and nothing counts it as one. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { drillAlarm } from '../../service/incidents/drill/drill-alarm.ts';
import type { GroupName, IncidentId } from '../../service/shared/ids.ts';
import type { SqliteStore } from '../../service/store/sqlite-store.ts';
import { acceptAlarm, cpuAlarm, HOT } from '../support/accept-alarm.ts';
import { openTestDatabase, openTestStore } from '../support/open-test-store.ts';
import { completeReport } from '../support/sample-report.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const GROUP = 'web-prod' as GroupName;
const DRILL = 'inc-drill' as IncidentId;
const CAPS = { atOnce: 1, perGroup: 1, perAccount: 1 };
const LANE = ['accepted', 'targeted', 'dispatched'] as const;
const claim = (nowMs = NOW) => ({ states: LANE, caps: CAPS, owner: 'me', nowMs, leaseUntilMs: nowMs + 1000 });
const ALARM = drillAlarm(HOT, { seconds: 3, mailTo: ['me@example.com'], by: 'ops', region: 'us-east-1', nowMs: NOW });

function open(store: SqliteStore, id = DRILL, nowMs = NOW): IncidentId {
  store.openDrill(id, ALARM, 'ops started a drill', nowMs);
  return id;
}

/** As targeting, and then the analysis, leave it. */
function report(store: SqliteStore, id: IncidentId, isDrill: boolean): void {
  const taken = store.claim({ ...claim(), only: id });
  assert.equal(taken?.id, id);
  const changes = { group: GROUP, hotInstance: HOT, members: [] };
  assert.ok(store.advance({ id, owner: 'me', from: 'accepted', to: 'targeted', atMs: NOW, detail: 'x', changes }));
  store.saveReport(id, { ...completeReport, ...(isDrill && { isDrill: true as const }) });
}

test('limits, cooldown and open incidents see no drill', () => {
  const store = openTestStore();
  report(store, open(store), true);
  const facts = store.facts(cpuAlarm(NOW), NOW + 1);
  assert.deepEqual([facts.open, facts.scopeAccepted, facts.allAcceptedAtMs], [[], [], []]);
  assert.deepEqual([facts.newestChangeMs, facts.capturing, facts.waiting], [null, 0, 0]);
  const named = cpuAlarm(NOW, { targets: { instanceIds: [HOT], groups: [], hosts: [] } });
  assert.deepEqual(store.facts(named, NOW + 1).scopeAccepted, []);
  assert.deepEqual(store.burning(null), []);
});

test('lists, groups, functions and causes have none; the filter for drills and its id find it', () => {
  const { db, store } = openTestDatabase();
  report(store, open(store), true);
  assert.equal(db.prepare('SELECT COUNT(*) FROM known_function').pluck().get(), 0);
  const seen = (filter: object) => store.list({ limit: 10, ...filter }).rows.map(({ id }) => id);
  const unseen = [
    {},
    { text: 'parseHTML' },
    { group: GROUP },
    { instance: HOT },
    { state: 'over' },
    { alarm: 'drill' },
  ];
  for (const filter of unseen) assert.deepEqual(seen(filter), [], JSON.stringify(filter));
  assert.equal(store.list({ limit: 10 }).total, 0);
  for (const filter of [{ state: 'drill' }, { state: 'drill', text: 'parseHTML' }]) {
    assert.deepEqual(seen(filter), [DRILL], JSON.stringify(filter));
  }
  assert.equal(store.list({ limit: 10, state: 'drill' }).total, 1);
  assert.deepEqual([store.row(DRILL)?.isDrill, store.row(DRILL)?.closedAtMs], [true, NOW]);
  assert.deepEqual(store.groups(), []);
  assert.equal(store.groupHistory(GROUP, NOW), undefined);
  assert.equal(store.seenBefore(DRILL), null);
});

test('an incident with the cause of a drill is the first of its kind', () => {
  const store = openTestStore();
  report(store, open(store), true);
  const id = acceptAlarm(store, { nowMs: NOW });
  report(store, id, false);
  assert.equal(store.seenBefore(id), null);
  assert.deepEqual(store.groups(), [GROUP]);
  assert.equal(store.list({ limit: 10 }).total, 1);
  assert.equal(store.groupHistory(GROUP, NOW)?.total, 1);
});

test('alarms are taken before a drill that is due for longer, and it takes nobody’s place', () => {
  const store = openTestStore();
  open(store);
  const first = acceptAlarm(store, { nowMs: NOW + 1 });
  assert.equal(store.claim(claim(NOW + 2))?.id, first);
  assert.equal(store.queuePlace(first, NOW + 2), null);
  // The one place there is is taken by the alarm; the drill needs none.
  assert.equal(store.claim(claim(NOW + 2))?.id, DRILL);
  const other = store.claim({ ...claim(NOW + 2), caps: { atOnce: 2, perGroup: 2, perAccount: 2 } });
  assert.equal(other, undefined);
});

test('a worker for one drill takes nothing else', () => {
  const store = openTestStore();
  acceptAlarm(store, { nowMs: NOW });
  open(store);
  assert.equal(store.claim({ ...claim(), only: DRILL })?.id, DRILL);
  assert.equal(store.claim({ ...claim(), only: DRILL }), undefined);
  store.addDeliveries(acceptAlarm(store, { nowMs: NOW }), [{ channel: 'mail', recipient: 'a@example.com' }], NOW);
  assert.equal(store.claimDelivery('me', NOW, NOW + 1000, DRILL), undefined);
  store.addDeliveries(DRILL, [{ channel: 'mail', recipient: 'b@example.com' }], NOW);
  assert.equal(store.claimDelivery('me', NOW, NOW + 1000, DRILL)?.recipient, 'b@example.com');
});

test('labels and other changes of a drill do not put it among the incidents', () => {
  const store = openTestStore();
  open(store);
  store.change(DRILL, { what: 'label', label: 'night' }, 'ops', NOW);
  assert.deepEqual(store.list({ limit: 10, label: 'night' }).rows, []);
  assert.equal(store.list({ limit: 10, state: 'drill' }).total, 1);
});

test('retention deletes a drill like any other, and leaves nothing of it', () => {
  const { db, store } = openTestDatabase();
  report(store, open(store), true);
  db.exec(`UPDATE incident SET state = 'notified'`);
  const policy = { incidentMs: 1000, fileBytes: null, notificationMs: null, bodyMs: null };
  assert.equal(store.prune(policy, NOW + 2000, 100).incidents, 1);
  const left = ['drill', 'incident_term', 'term', 'incident'].map((table) =>
    db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get(),
  );
  assert.deepEqual(left, [0, 0, 0, 0]);
  assert.equal(store.list({ limit: 10 }).total, 0);
});
