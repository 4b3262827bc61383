/** Nothing waits for ever, and no lane waits for another. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { IncidentState } from '../../service/incidents/incident.ts';
import { createRunner } from '../../service/incidents/lanes/runner.ts';
import type { RunnerDeps, Step, Steps } from '../../service/incidents/step.ts';
import { AppError } from '../../service/shared/errors.ts';
import type { GroupName, IncidentId } from '../../service/shared/ids.ts';
import { silentLog } from '../../service/shared/log.ts';
import type { SqliteStore } from '../../service/store/sqlite-store.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm, cpuAlarm } from '../support/accept-alarm.ts';
import { letTimePass, ManualClock } from '../support/fakes/manual-clock.ts';
import { openTestDatabase } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const to =
  (state: IncidentState): Step =>
  async () => ({ kind: 'advance', to: state, detail: `to ${state}` });
const hang = () => new Promise<never>(() => undefined);

function open(store: SqliteStore, group: string): IncidentId {
  const targets = { instanceIds: [], groups: [group as GroupName], hosts: [] };
  return acceptAlarm(store, { nowMs: NOW, alarm: cpuAlarm(NOW, { key: group, name: group, targets }) });
}

function setUp(steps: Steps, changes: Partial<RunnerDeps> = {}) {
  const clock = new ManualClock(NOW);
  const { db, store } = openTestDatabase();
  const port = localStore(store);
  const runner = createRunner({
    store: port,
    steps,
    deliver: async () => undefined,
    caps: { atOnce: 20, perGroup: 20, perAccount: 20 },
    clock,
    log: silentLog,
    owner: 'test',
    ...changes,
  });
  const stop = new AbortController();
  /** Runs the lanes while time goes on, until `done`; then ends them. */
  const runUntil = async (what: string, done: () => boolean) => {
    let hasEnded = false;
    const running = runner.run(stop.signal).finally(() => {
      hasEnded = true;
    });
    try {
      await letTimePass(clock, 500, what, done);
    } finally {
      stop.abort();
      await letTimePass(clock, 500, 'the lanes end', () => hasEnded);
      await running;
    }
  };
  return { clock, db, store, port, runner, runUntil };
}

const ALL: Steps = {
  accepted: to('targeted'),
  targeted: to('dispatched'),
  dispatched: to('collected'),
  collected: to('analyzed'),
  analyzed: to('reported'),
  failed: to('reported'),
  reported: to('notified'),
};

for (const stuck of ['collected', 'analyzed', 'reported'] as const) {
  test(`when everything in the state ${stuck} hangs, new fires are still captured`, async () => {
    const { store, runUntil } = setUp({ ...ALL, [stuck]: hang });
    for (let i = 0; i < 30; i++) open(store, `group ${i}`);
    const captured = () => {
      const { accepted = 0, targeted = 0, dispatched = 0 } = store.counts().incidents;
      return accepted + targeted + dispatched === 0;
    };
    await runUntil('all are captured', captured);
  });
}

test('a step that hangs is repeated after its deadline, whatever the call obeys', async () => {
  let calls = 0;
  const { store, runUntil } = setUp({
    ...ALL,
    targeted: async (incident, signal) => (++calls === 1 ? hang() : to('dispatched')(incident, signal)),
  });
  const id = open(store, 'web');
  await runUntil('the second try goes through', () => store.row(id)?.state === 'notified');
  assert.equal(calls, 2);
});

test('a step that always hangs is given up in words', async () => {
  const { store, runUntil } = setUp({ ...ALL, targeted: hang });
  const id = open(store, 'web');
  await runUntil('it is given up', () => store.row(id)?.state === 'notified');
  assert.deepEqual(store.incident(id)?.failure, {
    code: 'STEP_TIMED_OUT',
    message: 'The step from the state targeted did not end within 60 s.',
    hint: null,
  });
});

