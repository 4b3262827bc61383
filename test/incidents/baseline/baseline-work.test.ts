/** A healthy member of a group that alarms is recorded once a day, and never in the way of an alarm. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { AppError, OutageError } from '../../../service/shared/errors.ts';
import type { InstanceId } from '../../../service/shared/ids.ts';
import { acceptAlarm, HOT, PEER } from '../../support/accept-alarm.ts';
import {
  baselineLane,
  DAY,
  GROUP,
  HOUR,
  MINUTE,
  pass,
  quietWorld,
  recording,
  type World,
} from '../../support/baseline-world.ts';
import { answer, printed, runToEnd, tickOnce } from '../../support/engine-world.ts';
import { Dead, Executioner } from '../../support/executioner.ts';
import { FakeFleet } from '../../support/fakes/fake-fleet.ts';
import { limits } from '../../support/limits.ts';

const NO_MATCH = { accounts: [], regions: [], groups: [], alarms: [], tags: [] };
const runs = (world: World) => world.commands.sent.filter(({ label }) => /^cap-baseline-\w+$/.test(label));
const baselines = (world: World) => world.store.baselines(GROUP, 10);

test('it is recorded for ten seconds with the usual script, kept, and nobody is told', async () => {
  const world = quietWorld();
  const mails = world.mail.messages.length;
  await pass(world, recording(world));
  const [baseline, ...more] = baselines(world);
  assert.ok(baseline);
  assert.deepEqual(more, []);
  const { instanceId, launchedBy, cpuPercent, seconds, hz, outcome, failure } = baseline;
  assert.deepEqual(
    { instanceId, launchedBy, cpuPercent, seconds, hz, outcome, failure },
    {
      ...{ instanceId: HOT, launchedBy: 'launch template web v7', cpuPercent: 20, seconds: 10, hz: 99 },
      ...{ outcome: 'collected', failure: null },
    },
  );
  const [run] = runs(world);
  assert.match(run?.script ?? '', /^main 'run' .*'--seconds' '10'/);
  assert.doesNotMatch(run?.script ?? '', /'--v8|'--install/);
  assert.ok(world.commands.sent.some(({ label }) => label === `${baseline.id}:clean`));
  assert.equal(world.mail.messages.length, mails);
  assert.deepEqual(world.store.counts().baselines, { collected: 1 });
  assert.equal(world.store.list({ limit: 10 }).total, 1);
});

test('once a day', async () => {
  const world = quietWorld();
  const runner = recording(world);
  await pass(world, runner, 120);
  assert.equal(runs(world).length, 1);
  world.clock.advance(DAY - 10 * MINUTE);
  await pass(world, runner);
  assert.equal(runs(world).length, 1);
  world.clock.advance(20 * MINUTE);
  await pass(world, runner);
  assert.equal(runs(world).length, 2);
});

test('the rules file says whether, at which rate and with which engine', async () => {
  const ofGroup = (settings: object) =>
    limits({
      book: {
        targets: [],
        defaults: {},
        rules: [{ name: 'web', match: { ...NO_MATCH, groups: ['web-*'] }, settings }],
      },
    });
  const ignored = quietWorld();
  await pass(ignored, recording(ignored, { limits: ofGroup({ ignore: true }) }));
  assert.deepEqual(baselines(ignored), []);
  const world = quietWorld();
  await pass(world, recording(world, { limits: ofGroup({ hz: 49, v8Engine: 'lines', seconds: 60 }) }));
  assert.match(runs(world)[0]?.script ?? '', /'--seconds' '10' '--hz' '49'.*'lines'/);
});

test('a muted group is left alone, and so is one of which nobody is fit', async () => {
  const muted = quietWorld();
  const now = muted.clock.now();
  muted.store.mute({ group: GROUP, untilMs: now + DAY, by: 'ops', atMs: now, reason: null });
  await pass(muted, recording(muted));
  const busy = quietWorld();
  await pass(busy, recording(busy, { percent: 61 }));
  for (const world of [muted, busy]) assert.deepEqual([runs(world), baselines(world)], [[], []]);
  // It is looked at again in a while.
  busy.clock.advance(20 * MINUTE);
  await pass(busy, recording(busy, { percent: 60 }));
  assert.equal(baselines(busy)[0]?.outcome, 'collected');
});

test('while an incident is open, and for an hour after it, nothing is recorded', async () => {
  const world = quietWorld();
  const id = acceptAlarm(world.store, { nowMs: world.clock.now() });
  assert.equal(await runToEnd({ ...world, runner: recording(world) }, id), 'notified');
  world.clock.advance(2 * HOUR);
  await pass(world, recording(world));
  assert.deepEqual(baselines(world), []);
});

test('an alarm that comes meanwhile goes first: the recording is let go, and its command is cancelled', async () => {
  const world = quietWorld();
  const runner = recording(world);
  while (runs(world).length === 0) await tickOnce(world.clock, runner);
  const id = acceptAlarm(world.store, { nowMs: world.clock.now() });
  assert.equal(await runToEnd({ ...world, runner }, id), 'notified');
  const [baseline, ...more] = baselines(world);
  assert.deepEqual([baseline?.outcome, baseline?.failure?.code, more], ['failed', 'MADE_WAY', []]);
  assert.equal(runs(world)[0]?.cancelled, true);
  assert.equal(world.store.captures(id)[0]?.outcome, 'collected');
});

test('what goes wrong on the instance is noted in words, and is the try of that day', async () => {
  const failing = {
    smokejumper: 1,
    ok: false,
    id: 'x',
    code: 'NO_PERF',
    message: 'There is no perf.',
    hint: 'Get it.',
  };
  const world = quietWorld({
    execute: (script, id) =>
      script.includes("'cap-baseline-") ? { ...printed('', failing), exitCode: 69 } : answer(script, id as InstanceId),
  });
  const runner = recording(world);
  const mails = world.mail.messages.length;
  await pass(world, runner, 180);
  const [baseline, ...more] = baselines(world);
  assert.deepEqual([baseline?.outcome, baseline?.failure?.code, more], ['failed', 'NO_PERF', []]);
  assert.deepEqual([runs(world).length, world.mail.messages.length], [1, mails]);
});

test('a group that is gone is noted, and asked about once a day; an outage is waited out', async () => {
  const world = quietWorld();
  const fleet = (error: AppError) => ({ members: () => Promise.reject(error), cpu: async () => new Map() });
  const runner = recording(world, { fleet: fleet(new OutageError('AWS_SILENT', 'AWS does not answer.')) });
  await pass(world, runner, 120);
  assert.deepEqual(baselines(world), []);
  const gone = recording(world, { fleet: fleet(new AppError('GROUP_NOT_FOUND', 'There is no group web-prod.')) });
  await pass(world, gone, 180);
  const [baseline, ...more] = baselines(world);
  assert.deepEqual([baseline?.instanceId, baseline?.failure?.code, more], [null, 'GROUP_NOT_FOUND', []]);
  world.clock.advance(DAY);
  await pass(world, recording(world));
  assert.equal(baselines(world)[0]?.outcome, 'collected');
});

test('one that does not come to an end is let go', async () => {
  const world = quietWorld();
  const silent = () => Promise.reject(new OutageError('AWS_SILENT', 'AWS does not answer.'));
  const commands = Object.assign(Object.create(world.commands), { result: silent });
  const runner = baselineLane(world, { ports: { commands } });
  await pass(world, runner, 20);
  assert.equal(baselines(world)[0]?.outcome, 'pending');
  world.clock.advance(45 * MINUTE);
  await pass(world, runner, 2);
  assert.deepEqual(baselines(world)[0]?.failure?.code, 'BASELINE_TOO_LONG');
});

test('an instance that SSM cannot reach is a failure in words', async () => {
  const world = quietWorld({ reachable: [PEER] });
  await pass(world, recording(world));
  const [baseline] = baselines(world);
  assert.deepEqual([baseline?.outcome, baseline?.failure?.code], ['failed', 'INSTANCE_UNREACHABLE']);
});

/** Kills the service at a call of a port, then lets another one go on. */
async function killedAt(at: number, when: 'before' | 'after'): Promise<{ readonly died: string | null; world: World }> {
  const world = quietWorld();
  const death = new Executioner(at, when);
  const { commands, store } = world.ports;
  const fleet = new FakeFleet(await world.fleet.members(GROUP), new Map([[HOT, 20]]));
  const dying = baselineLane(world, {
    fleet: death.guard('fleet', fleet),
    ports: { commands: death.guard('commands', commands), store: death.guard('store', store) },
  });
  const isOver = () => (baselines(world)[0]?.outcome ?? 'pending') !== 'pending';
  for (let turn = 0; turn < 60 && death.diedAt === null && !isOver(); turn++) {
    await tickOnce(world.clock, dying, death.alive).catch((error: unknown) => {
      if (!(error instanceof Dead)) throw error;
    });
  }
  if (death.diedAt !== null) {
    // Its lease expires.
    world.clock.advance(MINUTE);
    const next = baselineLane(world);
    for (let turn = 0; turn < 90 && !isOver(); turn++) await tickOnce(world.clock, next);
    await pass(world, next, 5);
  }
  return { died: death.diedAt, world };
}

test('killed before or after any of its calls, it is recorded once, or let go', async () => {
  let deaths = 0;
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; ; at++) {
      const { died, world } = await killedAt(at, when);
      if (died === null) break;
      deaths++;
      const [baseline, ...more] = baselines(world);
      assert.deepEqual([baseline?.outcome, more], ['collected', []], died);
      assert.equal(runs(world).length, 1, died);
    }
  }
  assert.ok(deaths > 30, `${deaths} deaths`);
});
