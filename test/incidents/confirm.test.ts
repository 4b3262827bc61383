/** `V8_ENGINE=confirm`: one more command, on the hot instance only, and never in the way of the report. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { AppError, OutageError } from '../../service/shared/errors.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { acceptAlarm, HOT } from '../support/accept-alarm.ts';
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
import type { FakeRun } from '../support/fakes/fake-commands.ts';
import { sha256 } from '../support/inline-analysis.ts';

type World = ReturnType<typeof setUp>;

const isConfirm = (script: string) => script.includes("main 'confirm'");
const sentFor = ({ commands }: World) => commands.sent.filter(({ script }) => isConfirm(script));

function confirming(execute?: WorldOptions['execute']): World {
  const world = setUp({
    execute: (script, instanceId) => {
      if (!isConfirm(script)) return answer(script, instanceId);
      return execute === undefined ? recorded(5, 35) : execute(script, instanceId);
    },
  });
  return { ...world, runner: runnerOf(world.ports, undefined, undefined, false, true) };
}

/** What the script would print: so many samples end in `handle` itself, and so many in a helper below it. */
function recorded(own: number, helped: number): FakeRun {
  const facts = {
    ...{ id: 'c', event: 'cpu-clock', hz: 99, seconds: 5, startedAtMs: NOW, binMs: 20, period: 10_101_010, cpus: 2 },
    ...{ scope: 'pids', host: 'h', kernel: '6', perf: '6', otherProcesses: [], warnings: [] },
    processes: [{ pid: 15_943, name: 'busy.js', cpuSeconds: 4, partial: false, perfMap: 'ok', mapSizes: [[0, 100]] }],
    ledger: { recorded: own + helped, drawn: own + helped, filtered: {}, lost: 0 },
  };
  const digit = (value: number) => String.fromCharCode(47 + value);
  const all = '/'.repeat(own + helped);
  const visit = { pid: 15_943, status: 'profiled', node: 'v24.21.0', startPauseMs: 3.8, startedAt: NOW, workers: 0 };
  const text = [
    ...['smokejumper-capture 3', JSON.stringify(facts), 'frames 2', '@[JIT]', '=JS:*handle /srv/app/busy.js:4:16'],
    ...['=JS:*weigh /srv/app/busy.js:9:15', 'threads 1', '0 15943 MainThread', 'tree 2', '/.0', 'bins 1'],
    ...[`samples ${own + helped}`, digit(own - 1) + digit(helped - 1), all, all],
    ...['visits 1', JSON.stringify(visit), 'code 0', 'programs 0', ''],
  ].join('\n');
  const whole = gzipSync(text);
  const chunk = { offset: 0, length: whole.length };
  return printed(whole.toString('base64'), {
    ...{ smokejumper: 1, ok: true, id: 'c', bytes: whole.length, sha256: sha256(whole), chunk },
  });
}

async function run(world: World): Promise<IncidentId> {
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  return id;
}

function waited({ store }: World, id: IncidentId): number {
  const at = (state: string) => store.events(id).find((event) => event.state === state)?.atMs ?? Number.NaN;
  return at('reported') - at('analyzed');
}

test('the hottest process of the finding is recorded once more, and the finding names the helper', async () => {
  const world = confirming();
  const id = await run(world);
  const [command, ...others] = sentFor(world);
  assert.deepEqual(others, []);
  assert.equal(command?.instanceId, HOT);
  assert.match(command.script, /'--id' 'cap-\S+\.confirm' '--seconds' '5' '--hz' '99' '--start-at' '1795421280'/);
  assert.match(command.script, /'--pid' '15943'/);
  const report = world.store.report(id);
  const note = 'Confirmed with inlining off: weigh (:9) has 88 % of what handle had (40 samples).';
  assert.deepEqual(report?.findings[0]?.notes, [note], 'instead of the note that something may be inlined');
  assert.equal(report?.findings[0]?.mayHide, undefined);
  assert.equal(report?.confirmation?.state, 'answered');
  assert.deepEqual(report?.confirmation?.answer?.helpers, [
    { function: 'weigh', package: null, file: '/srv/app/busy.js', line: 9, share: 0.875 },
  ]);
  const obtained =
    /15943: inlined nothing for 8 s at most \(Node v24\.21\.0\): 40 samples of handle in 5 s; paused 4 ms at the/;
  const [mail] = world.mail.messages;
  const file = new TextDecoder().decode((await world.files.file(id, 'report.html'))?.content);
  for (const text of [mail?.html ?? '', mail?.text.replaceAll(/\s+/g, ' ') ?? '', file]) {
    assert.ok(text.includes(note), text);
    assert.match(text, obtained);
  }
  assert.ok(waited(world, id) < 10_000);
});

