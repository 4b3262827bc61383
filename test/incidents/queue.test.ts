/** Alarms that wait for their turn: within the caps, fairly over groups, and looked at again before they are captured. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Alarm } from '../../service/alarms/alarm.ts';
import type { IncidentState } from '../../service/incidents/incident.ts';
import { createRunner } from '../../service/incidents/runner.ts';
import type { Step } from '../../service/incidents/step.ts';
import { type RecheckDeps, recheckStep } from '../../service/incidents/steps/recheck.ts';
import type { GroupName } from '../../service/shared/ids.ts';
import { silentLog } from '../../service/shared/log.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm, cpuAlarm } from '../support/accept-alarm.ts';
import { ManualClock } from '../support/fakes/manual-clock.ts';
import { openTestStore } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const signal = new AbortController().signal;
const to =
  (state: IncidentState): Step =>
  async () => ({ kind: 'advance', to: state, detail: `to ${state}` });
const wait: Step = async () => ({ kind: 'wait', ms: 10_000 });

function ofGroup(group: string, changes: Partial<Alarm> = {}): Alarm {
  const targets = { instanceIds: [], groups: [group as GroupName], hosts: [] };
  return cpuAlarm(NOW, { key: group, name: group, targets, ...changes });
}

function setUp(caps = { atOnce: 3, perGroup: 1, perAccount: 100 }, steps: Record<string, Step> = {}) {
  const clock = new ManualClock(NOW);
  const store = openTestStore();
  const runner = createRunner({
    store: localStore(store),
    steps: { accepted: to('targeted'), targeted: wait, ...steps },
    deliver: async () => undefined,
    caps,
    clock,
    log: silentLog,
    owner: 'test',
  });
  const settle = async () => {
    while (await runner.tick(signal));
  };
  const inState = (state: IncidentState) => store.counts().incidents[state] ?? 0;
  return { clock, store, runner, settle, inState };
}

test('no more are captured at once than the caps say, and a place that becomes free is taken', async () => {
  const { clock, store, settle, inState } = setUp(undefined, {
    targeted: async (incident) =>
      clock.now() - incident.openedAtMs < 60_000 ? { kind: 'wait', ms: 1000 } : to('dispatched')(incident, signal),
    dispatched: to('collected'),
    collected: async () => ({ kind: 'wait', ms: 3_600_000 }),
  });
  for (let i = 0; i < 10; i++) acceptAlarm(store, { nowMs: NOW, alarm: ofGroup(`group ${i}`) });
  await settle();
  assert.deepEqual([inState('targeted'), inState('accepted')], [3, 7]);
  clock.advance(61_000);
  for (let second = 0; second < 120 && inState('collected') < 10; second++) {
    await settle();
    assert.ok(inState('targeted') + inState('dispatched') <= 3);
    clock.advance(1000);
  }
  assert.equal(inState('collected'), 10);
});

test('a group with many alarms does not hold up the others', async () => {
  const { store, settle } = setUp({ atOnce: 3, perGroup: 2, perAccount: 100 });
  const many = Array.from({ length: 5 }, () => acceptAlarm(store, { nowMs: NOW, alarm: ofGroup('many') }));
  const other = acceptAlarm(store, { nowMs: NOW, alarm: ofGroup('other') });
  await settle();
  const states = [...many, other].map((id) => store.row(id)?.state);
  assert.deepEqual(states, ['targeted', 'targeted', 'accepted', 'accepted', 'accepted', 'targeted']);
});

test('an account has a cap of its own', async () => {
  const { store, settle, inState } = setUp({ atOnce: 9, perGroup: 1, perAccount: 2 });
  for (let i = 0; i < 4; i++)
    acceptAlarm(store, { nowMs: NOW, alarm: ofGroup(`a${i}`, { accountId: '111111111111' }) });
  acceptAlarm(store, { nowMs: NOW, alarm: ofGroup('b', { accountId: '222222222222' }) });
  await settle();
  assert.deepEqual([inState('targeted'), inState('accepted')], [3, 2]);
});

function recheck(changes: Partial<RecheckDeps> = {}) {
  return setUp(undefined, {
    accepted: (incident, stop) =>
      recheckStep(
        { clock: current, log: silentLog, stateOf: async () => null, maxQueueMs: 1_800_000, ...changes },
        to('targeted'),
      )(incident, stop),
  });
}
let current = new ManualClock(NOW);

for (const [what, waitedMs, stateOf, end, words] of [
  ['whose alarm is OK by now', 240_000, 'OK', 'lapsed', /^recovered while it waited 4 min for its turn$/],
  ['whose alarm is still on', 240_000, 'ALARM', 'targeted', /^to targeted$/],
  [
    'that waited too long',
    1_900_000,
    'ALARM',
    'lapsed',
    /^not captured: it waited 31 min 40 s, and the limit is 30 min$/,
  ],
  ['that did not wait', 1_000, 'OK', 'targeted', /^to targeted$/],
] as const) {
  test(`an incident ${what} is ${end}`, async () => {
    const world = recheck({ stateOf: async () => stateOf });
    current = world.clock;
    const id = acceptAlarm(world.store, { nowMs: NOW, alarm: ofGroup('web') });
    world.clock.advance(waitedMs);
    await world.runner.tick(signal);
    const event = world.store.events(id).at(-1);
    assert.equal(event?.state, end);
    assert.match(event.detail, words);
  });
}

test('an OK that arrived while it waited ends it without a question', async () => {
  const world = recheck({ stateOf: () => assert.fail('must not be asked') });
  current = world.clock;
  const id = acceptAlarm(world.store, { nowMs: NOW, alarm: ofGroup('web') });
  const alarm = ofGroup('web', { state: 'OK' });
  const entry = { receivedAtMs: NOW + 5000, messageId: 'ok', topicArn: 'arn', body: '', alarm, incidentId: id };
  world.store.accept(entry, () => ({ outcome: 'closed', incidentId: id, reason: 'OK again' }));
  world.clock.advance(9000);
  await world.runner.tick(signal);
  assert.deepEqual(
    world.store
      .events(id)
      .map(({ state, detail }) => `${state}: ${detail}`)
      .at(-1),
    'lapsed: recovered while it waited 9 s for its turn',
  );
});

test('when CloudWatch cannot be asked, the incident is captured', async () => {
  const world = recheck({ stateOf: () => Promise.reject(new Error('throttled')) });
  current = world.clock;
  const id = acceptAlarm(world.store, { nowMs: NOW, alarm: ofGroup('web') });
  world.clock.advance(240_000);
  await world.runner.tick(signal);
  assert.equal(world.store.row(id)?.state, 'targeted');
});
