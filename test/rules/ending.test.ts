/** What ends with a composite alarm, and how its children are decided on. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Alarm } from '../../service/alarms/alarm.ts';
import { decide } from '../../service/rules/decide.ts';
import type { NotificationFacts, TiedIncident } from '../../service/rules/notification-facts.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { cpuAlarm } from '../support/accept-alarm.ts';
import { limits } from '../support/limits.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const MINUTE = 60_000;
const own = {
  ...{ id: 'inc-own' as IncidentId, alarmKey: 'composite', alarmName: 'fleet busy' },
  ...{ openedAtMs: NOW - 9 * MINUTE, changedAtMs: NOW - 9 * MINUTE },
};
const tied = (changes: Partial<TiedIncident> = {}): TiedIncident => ({
  ...{ id: 'inc-api' as IncidentId, alarmKey: 'api', alarmName: 'api CPU', mute: null },
  ...{ openedAtMs: NOW - 8 * MINUTE, changedAtMs: NOW - 10 * MINUTE },
  ...changes,
});
const facts = (changes: Partial<NotificationFacts> = {}): NotificationFacts => ({
  ...{ open: [own], newestChangeMs: null, mute: null, scopeAccepted: [], allAcceptedAtMs: [] },
  ...{ capturing: 0, waiting: 0, tied: [tied()] },
  ...changes,
});
const OK: Partial<Alarm> = {
  ...{ key: 'composite', name: 'fleet busy', state: 'OK', changedAtMs: NOW },
  composite: { rule: '', childrenArns: [] },
};

function endsOf(known: NotificationFacts, allClear: boolean | undefined, changes: Partial<Alarm> = {}) {
  const held = allClear === undefined ? limits() : limits({ allClear });
  const decision = decide(held, known, cpuAlarm(NOW, { ...OK, ...changes }), NOW);
  const ends = decision.outcome === 'closed' || decision.outcome === 'ignored' ? (decision.tied ?? []) : [];
  return { decision, ends };
}

test('with an OK ends what is tied to it: whoever got its report is told how long its own alarm burned', () => {
  const { decision, ends } = endsOf(facts(), true);
  assert.equal(decision.outcome, 'closed');
  assert.deepEqual(ends, [
    {
      ...{ incidentId: 'inc-api', tellAfterMs: 10 * MINUTE },
      reason: 'The composite alarm "fleet busy" is OK again, 10 min after "api CPU" went to ALARM under it.',
    },
  ]);
});

test('all-clears that are off, or whose group is muted, are not told', () => {
  assert.deepEqual(Object.keys(endsOf(facts(), undefined).ends[0] ?? {}), ['incidentId', 'reason']);
  assert.match(endsOf(facts(), false).ends[0]?.reason ?? '', /No all-clear is sent: ALL_CLEAR is off\.$/);
  const mute = { group: 'api', untilMs: NOW + MINUTE, by: 'ops', reason: null, atMs: NOW };
  const { decision, ends } = endsOf(facts({ tied: [tied({ mute }), tied({ id: 'inc-jobs' as IncidentId })] }), true);
  assert.deepEqual(
    ends.map(({ tellAfterMs }) => tellAfterMs),
    [undefined, 10 * MINUTE],
  );
  assert.match(ends[0]?.reason ?? '', /"api" is muted until/);
  assert.equal(decision.outcome === 'closed' && decision.tellAfterMs, 9 * MINUTE);
});

test('it ends also where the incident of the composite alarm is closed, and not with an OK of before', () => {
  const without = endsOf(facts({ open: [] }), true);
  assert.deepEqual([without.decision.outcome, without.ends.length], ['ignored', 1]);
  assert.deepEqual(endsOf(facts({ open: [] }), true, { changedAtMs: NOW - 11 * MINUTE }).ends, []);
  assert.deepEqual(endsOf(facts(), true, { changedAtMs: NOW - 9.5 * MINUTE }).ends, []);
  assert.deepEqual(endsOf(facts({ tied: [] }), true).ends, []);
});

test('a child that was asked for is never too old, is included with its composite alarm, and excluded by name', () => {
  const under = { incidentId: 'inc-own' as IncidentId, alarmName: 'fleet busy', inAlarm: [] };
  const old = cpuAlarm(NOW, { name: 'api CPU', changedAtMs: NOW - 600 * MINUTE });
  const quiet = facts({ open: [] });
  assert.equal(decide(limits(), quiet, old, NOW).outcome, 'ignored');
  assert.equal(decide(limits(), quiet, { ...old, under }, NOW).outcome, 'accepted');
  const included = limits({ include: ['fleet *'] });
  const fresh = cpuAlarm(NOW, { name: 'api CPU' });
  assert.equal(decide(included, quiet, fresh, NOW).outcome, 'ignored');
  assert.equal(decide(included, quiet, { ...fresh, under }, NOW).outcome, 'accepted');
  assert.equal(decide(limits({ include: ['jobs *'] }), quiet, { ...fresh, under }, NOW).outcome, 'ignored');
  assert.equal(decide(limits({ exclude: ['api *'] }), quiet, { ...fresh, under }, NOW).outcome, 'ignored');
});
