import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { decodeProfile } from '../../service/convert/load-profile.ts';
import type { IncidentState } from '../../service/incidents/incident.ts';
import { createRunner } from '../../service/incidents/runner.ts';
import { analyzeStep } from '../../service/incidents/steps/analyze.ts';
import { collectStep } from '../../service/incidents/steps/collect.ts';
import { dispatchStep } from '../../service/incidents/steps/dispatch.ts';
import { notifyStep } from '../../service/incidents/steps/notify.ts';
import { reportFailureStep } from '../../service/incidents/steps/report-failure.ts';
import { targetStep } from '../../service/incidents/steps/target.ts';
import { writeReportStep } from '../../service/incidents/steps/write-report.ts';
import { AppError } from '../../service/shared/errors.ts';
import type { GroupName, IncidentId, InstanceId } from '../../service/shared/ids.ts';
import { silentLog } from '../../service/shared/log.ts';
import { FakeCommands, type FakeRun } from '../fakes/fake-commands.ts';
import { FakeFleet, member } from '../fakes/fake-fleet.ts';
import { FakeMail } from '../fakes/fake-mail.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { openTestStore } from '../store/open-test-store.ts';
import { acceptAlarm, cpuAlarm, HOT, PEER } from './accept-alarm.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const GROUP = 'web-prod' as GroupName;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const capture = (name: string) =>
  readFileSync(join(import.meta.dirname, `../fixtures/captures/busy-${name}.capture.gz`));
const CAPTURES = new Map<InstanceId, Buffer>([
  [HOT, capture('hot')],
  [PEER, capture('healthy')],
]);
/** The first answer carries this much, so that the rest has to be fetched. */
const FIRST_PART = 1000;
const SCRIPT = '#!/bin/sh\nmain() {\n\ttrue\n}\n\nmain "$@"\n';

/** What profile.sh would print on the instance. */
function answer(script: string, instanceId: InstanceId): FakeRun {
  const whole = CAPTURES.get(instanceId) ?? Buffer.alloc(0);
  const id = /'--id' '([^']+)'/.exec(script)?.[1] ?? '';
  const offset = Number(/'--offset' '(\d+)'/.exec(script)?.[1] ?? 0);
  if (script.includes("main 'clean'")) return printed('', { smokejumper: 1, ok: true, id });
  const part = whole.subarray(offset, script.includes("main 'run'") ? FIRST_PART : offset + 17_400);
  const chunk = { offset, length: part.length };
  return printed(part.toString('base64'), {
    smokejumper: 1,
    ok: true,
    id,
    bytes: whole.length,
    sha256: sha256(whole),
    chunk,
  });
}

function printed(base64: string, report: object): FakeRun {
  return { exitCode: 0, stdout: `${base64}\n${JSON.stringify(report)}\n`, stderr: '' };
}

interface World {
  readonly execute?: (script: string, instanceId: InstanceId) => FakeRun;
  readonly reachable?: readonly InstanceId[];
  readonly members?: readonly InstanceId[];
}

function setUp(world: World = {}) {
  const clock = new ManualClock(NOW);
  const store = openTestStore();
  const mail = new FakeMail();
  const commands = new FakeCommands(world.reachable ?? [HOT, PEER], world.execute ?? answer);
  const members = (world.members ?? [HOT, PEER]).map((id) => member(id, GROUP));
  const fleet = new FakeFleet(
    members,
    new Map([
      [HOT, 80],
      [PEER, 20],
    ]),
  );
  const report = { store, clock, publicUrl: 'https://smokejumper.example.com' };
  const subscriptions = { confirm: async () => '', subscribe: async () => '', publish: async () => undefined };
  const alarmTargets = { targetsOf: async () => ({ instanceIds: [], groups: [] }) };
  const runner = createRunner({
    store,
    clock,
    log: silentLog,
    owner: 'test',
    steps: {
      accepted: targetStep({ store, fleet, alarmTargets, clock, peers: 1, peerMinAgeMs: 0, seconds: 8, hz: 99 }),
      targeted: dispatchStep({ store, commands, clock, script: SCRIPT, leadSeconds: 5 }),
      dispatched: collectStep({ store, commands, clock, log: silentLog, script: SCRIPT, sha256 }),
      collected: analyzeStep({
        store,
        clock,
        decodeProfile,
        rasterise: (svg) => new TextEncoder().encode(svg.slice(0, 10)),
      }),
      analyzed: writeReportStep(report),
      failed: reportFailureStep(report),
      reported: notifyStep({ store, mail, subscriptions, to: ['oncall@example.com'], reportTopicArn: null }),
    },
  });
  return { clock, store, mail, commands, runner };
}

