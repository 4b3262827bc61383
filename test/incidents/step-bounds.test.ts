/** How long the steps of a capture give others, and how often they ask. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { fetchCapture, type TransferDeps } from '../../service/incidents/capture-transfer.ts';
import { CPU_LOOK_BACK_MS, chooseFor } from '../../service/incidents/steps/choose-for.ts';
import { collectStep } from '../../service/incidents/steps/collect.ts';
import { CommandTraffic } from '../../service/incidents/steps/command-traffic.ts';
import { dispatchStep } from '../../service/incidents/steps/dispatch.ts';
import { AppError, OutageError } from '../../service/shared/errors.ts';
import type { CaptureId } from '../../service/shared/ids.ts';
import { silentLog } from '../../service/shared/log.ts';
import { acceptAlarm, HOT, PEER } from '../support/accept-alarm.ts';
import { NOW, runToEnd, setUp, tickOnce } from '../support/engine-world.ts';
import { FakeCommands } from '../support/fakes/fake-commands.ts';
import { FakeUploads } from '../support/fakes/fake-uploads.ts';
import { letTimePass, ManualClock } from '../support/fakes/manual-clock.ts';

const MINUTE = 60_000;
const never = new AbortController().signal;
const OUTAGE = new OutageError('SSM_FAILED', 'AWS throttles it.');

test('CPU is read of the last quarter of an hour: two points of basic monitoring, and their delay', async () => {
  const world = setUp();
  const spans: number[] = [];
  const { cpu } = world.fleet;
  world.fleet.cpu = (ids, fromMs, toMs) => {
    spans.push(toMs - fromMs);
    return cpu.call(world.fleet, ids, fromMs, toMs);
  };
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const alarm = world.store.incident(id)?.alarm ?? assert.fail();
  await chooseFor({ ...world.ports, peers: 1, peerMinAgeMs: 0 }, alarm, [], never);
  assert.deepEqual([spans, CPU_LOOK_BACK_MS], [[15 * MINUTE], 15 * MINUTE]);
});

test('a part has 60 s on the instance, an upload 150 s, its address 5 min; SSM is asked once a second', async () => {
  const clock = new ManualClock(NOW);
  const commands = new FakeCommands([HOT], () => ({ exitCode: 0, stdout: '', stderr: '', endless: true }));
  const uploads = new FakeUploads();
  const valid: number[] = [];
  const { address } = uploads;
  uploads.address = (key, content, seconds) => {
    valid.push(seconds ?? 0);
    return address.call(uploads, key, content, seconds);
  };
  const deps: TransferDeps = { commands, clock, log: silentLog, uploads, sha256: () => '' };
  const missing = Array.from({ length: 10 }, (_, at) => at * 17_400);
  const told = { recorded: null, drawn: null, warnings: [] };
  const chunk = { offset: 0, bytes: new Uint8Array() };
  const report = { captureId: 'c', bytes: 174_000, sha256: '0'.repeat(64), chunk, missing, ...told };
  const caller = new AbortController();
  const working = fetchCapture(deps, { id: 'cap-1' as CaptureId, instanceId: HOT }, report, caller.signal);
  working.catch(() => undefined);
  const pass = (seconds: number) => {
    const endMs = clock.steady() + seconds * 1000;
    return letTimePass(clock, 1000, `${seconds} s`, () => clock.steady() >= endMs);
  };
  await pass(20);
  const looks = commands.sent[0]?.looks ?? 0;
  assert.ok(looks >= 18 && looks <= 21, `${looks} looks in 20 s`);
  assert.equal(commands.sent.length, 1);
  await pass(300);
  caller.abort();
  assert.deepEqual(valid, [300]);
  assert.deepEqual(
    commands.sent.slice(0, 4).map(({ timeoutSeconds }) => timeoutSeconds),
    [150, 60, 60, 60],
  );
});

test('a side that is refused five times is given up; the other one still makes a report', async () => {
  const world = setUp();
  const { send } = world.commands;
  let refused = 0;
  world.commands.send = (request, signal) => {
    if (request.instanceId === HOT) return send.call(world.commands, request, signal);
    refused++;
    throw new AppError('SSM_SEND_FAILED', 'AccessDenied', { retry: 'later' });
  };
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.equal(refused, 5);
  assert.deepEqual(
    world.store.captures(id).map(({ outcome }) => outcome),
    ['collected', 'failed'],
  );
});

test('pauses of an outage grow with it, from two seconds to a minute', async () => {
  const world = setUp({ execute: () => ({ exitCode: 0, stdout: '', stderr: '', endless: true }) });
  const id = acceptAlarm(world.store, { nowMs: NOW });
  while (world.store.incident(id)?.state !== 'dispatched') await tickOnce(world.clock, world.runner);
  const incident = world.store.incident(id) ?? assert.fail();
  world.commands.result = async () => {
    throw OUTAGE;
  };
  const [capture] = world.store.captures(id);
  const recordedAtMs = (capture?.startAtMs ?? 0) + (capture?.seconds ?? 0) * 1000;
  const traffic = new CommandTraffic(world.clock);
  const step = collectStep({ ...world.ports, traffic, log: silentLog, uploads: null, sha256: () => '' });
  const waits: unknown[] = [];
  for (const sinceMs of [0, 16_000, 80_001, 20 * MINUTE, 59 * MINUTE]) {
    world.clock.advance(recordedAtMs + sinceMs - world.clock.now());
    waits.push(await step(incident, never));
  }
  const wait = (ms: number) => ({ kind: 'wait', ms });
  assert.deepEqual(waits, [wait(2_000), wait(2_000), wait(10_000), wait(MINUTE), wait(MINUTE)]);
  await assert.rejects(step(incident, AbortSignal.abort()), OUTAGE);
  assert.deepEqual(
    world.store.captures(id).map(({ outcome }) => outcome),
    ['pending', 'pending'],
  );
});

test('pauses before a command that cannot be sent grow from a second to half a minute', async () => {
  const world = setUp({ members: [HOT, PEER] });
  const id = acceptAlarm(world.store, { nowMs: NOW });
  while (world.store.incident(id)?.state !== 'targeted') await tickOnce(world.clock, world.runner);
  const incident = world.store.incident(id) ?? assert.fail();
  world.commands.send = async () => {
    throw OUTAGE;
  };
  const traffic = new CommandTraffic(world.clock);
  const v8 = { engine: 'off', maxProcesses: 4 } as const;
  const step = dispatchStep({ ...world.ports, traffic, log: silentLog, leadSeconds: 5, v8 });
  const targetedAtMs = world.store.events(id).at(-1)?.atMs ?? 0;
  const waits: unknown[] = [];
  for (const sinceMs of [2_000, 40_001, 119_999]) {
    world.clock.advance(targetedAtMs + sinceMs - world.clock.now());
    waits.push(await step(incident, never));
  }
  const wait = (ms: number) => ({ kind: 'wait', ms });
  assert.deepEqual(waits, [wait(1_000), wait(10_000), wait(30_000)]);
  await assert.rejects(step(incident, AbortSignal.abort()), { retry: 'later' });
});
