import assert from 'node:assert/strict';
import test from 'node:test';
import { TRANSITIONS } from '../../service/incidents/incident.ts';
import { createRunner } from '../../service/incidents/lanes/runner.ts';
import { backoffMs } from '../../service/incidents/lanes/step-work.ts';
import type { Step, Steps } from '../../service/incidents/step.ts';
import type { IncidentStore } from '../../service/incidents/store-port.ts';
import { AppError } from '../../service/shared/errors.ts';
import { silentLog } from '../../service/shared/log.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { letTimePass, ManualClock } from '../support/fakes/manual-clock.ts';
import { openTestStore } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const advance =
  (to: keyof typeof TRANSITIONS): Step =>
  async () => ({ kind: 'advance', to, detail: `to ${to}` });

const TELLING = { deliver: async () => undefined, caps: { atOnce: 4, perGroup: 4, perAccount: 4 } };
const claim = (owner: string, nowMs: number) =>
  ({ states: ['accepted'], caps: TELLING.caps, owner, nowMs, leaseUntilMs: nowMs + 30_000 }) as const;

function setUp(steps: Steps) {
  const clock = new ManualClock(NOW);
  const store = openTestStore();
  const id = acceptAlarm(store, { nowMs: NOW });
  const runner = (owner: string) =>
    createRunner({ ...TELLING, store: localStore(store), steps, clock, log: silentLog, owner });
  const state = () => store.incident(id)?.state;
  return { clock, store, id, runner, state };
}

const signal = new AbortController().signal;

test('an incident goes through its states, one step per tick, and leaves an event for each', async () => {
  const { store, id, runner, state } = setUp({ accepted: advance('targeted'), targeted: advance('dispatched') });
  const one = runner('one');
  assert.equal(await one.tick(signal), true);
  assert.equal(state(), 'targeted');
  assert.equal(await one.tick(signal), true);
  assert.deepEqual(
    store.events(id).map((event) => event.state),
    ['accepted', 'targeted', 'dispatched'],
  );
});

test('a step that waits is not due before its time', async () => {
  const { clock, runner, state } = setUp({ accepted: async () => ({ kind: 'wait', ms: 1000 }) });
  const one = runner('one');
  assert.equal(await one.tick(signal), true);
  assert.equal(await one.tick(signal), false);
  clock.advance(1000);
  assert.equal(await one.tick(signal), true);
  assert.equal(state(), 'accepted');
});

test('a fault that may pass is retried, and given up on after some minutes', async () => {
  let calls = 0;
  const { clock, store, id, runner, state } = setUp({
    accepted: async () => {
      calls++;
      throw new AppError('THROTTLED', 'AWS is busy.', { retry: 'later', hint: 'Wait.' });
    },
  });
  const one = runner('one');
  while (state() === 'accepted') {
    while (await one.tick(signal).then((did) => did && state() === 'accepted'));
    clock.advance(1000);
  }
  const minutes = (clock.now() - NOW) / 60_000;
  assert.ok(minutes > 5 && minutes < 6, `${minutes} min`);
  assert.ok(calls > 15 && calls < 30, `${calls} tries`);
  assert.equal(state(), 'failed');
  assert.deepEqual(store.incident(id)?.failure, { code: 'THROTTLED', message: 'AWS is busy.', hint: 'Wait.' });
});

test('each try waits twice as long as the one before it, up to a limit', () => {
  const waits = (isUrgent: boolean) => [1, 2, 3, 4, 5, 10, 11, 50].map((tries) => backoffMs(tries, isUrgent) / 1000);
  assert.deepEqual(waits(true), [1, 2, 4, 8, 15, 15, 15, 15]);
  assert.deepEqual(waits(false), [1, 2, 4, 8, 16, 512, 900, 900]);
});

test('a fault that cannot pass fails at once', async () => {
  const { runner, state } = setUp({
    accepted: async () => {
      throw new AppError('GROUP_NOT_FOUND', 'There is no such group.');
    },
  });
  await runner('one').tick(signal);
  assert.equal(state(), 'failed');
});

test('a bug is retried, too; what is stored of it names its class, the log has its text', async () => {
  const { store, id, clock, runner, state } = setUp({
    accepted: async () => {
      throw new TypeError('members is not iterable');
    },
  });
  const one = runner('one');
  for (let minute = 0; minute < 60 && state() === 'accepted'; minute++) {
    await one.tick(signal);
    clock.advance(60_000);
  }
  assert.equal(state(), 'failed');
  assert.deepEqual(store.incident(id)?.failure, {
    code: 'INTERNAL',
    message: `An internal error stopped the work (TypeError); the log of the service has the details under ${id}.`,
    hint: 'Please report it.',
  });
});

