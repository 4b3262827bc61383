/** The V8 engine on real processes: what it brings, and that nothing of it stays. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { coverageCalls } from '../../bench/attach/engine-text.ts';
import { inspectorOpen } from '../../bench/attach/processes.ts';
import { otherNode } from '../support/scripts/other-node.ts';
import {
  BUSY,
  type Engine,
  NOTHING_LEFT,
  noVisits,
  readProfile,
  startEngine,
  startTarget,
  type Target,
} from '../support/scripts/v8-targets.ts';

const skip = noVisits() ?? false;

function ticksOf(engine: Engine, target: Target, name: string): { ticks: number; lines: number[] } {
  const nodes = readProfile(engine, target.pid).nodes.filter(({ callFrame }) => callFrame.functionName === name);
  const lines = nodes.flatMap(({ positionTicks }) => (positionTicks ?? []).map(({ line }) => line));
  return { ticks: nodes.reduce((sum, node) => sum + node.hitCount, 0), lines: [...new Set(lines)].sort() };
}

async function assertProfiled(t: TestContext, target: Target): Promise<void> {
  const engine = startEngine(t, [target.pid]);
  const { facts, errors } = await engine.done;
  assert.equal(errors, '');
  const [fact] = facts;
  assert.equal(fact?.status, 'profiled', JSON.stringify(facts));
  assert.match(fact?.node ?? '', /^v\d+\.\d+\.\d+$/);
  assert.ok((fact?.startPauseMs ?? -1) > 0 && (fact?.stopPauseMs ?? -1) > 0);
  const { ticks, lines } = ticksOf(engine, target, 'weigh');
  const other = ticksOf(engine, target, 'handle');
  assert.ok(ticks + other.ticks > 0, `weigh has ${ticks} ticks, its caller ${other.ticks}`);
  // Both stand on the lines 2 and 3 of the program.
  for (const line of [...lines, ...other.lines]) assert.ok(line === 2 || line === 3, `line ${line}`);
  assert.equal(inspectorOpen(target.pid), false);
  assert.deepEqual(await target.state(), NOTHING_LEFT);
}

for (const kind of ['mjs', 'cjs'] as const) {
  test(`a process without any flag is profiled with lines, and nothing stays in it (${kind})`, { skip }, async (t) => {
    await assertProfiled(t, await startTarget(t, { source: BUSY, kind }));
  });
}

test("the system's own node is profiled as well", { skip }, async (t) => {
  const node = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => existsSync(path));
  if (node === undefined) return t.skip('no node is installed on this system');
  await assertProfiled(t, await startTarget(t, { source: BUSY, node }));
});

for (const major of [16, 18, 20, 22, 26]) {
  const { node, missing } = otherNode(major);
  for (const kind of ['mjs', 'cjs'] as const) {
    test(`Node ${major} is profiled as well (${kind})`, { skip: skip || missing }, async (t) => {
      await assertProfiled(t, await startTarget(t, { source: BUSY, node, kind }));
    });
  }
}

test('the port is closed during the recording', { skip }, async (t) => {
  const target = await startTarget(t, { source: BUSY });
  const engine = startEngine(t, [target.pid], { seconds: 3 });
  await new Promise((resolve) => engine.child.stdout?.once('data', resolve));
  assert.equal(inspectorOpen(target.pid), false);
  assert.deepEqual(await target.state(), { sessions: 1, left: 1, open: false });
  const { facts } = await engine.done;
  assert.deepEqual(
    facts.map(({ status }) => status),
    ['profiled'],
  );
});

test('a recording that is over before the visitor sees it run is fetched all the same', { skip }, async (t) => {
  const target = await startTarget(t, { source: BUSY });
  const { facts } = await startEngine(t, [target.pid], { seconds: 0.001 }).done;
  assert.equal(facts[0]?.status, 'profiled', JSON.stringify(facts));
});

test('two processes of one network are profiled one after the other', { skip }, async (t) => {
  const first = await startTarget(t, { source: BUSY });
  const second = await startTarget(t, { source: BUSY, beside: first });
  const engine = startEngine(t, [second.pid, first.pid]);
  const { facts } = await engine.done;
  assert.deepEqual(
    facts.map(({ pid, status }) => [pid, status]),
    [
      [second.pid, 'profiled'],
      [first.pid, 'profiled'],
    ],
  );
  for (const target of [first, second]) {
    assert.ok(ticksOf(engine, target, 'weigh').ticks + ticksOf(engine, target, 'handle').ticks > 0);
    assert.deepEqual(await target.state(), NOTHING_LEFT);
  }
});

test('a process in a container, as another user who may write nowhere, is profiled', { skip }, async (t) => {
  const inside =
    'mount -t proc proc /proc && mount --make-rprivate / && mount -t tmpfs -o ro empty /var/tmp && exec "$@"';
  const within = ['unshare', '--pid', '--mount', '--fork', '--kill-child', 'sh', '-c', inside, 'sh'];
  const asUser = ['setpriv', '--reuid', '1000', '--regid', '1000', '--clear-groups', '--no-new-privs'];
  const outer = await startTarget(t, { source: BUSY, within: [...within, ...asUser] });
  const children = (pid: number) => `/proc/${pid}/task/${pid}/children`;
  const pid = Number(readFileSync(children(outer.pid), 'utf8').trim());
  t.after(() => process.kill(pid, 'SIGKILL'));
  assert.notEqual(readlinkSync(`/proc/${pid}/ns/pid`), readlinkSync('/proc/self/ns/pid'));
  const engine = startEngine(t, [pid]);
  const { facts } = await engine.done;
  assert.equal(facts[0]?.status, 'profiled', JSON.stringify(facts));
  assert.ok(readProfile(engine, pid).nodes.some(({ callFrame }) => /^(weigh|handle)$/.test(callFrame.functionName)));
  assert.deepEqual(await outer.state(), NOTHING_LEFT);
});

test('a title and arguments full of shell and JSON do no harm', { skip }, async (t) => {
  const evil = `"}',\\n$(touch /tmp/evil) \`id\` ) 1 2 3`;
  const source = `process.title = ${JSON.stringify(evil)};\n${BUSY.replace(/^\n/, '')}`;
  const target = await startTarget(t, { source });
  const engine = startEngine(t, [target.pid]);
  const { facts, errors } = await engine.done;
  assert.equal(errors, '');
  assert.equal(facts[0]?.status, 'profiled', JSON.stringify(facts));
});

test('with coverage a helper is no longer hidden in its caller, and no trace of it stays', { skip }, async (t) => {
  const target = await startTarget(t, { source: BUSY });
  const { begin, undo } = JSON.parse(coverageCalls);
  const profiled = [['Profiler.setSamplingInterval', { interval: 1000 }], ['Profiler.start']];
  const v8_calls = JSON.stringify({ begin: [...profiled, ...begin], end: [['Profiler.stop']], undo });
  const engine = startEngine(t, [target.pid], { settings: { v8_calls } });
  const { facts } = await engine.done;
  assert.equal(facts[0]?.status, 'profiled', JSON.stringify(facts));
  const helper = ticksOf(engine, target, 'weigh').ticks;
  const caller = ticksOf(engine, target, 'handle').ticks;
  assert.ok(helper > caller, `the helper has ${helper} ticks, its caller ${caller}`);
  assert.deepEqual(await target.state(), NOTHING_LEFT);
});

test('a process that ends during the recording ends as it would have', { skip }, async (t) => {
  const target = await startTarget(t, {
    source: BUSY.replace('function order() {}', 'function order() { process.exit(7) }'),
  });
  const engine = startEngine(t, [target.pid]);
  await new Promise((resolve) => engine.child.stdout?.once('data', resolve));
  target.say('exit');
  const { facts } = await engine.done;
  assert.deepEqual([facts[0]?.status, facts[0]?.reason], ['failed', 'GONE']);
  assert.equal(target.child.exitCode, 7);
});