test('what comes late from a step that was given up on moves nothing', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  let calls = 0;
  const { store, runUntil } = setUp({
    accepted: async () => {
      if (++calls === 1) await held;
      return { kind: 'advance', to: 'targeted', detail: `by call ${calls === 1 ? 1 : 2}` };
    },
    targeted: async () => ({ kind: 'wait', ms: 1000 }),
  });
  const id = open(store, 'web');
  await runUntil('the second try goes through', () => {
    if (store.row(id)?.state === 'targeted') release();
    return store.row(id)?.state === 'targeted';
  });
  assert.equal(store.events(id).filter(({ state }) => state === 'targeted').length, 1);
});

test('the lanes end when they are told to, also while every step hangs', async () => {
  const { store, runUntil } = setUp({ accepted: hang });
  let begun = false;
  const id = open(store, 'web');
  await runUntil('a step is under way', () => {
    begun ||=
      store.claim({
        states: ['accepted'],
        caps: { atOnce: 9, perGroup: 9, perAccount: 9 },
        owner: 'x',
        nowMs: NOW,
        leaseUntilMs: NOW,
      }) === undefined;
    return begun;
  });
  assert.equal(store.incident(id)?.attempts, 0, 'that we end says nothing about the step');
});

test('a disk without room makes the lanes rest, not spin: a claim counts only when it is on disk', async () => {
  let looks = 0;
  const { store, port, clock } = setUp(ALL);
  open(store, 'web');
  const full = {
    ...port,
    claim: async () => {
      looks++;
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    },
    claimDelivery: async () => {
      looks++;
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    },
  };
  const deps = { deliver: async () => undefined, caps: { atOnce: 2, perGroup: 2, perAccount: 2 }, log: silentLog };
  const runner = createRunner({ ...deps, store: full, steps: ALL, clock, owner: 'test' });
  const stop = new AbortController();
  const running = runner.run(stop.signal);
  await letTimePass(clock, 1000, 'a minute', () => clock.steady() >= 60_000);
  stop.abort();
  await running;
  assert.ok(looks < 16 * 14, `${looks} looks in a minute`);
});

test('a postponement that could not be kept makes the lane rest as well', async () => {
  const { store, port, clock } = setUp(ALL);
  open(store, 'web');
  let tries = 0;
  const lost = { ...port, postpone: async () => false };
  const steps: Steps = {
    accepted: async () => {
      tries++;
      throw new AppError('THROTTLED', 'AWS is busy.', { retry: 'later' });
    },
  };
  const deps = { deliver: async () => undefined, caps: { atOnce: 2, perGroup: 2, perAccount: 2 }, log: silentLog };
  const runner = createRunner({ ...deps, store: lost, steps, clock, owner: 'test' });
  const signal = new AbortController().signal;
  assert.equal(await runner.tick(signal), false);
  assert.equal(tries, 1);
});

for (const byMs of [-3_600_000, 3_600_000]) {
  test(`when the clock is set by ${byMs / 60_000} min, nothing stands still and nothing times out`, async () => {
    const { clock, store, runUntil } = setUp({
      ...ALL,
      dispatched: async (incident, signal) =>
        clock.steady() < 30_000 ? { kind: 'wait', ms: 1000 } : to('collected')(incident, signal),
    });
    const id = open(store, 'web');
    let isSet = false;
    await runUntil('it is captured', () => {
      if (!isSet && store.row(id)?.state === 'dispatched' && clock.steady() > 10_000) {
        isSet = true;
        clock.set(byMs);
      }
      return store.row(id)?.state === 'notified';
    });
    assert.ok(isSet);
    assert.ok(clock.steady() < 60_000, `${clock.steady()} ms went by`);
    assert.equal(store.incident(id)?.failure, null);
  });
}

test('a lane says what is due and when it last moved', async () => {
  const { clock, store, runner } = setUp(ALL);
  open(store, 'web');
  clock.advance(5000);
  const lanes = await runner.lanes();
  assert.deepEqual(
    lanes.map(({ name }) => name),
    ['capture', 'analysis', 'report', 'delivery', 'outbox'],
  );
  assert.deepEqual(lanes[0], { name: 'capture', due: 1, oldestDueMs: NOW, lastMovedMs: NOW });
  await runner.tick(new AbortController().signal);
  assert.equal((await runner.lanes())[0]?.lastMovedMs, NOW + 5000);
});
