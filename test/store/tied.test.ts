/** What the store does with alarms under a composite one. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Alarm } from '../../service/alarms/alarm.ts';
import { tiedAlarms } from '../../service/incidents/tied/tied.ts';
import { rule } from '../../service/rules/ruling.ts';
import type { GroupName, IncidentId } from '../../service/shared/ids.ts';
import { randomId } from '../../service/shared/random-id.ts';
import type { SqliteStore } from '../../service/store/sqlite-store.ts';
import { cpuAlarm, HOT } from '../support/accept-alarm.ts';
import { limits } from '../support/limits.ts';
import { openTestDatabase } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const LATER = NOW + 60_000;
const LIMITS = limits({ allClear: true });
const CAPS = { atOnce: 9, perGroup: 9, perAccount: 9 };
const COMPOSITE = cpuAlarm(NOW, {
  ...{ key: 'composite', name: 'fleet busy', metric: null, isCpu: false, cpuWhenAlarm: null },
  composite: { rule: 'ALARM(a)', childrenArns: [] },
  targets: { instanceIds: [], groups: [], hosts: [] },
});
const group = (name: string): Alarm =>
  cpuAlarm(NOW, {
    ...{ key: `key of ${name}`, name: `${name} CPU` },
    targets: { instanceIds: [], groups: [name as GroupName], hosts: [], wholeGroups: [name as GroupName] },
  });

function tell(store: SqliteStore, alarm: Alarm, nowMs: number) {
  const ids = { messageId: randomId('msg'), incidentId: randomId('inc') as IncidentId };
  const entry = { ...ids, receivedAtMs: nowMs, topicArn: 'arn:topic', body: '{}', alarm };
  return store.accept(entry, (facts) => rule({ limits: LIMITS }, facts, alarm, nowMs));
}

const ok = (alarm: Alarm): Alarm => ({ ...alarm, state: 'OK', previousState: 'ALARM', changedAtMs: LATER });

/** A composite alarm that was accepted, and the move that says whom it is captured on. */
function accepted(names: readonly string[] = ['api', 'jobs']) {
  const { db, store } = openTestDatabase();
  const id = tell(store, COMPOSITE, NOW).incidentId as IncidentId;
  const claim = { states: ['accepted'], caps: CAPS, owner: 'me', nowMs: NOW, leaseUntilMs: NOW + 1000 } as const;
  assert.equal(store.claim(claim)?.id, id);
  const tied = tiedAlarms({ id, alarm: COMPOSITE }, { followed: names.map(group), inAlarm: [HOT] }, LIMITS);
  const changes = { group: 'web' as GroupName, hotInstance: HOT, tied };
  const move = { id, owner: 'me', from: 'accepted', to: 'targeted', atMs: NOW + 5, detail: 'x', changes } as const;
  return { db, store, id, move, ids: tied.alarms.map(({ incidentId }) => incidentId) };
}

test('the move and what it opens are one: who lost the lease opens nothing, and who repeats it nothing more', () => {
  const { store, move, id, ids } = accepted();
  assert.equal(store.advance({ ...move, owner: 'somebody else' }), false);
  assert.deepEqual(store.ties(id).others, []);
  assert.equal(store.advance(move), true);
  assert.equal(store.advance(move), false);
  assert.deepEqual(
    store.ties(id).others.map(({ scope, outcome, incidentId }) => [scope, outcome, incidentId]),
    [
      ['group api', 'accepted', ids[0]],
      ['group jobs', 'accepted', ids[1]],
    ],
  );
  assert.deepEqual(store.ties(ids[0] as IncidentId).under, { alarmName: 'fleet busy', incidentId: id, where: 'web' });
  assert.deepEqual(store.incident(ids[1] as IncidentId)?.alarm.under, {
    ...{ incidentId: id, alarmName: 'fleet busy', inAlarm: [HOT] },
  });
  assert.deepEqual(store.ties('inc-none' as IncidentId), { under: null, others: [] });
});

test('each counts for its own group, and all of them in all', () => {
  const { store, move } = accepted();
  store.advance(move);
  const facts = store.facts(group('api'), LATER);
  assert.deepEqual([facts.scopeAccepted.length, facts.allAcceptedAtMs.length], [1, 3]);
});