/** Lets time pass until the incident has ended; an hour is more than any limit of a capture. */
async function runToEnd(world: ReturnType<typeof setUp>, id: IncidentId): Promise<IncidentState | undefined> {
  const ticking = new AbortController();
  for (let second = 0; second < 3600 && world.store.incident(id)?.state !== 'notified'; second++) {
    let over = false;
    const tick = world.runner.tick(ticking.signal).finally(() => {
      over = true;
    });
    // A step that sleeps (between looks at a chunk) needs the clock to go on.
    for (let turn = 0; !over && turn < 1000; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      world.clock.advance(10);
    }
    await tick;
    world.clock.advance(1000);
  }
  return world.store.incident(id)?.state;
}

test('from the alarm to the mail: both sides captured with one start, compared, drawn, reported', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.deepEqual(
    world.store.events(id).map((event) => event.state),
    ['accepted', 'targeted', 'dispatched', 'collected', 'analyzed', 'reported', 'notified'],
  );
  const starts = world.commands.sent.flatMap((command) => /'--start-at' '(\d+)'/.exec(command.script)?.[1] ?? []);
  assert.equal(starts.length, 2);
  assert.equal(starts[0], starts[1]);
  const report = world.store.report(id);
  assert.deepEqual(report?.shortcomings, []);
  assert.equal(report?.findings[0]?.function, 'handle');
  assert.equal(world.mail.messages.length, 1);
  assert.match(world.mail.messages[0]?.html ?? '', new RegExp(`https://smokejumper.example.com/incidents/${id}`));
  assert.deepEqual(
    world.mail.messages[0]?.attachments.map((attachment) => attachment.filename),
    ['differential.png', 'hot.png', 'healthy.png', 'hot.svg', 'healthy.svg', 'differential.svg'],
  );
  assert.ok(
    world.commands.sent.some((command) => command.script.includes("main 'clean'")),
    'the instance is cleaned',
  );
});

test('an instance is cleaned only when its capture is safe here: a crash before that loses nothing', async () => {
  const kept: boolean[] = [];
  const world = setUp({
    execute: (script, instanceId) => {
      const id = /'--id' '([^']+)'/.exec(script)?.[1];
      if (script.includes("main 'clean'")) {
        kept.push(world.store.captures(incident).some((known) => known.id === id && known.outcome === 'collected'));
      }
      return answer(script, instanceId);
    },
  });
  const incident = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, incident), 'notified');
  assert.deepEqual(kept, [true, true]);
});

test('a crash between sending and saving costs a look-up, not a second profile', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  world.commands.crashAfterSend = true;
  assert.equal(await runToEnd(world, id), 'notified');
  const runs = world.commands.sent.filter((command) => command.script.includes("main 'run'"));
  assert.equal(runs.length, 2);
});

test('when the peer cannot be reached, the report of the hot instance says so', async () => {
  const world = setUp({ reachable: [HOT] });
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  const report = world.store.report(id);
  assert.match(report?.shortcomings.join(' ') ?? '', new RegExp(`${PEER}.*SSM cannot reach`));
  assert.equal(report?.topFunctions[0]?.function, 'handle');
  assert.match(world.mail.messages[0]?.subject ?? '', /handle.*; the peer could not be recorded$/);
});

