/** The code around the findings: fetched when it can be, and never in the way of the report. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { createQueries } from '../../service/incidents/queries.ts';
import { fetchSource } from '../../service/incidents/source/fetch-source.ts';
import { storedSource } from '../../service/incidents/source/stored-source.ts';
import type { ReportSource } from '../../service/report/source/source-data.ts';
import { AppError, OutageError } from '../../service/shared/errors.ts';
import type { IncidentId, InstanceId } from '../../service/shared/ids.ts';
import { silentLog } from '../../service/shared/log.ts';
import { acceptAlarm, HOT, PEER } from '../support/accept-alarm.ts';
import {
  answer,
  NOW,
  printed,
  runnerOf,
  runToEnd,
  setUp,
  tickOnce,
  type WorldOptions,
} from '../support/engine-world.ts';

type World = ReturnType<typeof setUp>;

const isSource = (script: string) => script.includes("main 'source'");

/** Runs an incident to its end; its answers for source are those of `execute`. */
async function run(execute?: WorldOptions['execute']): Promise<{ world: World; id: IncidentId; source: ReportSource }> {
  const world = setUp(execute ? { execute } : {});
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  const source = await storedSource(world.ports.store, id);
  assert.ok(source);
  return { world, id, source };
}

/** Milliseconds from the analysis to the report. */
function waited({ store }: World, id: IncidentId): number {
  const at = (state: string) => store.events(id).find((event) => event.state === state)?.atMs ?? Number.NaN;
  return at('reported') - at('analyzed');
}

const sentFor = (world: World) => world.commands.sent.filter(({ script }) => isSource(script));
const states = (source: ReportSource) => source.hosts.map(({ role, state }) => `${role} ${state}`);
const reportFile = async ({ files }: World, id: IncidentId) =>
  new TextDecoder().decode((await files.file(id, 'report.html'))?.content ?? new Uint8Array());