test('an OK of the composite alarm closes them in its own transaction, each with a row of the log', () => {
  const { db, store, move, id, ids } = accepted();
  store.advance(move);
  const [api, jobs] = ids as [IncidentId, IncidentId];
  assert.deepEqual(
    store.facts(ok(COMPOSITE), LATER).tied?.map((one) => one.id),
    [api, jobs],
  );
  assert.deepEqual(store.facts(ok(group('api')), LATER).tied, []);
  assert.equal(store.facts(COMPOSITE, LATER).tied, undefined);
  assert.equal(tell(store, ok(group('jobs')), LATER).incidentId, jobs);
  assert.equal(tell(store, ok(COMPOSITE), LATER + 5).incidentId, id);
  for (const [one, at] of [
    [id, LATER + 5],
    [api, LATER + 5],
    [jobs, LATER],
  ] as const)
    assert.equal(store.incident(one)?.closedAtMs, at);
  assert.deepEqual(store.allClear(api), { burntMs: 61_000, atMs: LATER + 5, byAlarm: 'fleet busy' });
  assert.equal(store.allClear(jobs)?.byAlarm, null);
  const rows = store.notifications({ incidentId: api, limit: 9 }).rows.map(({ outcome }) => outcome);
  assert.deepEqual(rows, ['closed', 'accepted']);
  assert.deepEqual(store.facts(ok(COMPOSITE), LATER).tied, []);
  const counted = db.prepare(`SELECT n FROM tally WHERE kind = 'notification' AND key = 'closed'`).pluck().get();
  assert.equal(counted, 3);
});

test('an OK that fails half-way closes none', () => {
  const { db, store, move, id, ids } = accepted();
  store.advance(move);
  db.exec(`CREATE TRIGGER fault BEFORE INSERT ON all_clear WHEN NEW.incident_id = '${ids[1]}'
           BEGIN SELECT RAISE(ABORT, 'full'); END`);
  assert.throws(() => tell(store, ok(COMPOSITE), LATER), /full/);
  for (const one of [id, ...ids]) assert.equal(store.incident(one)?.closedAtMs, null);
});

test('a move that fails half-way opens none', () => {
  const { db, store, move, id, ids } = accepted();
  db.exec(`CREATE TRIGGER fault BEFORE INSERT ON tied_alarm WHEN NEW.position = 1
           BEGIN SELECT RAISE(ABORT, 'full'); END`);
  assert.throws(() => store.advance(move), /full/);
  assert.equal(store.incident(id)?.state, 'accepted');
  for (const one of ids) assert.equal(store.incident(one), undefined);
});

test('who deletes one of them deletes no other; the one that is left says so', () => {
  const { db, store, move, id, ids } = accepted();
  store.advance(move);
  db.exec(`UPDATE incident SET state = 'notified'`);
  const [api, jobs] = ids as [IncidentId, IncidentId];
  while (store.deleteIncident(api, 'ops', LATER, 100));
  assert.deepEqual(
    store.ties(id).others.map(({ outcome, incidentId }) => [outcome, incidentId]),
    [
      ['accepted', null],
      ['accepted', jobs],
    ],
  );
  while (store.deleteIncident(id, 'ops', LATER, 100));
  assert.deepEqual(store.ties(jobs), { under: null, others: [] });
  assert.equal(store.incident(jobs)?.closedAtMs, null);
  assert.equal(db.prepare('SELECT COUNT(*) FROM tied_alarm').pluck().get(), 0);
});

test('a message that is late for what was found already opens nothing', () => {
  const { store, move, ids } = accepted(['api']);
  store.advance(move);
  const early = { ...group('api'), changedAtMs: NOW - 9000 };
  assert.equal(tell(store, early, LATER).outcome, 'ignored');
  assert.equal(tell(store, group('api'), LATER).outcome, 'duplicate');
  const again = { ...group('api'), changedAtMs: NOW + 9000 };
  assert.deepEqual(tell(store, again, LATER).incidentId, ids[0]);
});