test('when the hot instance is gone, there is still a mail, and it names the cause', async () => {
  const world = setUp({ reachable: [PEER] });
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.match(world.mail.messages[0]?.text ?? '', /SSM cannot reach/);
  assert.match(world.mail.messages[0]?.subject ?? '', /no profile of the hot instance: SSM cannot reach i-\w+$/);
});

test('the words of a script that fails reach the report', async () => {
  const failing = {
    smokejumper: 1,
    ok: false,
    id: 'x',
    code: 'PERF_MISSING',
    message: 'perf is not installed.',
    hint: 'yum install perf',
  };
  const world = setUp({
    execute: (script, instanceId) =>
      instanceId === PEER ? { ...printed('', failing), exitCode: 71 } : answer(script, instanceId),
  });
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.match(world.mail.messages[0]?.text ?? '', /perf is not installed/);
  assert.match(world.mail.messages[0]?.text ?? '', /yum install perf/);
});

test('a capture that arrives damaged is a failed side, not a failed incident', async () => {
  const world = setUp({
    execute: (script, instanceId) => {
      const run = answer(script, instanceId);
      if (instanceId !== PEER) return run;
      return { ...run, stdout: run.stdout.replace(/"sha256":"[0-9a-f]+"/, `"sha256":"${'0'.repeat(64)}"`) };
    },
  });
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.match(world.store.report(id)?.shortcomings.join(' ') ?? '', /did not arrive whole/);
});

test('an instance that never answers is given up, its command cancelled, and the report says so', async () => {
  const world = setUp({
    execute: (script, instanceId) =>
      instanceId === PEER ? { exitCode: 0, stdout: '', stderr: '', endless: true } : answer(script, instanceId),
  });
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.match(world.store.report(id)?.shortcomings.join(' ') ?? '', /did not answer/);
  assert.ok(world.commands.sent.some((command) => command.instanceId === PEER && command.cancelled));
});

test('an alarm on a group that is gone ends in a report that says so', async () => {
  const world = setUp({ members: [] });
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.match(world.mail.messages[0]?.text ?? '', /no Auto Scaling group web-prod/);
  assert.match(world.mail.messages[0]?.subject ?? '', /There is no Auto Scaling group web-prod/);
});

test('an instance outside of any group is profiled alone', async () => {
  const world = setUp({ members: [] });
  const alarm = cpuAlarm(NOW, { targets: { instanceIds: [HOT], groups: [], hosts: [] } });
  const id = acceptAlarm(world.store, { nowMs: NOW, alarm });
  assert.equal(await runToEnd(world, id), 'notified');
  const report = world.store.report(id);
  assert.equal(report?.hotInstance, HOT);
  assert.deepEqual(report?.peerInstances, []);
  assert.match(report?.shortcomings.join(' ') ?? '', /no healthy peer/);
  assert.match(world.store.events(id)[1]?.detail ?? '', /no peer: The hot instance is in no Auto Scaling group/);
  assert.match(report?.verdict.headline ?? '', /no healthy peer to compare with$/);
});

test('when the analysis itself breaks, the failure is reported and mailed', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const broken = createRunner({
    store: world.store,
    clock: world.clock,
    log: silentLog,
    owner: 'test',
    steps: {
      accepted: async () => {
        throw new AppError('ACCESS_DENIED', 'The role may not read the group.', { hint: 'Add the permission.' });
      },
      failed: reportFailureStep({
        store: world.store,
        clock: world.clock,
        publicUrl: 'https://smokejumper.example.com',
      }),
    },
  });
  const signal = new AbortController().signal;
  await broken.tick(signal);
  await broken.tick(signal);
  assert.equal(world.store.incident(id)?.state, 'reported');
  assert.equal(await runToEnd(world, id), 'notified');
  assert.match(world.mail.messages[0]?.text ?? '', /The role may not read the group/);
  assert.match(world.mail.messages[0]?.text ?? '', /Add the permission/);
});
