import assert from 'node:assert/strict';
import test from 'node:test';
import { installSeconds } from '../../service/capture/capture-script.ts';
import { createRunner } from '../../service/incidents/lanes/runner.ts';
import { reportFailureStep } from '../../service/incidents/steps/report-failure.ts';
import { AppError } from '../../service/shared/errors.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { silentLog } from '../../service/shared/log.ts';
import { acceptAlarm, cpuAlarm, HOT, PEER } from '../support/accept-alarm.ts';
import { answer, CAPS, NOW, printed, runnerOf, runToEnd, setUp, tickOnce } from '../support/engine-world.ts';
import { inlineAnalysis } from '../support/inline-analysis.ts';

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

test('the message of a script that fails reaches the report', async () => {
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
  assert.match(world.store.report(id)?.shortcomings.join(' ') ?? '', /did not arrive intact/);
});

test('an instance that never answers is given up on, its command cancelled, and the report says so', async () => {
  const world = setUp({
    execute: (script, instanceId) =>
      instanceId === PEER ? { exitCode: 0, stdout: '', stderr: '', endless: true } : answer(script, instanceId),
  });
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.match(world.store.report(id)?.shortcomings.join(' ') ?? '', /did not answer/);
  const lost = world.store.captures(id).find((capture) => capture.instanceId === PEER);
  assert.equal(lost?.failure?.code, 'CAPTURE_TIMED_OUT');
  assert.match(lost?.failure?.message ?? '', new RegExp(`^${PEER} did not answer within 188 s\\.$`));
  assert.match(lost?.failure?.hint ?? '', /SSM agent/);
  assert.ok(world.commands.sent.some((command) => command.instanceId === PEER && command.cancelled));
});

test('where perf may be installed the command is told so, and is given the time for it', async () => {
  const silent = () => ({ exitCode: 0, stdout: '', stderr: '', endless: true });
  const [without, allowed] = [setUp({ execute: silent }), setUp({ execute: silent, installPerf: true })];
  const ids = [without, allowed].map((world) => acceptAlarm(world.store, { nowMs: NOW }));
  await runToEnd(without, ids[0] as IncidentId);
  await runToEnd(allowed, ids[1] as IncidentId);
  const [plain, patient] = [without.commands.sent[0], allowed.commands.sent[0]];
  assert.match(patient?.script ?? '', /'--install-perf'\n$/);
  assert.doesNotMatch(plain?.script ?? '', /'--install-perf'\n$/);
  const more = installSeconds(true);
  assert.equal((patient?.timeoutSeconds ?? 0) - (plain?.timeoutSeconds ?? 0), more);
  const failure = allowed.store.captures(ids[1] as IncidentId)[0]?.failure;
  assert.match(failure?.message ?? '', new RegExp(`within ${188 + more} s`));
});

test('a command that cannot even be cancelled still times out', async () => {
  const world = setUp({
    execute: (script, instanceId) =>
      instanceId === PEER ? { exitCode: 0, stdout: '', stderr: '', endless: true } : answer(script, instanceId),
  });
  world.commands.cancel = async () => {
    throw new AppError('SSM_CANCEL_FAILED', 'Cancelling failed.');
  };
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.match(world.store.report(id)?.shortcomings.join(' ') ?? '', /did not answer/);
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

test('a full disk is waited out: the captures come when there is space again', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  let refusals = 0;
  const { store } = world.ports;
  const full: typeof store = {
    ...store,
    putFile: async (...args) => {
      if (refusals++ < 16) throw new AppError('ARTIFACT_UNWRITABLE', 'The disk is full.', { retry: 'later' });
      await store.putFile(...args);
    },
  };
  const patient = { ...world, runner: runnerOf({ ...world.ports, store: full }) };
  assert.equal(await runToEnd(patient, id), 'notified');
  assert.ok(refusals > 16);
  assert.deepEqual(world.store.report(id)?.shortcomings, []);
});

test('when the analysis itself breaks, the failure is reported and mailed', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const broken = createRunner({
    deliver: async () => undefined,
    caps: CAPS,
    store: world.ports.store,
    clock: world.clock,
    log: silentLog,
    owner: 'test',
    steps: {
      accepted: async () => {
        throw new AppError('ACCESS_DENIED', 'The role may not read the group.', { hint: 'Add the permission.' });
      },
      failed: reportFailureStep({
        store: world.ports.store,
        clock: world.clock,
        analysis: inlineAnalysis(),
        files: world.files,
        log: silentLog,
        publicUrl: () => 'https://smokejumper.example.com',
        excerpts: 'pages',
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

test('a group without any CPU figure is asked again, then reported: nobody can be called hot', async () => {
  const world = setUp({ members: [PEER] });
  world.ports.fleet.cpu = async (ids) => new Map(ids.map((id) => [id, []]));
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  const failure = world.store.incident(id)?.failure;
  assert.equal(failure?.code, 'NO_HOT_INSTANCE');
  assert.match(failure?.message ?? '', /CPU/);
  assert.ok(world.mail.messages[0]?.text.includes(failure?.message ?? 'nothing'));
});

test('an alarm that names nobody is reported with what to alarm on', async () => {
  const world = setUp();
  const alarm = cpuAlarm(NOW, { targets: { instanceIds: [], groups: [], hosts: [] } });
  const id = acceptAlarm(world.store, { nowMs: NOW, alarm });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.deepEqual(world.store.incident(id)?.failure, {
    code: 'ALARM_WITHOUT_TARGET',
    message: 'The alarm web CPU names neither an instance nor an Auto Scaling group.',
    hint: 'Alarm on a metric with the dimension InstanceId or AutoScalingGroupName.',
  });
  assert.match(world.mail.messages[0]?.text ?? '', /names neither .* Alarm on a metric with the dimension InstanceId/s);
});

test('a capture for which no command is known is a failed side, not a wait without end', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  while (world.store.incident(id)?.state !== 'targeted') await tickOnce(world.clock, world.runner);
  const at = world.clock.now();
  world.store.claim({ states: ['targeted'], caps: CAPS, owner: 'before', nowMs: at, leaseUntilMs: at + 30_000 });
  const detail = 'as a damaged database would have it';
  world.store.advance({ id, owner: 'before', from: 'targeted', to: 'dispatched', atMs: at, detail });
  assert.equal(await runToEnd(world, id), 'notified');
  const [hot] = world.store.captures(id);
  assert.deepEqual(hot?.failure, { code: 'NOT_SENT', message: `No command was sent to ${HOT}.`, hint: null });
  assert.match(world.mail.messages[0]?.text ?? '', /No command was sent to/);
});