test('the mail is never given up on', async () => {
  let calls = 0;
  const { clock, runner, state } = setUp({
    accepted: advance('failed'),
    failed: advance('reported'),
    reported: async () => {
      calls++;
      throw new AppError('MAIL_FAILED', 'The server refuses.');
    },
  });
  const one = runner('one');
  for (let minute = 0; minute < 300; minute++) {
    await one.tick(signal);
    clock.advance(60_000);
  }
  assert.equal(state(), 'reported');
  assert.ok(calls > 15, `${calls} tries in five hours`);
});

test('two runners never work on the same incident while the lease holds', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { runner } = setUp({
    accepted: async () => {
      await held;
      return { kind: 'advance', to: 'targeted', detail: 'slow' };
    },
  });
  const first = runner('one').tick(signal);
  assert.equal(await runner('two').tick(signal), false);
  release();
  assert.equal(await first, true);
});

test('when a dead runner’s lease has run out another one takes over, and the late result is dropped', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let calls = 0;
  const { clock, store, id, runner, state } = setUp({
    accepted: async () => {
      calls++;
      if (calls === 1) await held;
      return { kind: 'advance', to: 'targeted', detail: `by call ${calls}` };
    },
  });
  const first = runner('one').tick(signal);
  clock.advance(31_000);
  assert.equal(await runner('two').tick(signal), true);
  release();
  await first;
  assert.equal(state(), 'targeted');
  assert.equal(store.events(id).filter((event) => event.state === 'targeted').length, 1);
});

test('after a restart the work of the dead process resumes at once', async () => {
  const { store, id, runner, state } = setUp({ accepted: advance('targeted') });
  assert.equal(store.claim(claim('service-dead', NOW))?.id, id);
  assert.equal(await runner('two').tick(signal), false);
  assert.equal(store.releaseLeases('replay-'), 0, 'of others nothing is taken');
  assert.equal(store.releaseLeases('service-'), 1);
  assert.equal(await runner('two').tick(signal), true);
  assert.equal(state(), 'targeted');
});

test('a database that does not answer for a while does not stop the runner', async () => {
  const { clock, store, state } = setUp({ accepted: advance('targeted') });
  let failures = 0;
  const locked: IncidentStore = {
    ...localStore(store),
    claim: async (request) => {
      if (failures++ < 8) throw new Error('database is locked');
      return store.claim(request);
    },
  };
  const said: string[] = [];
  const log = { ...silentLog, error: (_facts: object, text: string) => said.push(text) };
  const stop = new AbortController();
  let moved = false;
  const onMove = () => {
    moved = true;
  };
  const steps = { accepted: advance('targeted') };
  const running = createRunner({ ...TELLING, store: locked, steps, clock, log, owner: 'one', onMove }).run(stop.signal);
  await letTimePass(clock, 1000, 'it moves', () => moved);
  stop.abort();
  await running;
  assert.equal(state(), 'targeted');
  assert.match(said[0] ?? '', /the lane could not work; will try again/);
});

test('every state but the ends has a step to go, and only to states that exist', () => {
  for (const [state, next] of Object.entries(TRANSITIONS)) {
    if (['notified', 'throttled', 'lapsed'].includes(state)) assert.equal(next.length, 0);
    else assert.ok(next.length > 0, state);
    for (const to of next) assert.ok(to in TRANSITIONS, to);
  }
});

test('the lease of a long step is renewed in time: nobody else does it again', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  let calls = 0;
  const { clock, runner, state } = setUp({
    accepted: async () => {
      if (calls++ === 0) await held;
      return { kind: 'advance', to: 'targeted', detail: 'slow' };
    },
  });
  const first = runner('one').tick(signal);
  for (let second = 0; second < 80; second++) {
    clock.advance(1000);
    assert.equal(await runner('two').tick(signal), false, `after ${second + 1} s`);
  }
  release();
  assert.equal(await first, true);
  assert.deepEqual([calls, state()], [1, 'targeted']);
});

test('the lease of a process that died runs out: another one does the step', async () => {
  const { clock, store, runner, state } = setUp({ accepted: advance('targeted') });
  store.claim(claim('dead', NOW));
  clock.advance(29_000);
  assert.equal(await runner('two').tick(signal), false);
  clock.advance(1001);
  assert.equal(await runner('two').tick(signal), true);
  assert.equal(state(), 'targeted');
});

test('a state without a step, and a move that the table does not know, are bugs that change nothing', async () => {
  const lost = setUp({});
  await assert.rejects(lost.runner('one').tick(signal), {
    code: 'NO_STEP',
    message: 'No step is known for state accepted.',
    retry: 'never',
  });
  assert.equal(lost.state(), 'accepted');
  const astray = setUp({ accepted: advance('notified') });
  assert.equal(await astray.runner('one').tick(signal), true);
  assert.equal(astray.state(), 'failed');
  assert.deepEqual(astray.store.incident(astray.id)?.failure, {
    code: 'BAD_MOVE',
    message: 'An incident cannot go from accepted to notified.',
    hint: null,
  });
});
