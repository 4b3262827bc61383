/** A fleet alarms at once while SSM takes one call a second: what becomes of the recordings. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import type { Capture } from '../../service/incidents/incident.ts';
import { createRunner } from '../../service/incidents/lanes/runner.ts';
import type { CommandsPort } from '../../service/incidents/ports.ts';
import type { Step } from '../../service/incidents/step.ts';
import { collectStep } from '../../service/incidents/steps/collect.ts';
import { CommandTraffic } from '../../service/incidents/steps/command-traffic.ts';
import { dispatchStep } from '../../service/incidents/steps/dispatch.ts';
import { ThrottledError } from '../../service/shared/errors.ts';
import type { CaptureId, GroupName, InstanceId } from '../../service/shared/ids.ts';
import { silentLog } from '../../service/shared/log.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm, cpuAlarm } from '../support/accept-alarm.ts';
import { NOW, printed } from '../support/engine-world.ts';
import { FakeCommands, type FakeRun } from '../support/fakes/fake-commands.ts';
import { ManualClock } from '../support/fakes/manual-clock.ts';
import { openTestDatabase } from '../support/open-test-store.ts';

const GROUPS = 25;
const SECONDS = 10;
/** From the end of a recording to its result, on the instance. */
const REDUCE_MS = 3_000;
/** Of the SDK: tries of a call, and its pauses between them. */
const PAUSES_MS = [300, 600, 1_200];
const BURST = 5;
const LIMIT_S = 1_200;
const TICK_MS = 100;
/** Of 10 s that are recorded. */
const TOGETHER_MS = 1_000;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What an instance recorded fits into one answer. */
function answer(script: string): FakeRun {
  const bytes = Buffer.alloc(600, 1);
  const id = /'--id' '([^']+)'/.exec(script)?.[1] ?? '';
  const chunk = { offset: 0, length: bytes.length };
  const report = { smokejumper: 1, ok: true, id, bytes: bytes.length, sha256: sha256(bytes), chunk };
  return printed(bytes.toString('base64'), report);
}

interface Recording {
  readonly beganAtMs: number;
  readonly askedForMs: number;
}

/** SSM at one call a second, instances that record, and a note of when each began. */
function throttledSsm(clock: ManualClock, instances: readonly InstanceId[]) {
  const inner = new FakeCommands(instances, answer);
  const recordings = new Map<InstanceId, Recording>();
  let tokens = BURST;
  let filledAtMs = clock.steady();
  const take = () => {
    tokens = Math.min(BURST, tokens + (clock.steady() - filledAtMs) / 1000);
    filledAtMs = clock.steady();
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
  const call = async (api: string) => {
    for (const pauseMs of [...PAUSES_MS, null]) {
      if (take()) return;
      if (pauseMs !== null) await clock.sleep(pauseMs);
    }
    throw new ThrottledError('SSM_FAILED', `AWS throttles ${api}.`);
  };
  const commands: CommandsPort = {
    async send(request) {
      await call('SendCommand');
      const startAtMs = Number(request.call.options.startAt) * 1000;
      const recording = { beganAtMs: Math.max(clock.now(), startAtMs), askedForMs: startAtMs };
      if (request.call.action === 'run') recordings.set(request.instanceId, recording);
      return inner.send(request);
    },
    async find(...args) {
      await call('ListCommands');
      return inner.find(...args);
    },
    async result(instanceId, commandId) {
      await call('GetCommandInvocation');
      const endedAtMs = (recordings.get(instanceId)?.beganAtMs ?? 0) + SECONDS * 1000 + REDUCE_MS;
      if (clock.now() < endedAtMs)
        return { status: 'running', detail: 'InProgress', exitCode: null, stdout: '', stderr: '' };
      for (;;) {
        const result = await inner.result(instanceId, commandId);
        if (result.status !== 'pending' && result.status !== 'running') return result;
      }
    },
    cancel: (...args) => inner.cancel(...args),
  };
  return { commands, recordings, describe: () => call('DescribeInstanceInformation') };
}

const to =
  (state: 'analyzed' | 'reported' | 'notified'): Step =>
  async () => ({ kind: 'advance', to: state, detail: state });

test('25 groups, SSM at one call a second: each is recorded on both sides, and both sides at once', async (context) => {
  const clock = new ManualClock(NOW);
  const { store } = openTestDatabase();
  const port = localStore(store);
  const id = (at: number) => `i-${at.toString(16).padStart(17, '0')}` as InstanceId;
  const pairs = new Map(Array.from({ length: GROUPS }, (_, at) => [`group-${at}`, [id(2 * at), id(2 * at + 1)]]));
  const ssm = throttledSsm(clock, [...pairs.values()].flat());
  const traffic = new CommandTraffic(clock);
  const target: Step = async (incident) => {
    await ssm.describe();
    const instances = pairs.get(incident.alarm.name) ?? assert.fail();
    const captures = instances.map(
      (instanceId, at): Capture => ({
        ...{ id: `cap-${instanceId}` as CaptureId, incidentId: incident.id, instanceId },
        ...{ role: at === 0 ? 'hot' : 'peer', seconds: SECONDS, hz: 99 },
        ...{ startAtMs: null, commandId: null, outcome: 'pending', failure: null },
      }),
    );
    return { kind: 'advance', to: 'targeted', detail: '', changes: { captures } };
  };
  const deps = { store: port, commands: ssm.commands, traffic, clock, log: silentLog };
  const runner = createRunner({
    ...{ store: port, clock, log: silentLog, owner: 'test', deliver: async () => undefined },
    caps: { atOnce: 10, perGroup: 1, perAccount: 10 },
    steps: {
      accepted: target,
      targeted: dispatchStep({ ...deps, leadSeconds: 5, v8: { engine: 'off', maxProcesses: 1 } }),
      dispatched: collectStep({ ...deps, uploads: null, sha256 }),
      ...{ collected: to('analyzed'), analyzed: to('reported'), failed: to('reported'), reported: to('notified') },
    },
  });
  const ids = [...pairs.keys()].map((group) =>
    acceptAlarm(store, {
      nowMs: NOW,
      alarm: cpuAlarm(NOW, {
        ...{ key: group, name: group, targets: { instanceIds: [], groups: [group as GroupName], hosts: [] } },
      }),
    }),
  );
  const stop = new AbortController();
  const running = runner.run(stop.signal);
  while (clock.steady() < LIMIT_S * 1000 && (store.counts().incidents.notified ?? 0) < GROUPS) {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(TICK_MS);
  }
  stop.abort();
  clock.advance(60_000);
  await running;
  const whole = ids.filter((incident) => store.captures(incident).every(({ outcome }) => outcome === 'collected'));
  const apartMs = [...pairs.values()].map((instances) => {
    const begins = instances.map((instance) => ssm.recordings.get(instance)?.beganAtMs ?? Number.NaN);
    return Math.max(...begins) - Math.min(...begins);
  });
  const together = apartMs.filter((ms) => ms <= TOGETHER_MS).length;
  context.diagnostic(`${whole.length} whole, ${together} at once, after ${clock.steady() / 1000} s`);
  assert.equal(whole.length, GROUPS);
  assert.ok(together >= 0.9 * GROUPS, `${together} of ${GROUPS}: ${apartMs.join(' ')}`);
});