test('nobody is asked unless it is wanted', async () => {
  const world = setUp();
  const id = await run(world);
  assert.deepEqual(sentFor(world), []);
  assert.equal(world.store.report(id)?.confirmation, undefined);
});

test('a refusal, a fault, an answer that is none, too few samples: the report is whole and says why', async () => {
  const fault = {
    smokejumper: 1,
    ok: false,
    id: 'c',
    code: 'TOO_YOUNG',
    message: 'The process has only just started.',
  };
  const cases: [code: string, () => FakeRun, words: RegExp][] = [
    [
      'TOO_YOUNG',
      () => ({ ...printed('', fault), exitCode: 69 }),
      /15943: not done: The process has only just started\./,
    ],
    ['CAPTURE_OUTPUT_INVALID', () => ({ exitCode: 0, stdout: 'x', stderr: '' }), /15943: not done: The script/],
    ['CONFIRM_FAILED', () => ({ exitCode: 1, stdout: '', stderr: '' }), /not done: The command on i-\w+ ended with/],
    ['CONFIRMATION_TOO_FEW', () => recorded(2, 5), /not done: There were only 7 samples of its work/],
    [
      'INSTANCE_UNREACHABLE',
      () => {
        throw new AppError('INSTANCE_UNREACHABLE', `SSM cannot reach ${HOT}.`, { retry: 'later' });
      },
      /not done: SSM cannot reach/,
    ],
  ];
  for (const [code, execute, words] of cases) {
    const world = confirming(execute);
    const id = await run(world);
    const report = world.store.report(id);
    assert.deepEqual([report?.confirmation?.state, report?.confirmation?.failure?.code], ['failed', code]);
    assert.match(report?.findings[0]?.notes[0] ?? '', /^Its optimised code includes callees/);
    assert.deepEqual(report?.shortcomings, []);
    assert.match(world.mail.messages[0]?.html ?? '', words);
    assert.ok(waited(world, id) < 10_000, code);
  }
});

test('who has not answered after a minute is given up, and the command cancelled', async () => {
  const world = confirming(() => ({ exitCode: 0, stdout: '', stderr: '', endless: true }));
  const id = await run(world);
  assert.equal(world.store.report(id)?.confirmation?.failure?.code, 'CONFIRM_TIMED_OUT');
  assert.ok(waited(world, id) >= 59_000 && waited(world, id) <= 63_000, `${waited(world, id)} ms`);
  assert.equal(sentFor(world)[0]?.cancelled, true);
});

test('AWS that throttles is asked again while there is time', async () => {
  const world = confirming();
  const { send } = world.commands;
  let refused = 0;
  world.commands.send = (request, signal) => {
    if (request.call.action !== 'confirm' || ++refused > 5) return send.call(world.commands, request, signal);
    throw new OutageError('SSM_SEND_FAILED', 'AWS throttles SendCommand.');
  };
  const id = await run(world);
  assert.equal(world.store.report(id)?.confirmation?.state, 'answered');
});

test('a service that restarts in the middle finds its command and does not send another', async () => {
  const world = confirming();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  while (sentFor(world).length < 1) await tickOnce(world.clock, world.runner);
  const after = runnerOf(world.ports, undefined, undefined, false, true);
  assert.equal(await runToEnd({ ...world, runner: after }, id), 'notified');
  assert.equal(sentFor(world).length, 1);
  assert.equal(world.store.report(id)?.confirmation?.state, 'answered');
});

test('only the hot instance of the incident is ever asked, whatever a stored report says', async () => {
  const world = confirming();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  while (world.store.incident(id)?.state !== 'analyzed') await tickOnce(world.clock, world.runner);
  const report = world.store.report(id);
  assert.ok(report?.confirmation);
  const elsewhere = { ...report.confirmation, instanceId: 'i-0ccccccccccccccccc' };
  world.store.saveReport(id, { ...report, confirmation: elsewhere });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.deepEqual(sentFor(world), []);
  assert.equal(world.store.report(id)?.confirmation?.failure?.code, 'NOT_THE_HOT_INSTANCE');
});