test('both hosts are asked once, for the place of the culprit; the report shows its line', async () => {
  const { world, id, source } = await run();
  assert.deepEqual(states(source), ['hot answered', 'healthy answered']);
  const [hot, healthy] = source.hosts;
  assert.deepEqual([hot?.instanceId, healthy?.instanceId], [HOT, PEER]);
  const [place] = hot?.places ?? [];
  assert.deepEqual([place?.pid, place?.file, place?.line], [15_943, '/srv/app/busy.js', 4]);
  assert.equal(place?.url, `https://git.example.com/${'c0ffee'.padEnd(40, '0')}/busy.js#L4`);
  assert.deepEqual(
    sentFor(world).map(({ instanceId, label }) => [instanceId, label]),
    source.hosts.map(({ instanceId, captureId }) => [instanceId, `${captureId}:source`]),
  );
  assert.ok(sentFor(world).every(({ timeoutSeconds }) => timeoutSeconds === 60));
  const html = await reportFile(world, id);
  assert.match(html, /function handle\(request\) \{/);
  assert.match(html, /Both hosts run commit c0ffee0000\./);
  const [mail] = world.mail.messages;
  assert.match(mail?.html ?? '', /commit c0ffee0000/);
  assert.doesNotMatch(mail?.html ?? '', /function handle\(request\)/, 'code is on pages only, unless it is wanted');
});

test('SOURCE_EXCERPTS=mail puts the code into the mail, too; off asks for none and shows none', async () => {
  for (const excerpts of ['mail', 'off'] as const) {
    const world = setUp();
    const id = acceptAlarm(world.store, { nowMs: NOW });
    const runner = runnerOf(world.ports, undefined, excerpts);
    assert.equal(await runToEnd({ ...world, runner }, id), 'notified');
    assert.equal(sentFor(world).length, excerpts === 'mail' ? 2 : 0);
    const [mail] = world.mail.messages;
    for (const text of [mail?.html ?? '', mail?.text ?? '', await reportFile(world, id)])
      assert.equal(text.includes('function handle(request) {'), excerpts === 'mail');
    assert.equal(world.store.file(id, 'source.json') !== undefined, excerpts === 'mail');
  }
});

test('what was fetched is hidden again when it may not be seen', async () => {
  const { world, id } = await run();
  for (const source of [true, false]) {
    const queries = createQueries(world.ports.store, { source, files: world.files });
    assert.equal((await queries.view(id))?.source !== null, source);
    assert.equal((await queries.file(id, 'source.json')) !== undefined, source);
    assert.equal(
      (await queries.files(id)).some(({ name }) => name === 'source.json'),
      source,
    );
  }
});

test('an instance that has gone, a script that fails, an answer that is no answer: one line says why', async () => {
  const fault = { smokejumper: 1, ok: false, id: 'x', code: 'DISK_FULL', message: 'Cannot write to /tmp.' };
  const cases: [string, WorldOptions['execute'], RegExp][] = [
    ['DISK_FULL', () => ({ ...printed('', fault), exitCode: 73 }), /There is no code here: Cannot write to \/tmp\./],
    [
      'CAPTURE_OUTPUT_INVALID',
      () => ({ exitCode: 0, stdout: 'YQ==\n{"smokejumper":1,"ok":true,"places":1,"kept":1}\n', stderr: '' }),
      /There is no code here: What the script sent cannot be unpacked\./,
    ],
    [
      'SOURCE_FAILED',
      () => ({ exitCode: 1, stdout: '', stderr: 'sh: not found' }),
      /There is no code here: The command for the source text on i-0aaaaaaaaaaaaaaaa ended with status Failed\./,
    ],
    [
      'INSTANCE_UNREACHABLE',
      () => {
        throw new AppError('INSTANCE_UNREACHABLE', `SSM cannot reach ${HOT}.`, { retry: 'later' });
      },
      /There is no code here: SSM cannot reach i-0aaaaaaaaaaaaaaaa\./,
    ],
    [
      'INTERNAL',
      () => {
        throw new TypeError('a bug of ours');
      },
      /There is no code here: An internal error stopped the work \(TypeError\); the log of the service has the details/,
    ],
  ];
  for (const [code, sourceOf, words] of cases) {
    let tries = 0;
    const { world, id, source } = await run((script, instanceId) => {
      if (!isSource(script) || instanceId !== HOT) return answer(script, instanceId);
      tries++;
      return sourceOf?.(script, instanceId) ?? answer(script, instanceId);
    });
    assert.deepEqual(states(source), ['hot failed', 'healthy answered'], code);
    assert.equal(source.hosts[0]?.failure?.code, code);
    assert.equal(tries, 1, `${code}: one try`);
    assert.match(await reportFile(world, id), words);
    assert.deepEqual(world.store.report(id)?.shortcomings, [], 'the report itself lacks nothing');
    assert.ok(waited(world, id) < 10_000);
  }
});

test('a process that has ended is a reason for its place', async () => {
  const gone = Buffer.from('{"reason":"GONE"}\n');
  const { world, id } = await run((script, instanceId) =>
    isSource(script)
      ? printed(gzipSync(gone).toString('base64'), { smokejumper: 1, ok: true, places: 1, kept: 1 })
      : answer(script, instanceId),
  );
  assert.match(await reportFile(world, id), /There is no code here: The process has ended\./);
});

test('who has not answered after a minute is left out and its command cancelled; the other one counts', async () => {
  const { world, id, source } = await run((script, instanceId) =>
    isSource(script) && instanceId === HOT
      ? { exitCode: 0, stdout: '', stderr: '', endless: true }
      : answer(script, instanceId),
  );
  assert.deepEqual(states(source), ['hot failed', 'healthy answered']);
  assert.equal(source.hosts[0]?.failure?.code, 'SOURCE_TIMED_OUT');
  assert.ok(waited(world, id) >= 59_000 && waited(world, id) <= 63_000, `${waited(world, id)} ms`);
  assert.equal(sentFor(world).find(({ instanceId }) => instanceId === HOT)?.cancelled, true);
  assert.match(await reportFile(world, id), /There is no code here: i-0aaaaaaaaaaaaaaaa did not answer within 60 s\./);
});

test('AWS that never answers holds the report up no longer than that', async () => {
  const world = setUp();
  const { send } = world.commands;
  world.commands.send = (request) =>
    request.call.action === 'source' ? new Promise(() => undefined) : send.call(world.commands, request);
  const id = acceptAlarm(world.store, { nowMs: NOW });
  while (world.store.incident(id)?.state !== 'analyzed') await tickOnce(world.clock, world.runner);
  const step = world.runner.tick(new AbortController().signal);
  for (let second = 0; second <= 61; second++) {
    await new Promise((resolve) => setImmediate(resolve));
    world.clock.advance(1000);
  }
  await step;
  assert.equal(world.store.incident(id)?.state, 'reported');
  assert.equal(
    (await storedSource(world.ports.store, id))?.hosts.every(({ state }) => state === 'failed'),
    true,
  );
});

test('a step that is interrupted while AWS does not answer ends at once, and nothing is given up', async () => {
  const world = setUp();
  const { send } = world.commands;
  world.commands.send = (request, signal) =>
    request.call.action === 'source' ? new Promise(() => undefined) : send.call(world.commands, request, signal);
  const id = acceptAlarm(world.store, { nowMs: NOW });
  while (world.store.incident(id)?.state !== 'analyzed') await tickOnce(world.clock, world.runner);
  const fetching = fetchSource({ ...world.ports, log: silentLog, gunzip: (bytes) => bytes, url: null });
  const step = new AbortController();
  const working = fetching(id, step.signal);
  await new Promise((resolve) => setImmediate(resolve));
  step.abort();
  await assert.rejects(working, { code: 'COMMAND_INTERRUPTED', retry: 'later' });
  assert.deepEqual(states((await storedSource(world.ports.store, id)) as ReportSource), [
    'hot pending',
    'healthy pending',
  ]);
});

test('hosts that SSM cannot be asked about now are asked again while there is time', async () => {
  const world = setUp();
  const { send } = world.commands;
  let refused = 0;
  world.commands.send = (request, signal) => {
    if (request.call.action !== 'source' || ++refused > 10) return send.call(world.commands, request, signal);
    throw new OutageError('SSM_SEND_FAILED', 'AWS throttles SendCommand.');
  };
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.deepEqual(states((await storedSource(world.ports.store, id)) as ReportSource), [
    'hot answered',
    'healthy answered',
  ]);
  assert.equal(sentFor(world).length, 2);
});

test('a service that restarts in the middle finds its commands and does not send them again', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  while (sentFor(world).length < 2) await tickOnce(world.clock, world.runner);
  assert.equal((await storedSource(world.ports.store, id))?.hosts[0]?.state, 'pending');
  const after = runnerOf(world.ports);
  assert.equal(await runToEnd({ ...world, runner: after }, id), 'notified');
  assert.equal(sentFor(world).length, 2);
  assert.deepEqual(states((await storedSource(world.ports.store, id)) as ReportSource), [
    'hot answered',
    'healthy answered',
  ]);
});

test('after a restart that took too long the report comes without code, at once', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  while (world.store.incident(id)?.state !== 'analyzed') await tickOnce(world.clock, world.runner);
  world.clock.advance(3_600_000);
  await tickOnce(world.clock, world.runner);
  assert.equal(world.store.incident(id)?.state, 'reported');
  assert.equal(sentFor(world).length, 0);
});

test('a group without a healthy peer has nothing compared, so nothing is asked', async () => {
  const world = setUp({ reachable: [HOT] as readonly InstanceId[] });
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.equal(sentFor(world).length, 0);
  assert.equal(world.store.file(id, 'source.json'), undefined);
});

test('a source.json that is lost leaves the page as it is without code', async () => {
  const { world, id } = await run();
  const file = async () => {
    throw new AppError('ARTIFACT_MISSING', 'The artifact is not in the artifact folder.');
  };
  const queries = createQueries({ ...world.ports.store, file }, { source: true, files: world.files });
  assert.equal((await queries.view(id))?.source, null);
});
