/** Whom the V8 engine leaves alone, and what it says then. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { engineCommand, engineEnvironment } from '../../bench/attach/engine-text.ts';
import { inspectorOpen } from '../../bench/attach/processes.ts';
import { folder } from '../support/scripts/remote-script.ts';
import {
  BUSY,
  NOTHING_LEFT,
  noVisits,
  startEngine,
  startTarget,
  type Target,
  type TargetOptions,
} from '../support/scripts/v8-targets.ts';

const skip = noVisits() ?? false;

async function refusal(t: TestContext, pid: number, settings: Readonly<Record<string, string>> = {}) {
  const { facts, errors } = await startEngine(t, [pid], { settings }).done;
  assert.equal(errors, '');
  assert.equal(facts.length, 1);
  assert.match(facts[0]?.message ?? '', /^[A-Z].*\.$/);
  return facts[0]?.reason;
}

/** As little as a line in the log of the process would be too much. */
async function assertUntouched(target: Target): Promise<void> {
  assert.deepEqual(await target.state(), NOTHING_LEFT);
  assert.doesNotMatch(target.errors, /Debugger|inspector/);
}

const cases: readonly [string, string, Partial<TargetOptions>, Readonly<Record<string, string>>][] = [
  ['a process that started a moment ago', 'TOO_YOUNG', {}, { v8_min_age: '60' }],
  ['a process that is too large', 'TOO_BIG', {}, { v8_max_kb: '10000' }],
  ['a process with options for its inspector', 'INSPECTOR_FLAGS', { args: ['--inspect-port=9300'] }, {}],
  [
    'a process with such options in its environment',
    'INSPECTOR_FLAGS',
    { env: { NODE_OPTIONS: '--no-warnings --inspect-port=9300' } },
    {},
  ],
];
for (const [what, reason, options, settings] of cases) {
  test(`${what} is left alone`, { skip }, async (t) => {
    const target = await startTarget(t, { source: BUSY, ...options });
    assert.equal(await refusal(t, target.pid, settings), reason);
    await assertUntouched(target);
  });
}

test('a process that a SIGUSR1 would end is left alone', { skip }, async (t) => {
  const child = spawn('sleep', ['60']);
  t.after(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
  assert.equal(await refusal(t, child.pid as number), 'NO_SIGUSR1');
  assert.equal(child.signalCode, null);
});

test('a process that has become another program since it was looked at is not signalled', async (t) => {
  const child = spawn('sleep', ['60']);
  t.after(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
  const command = engineCommand(`v8_signal ${child.pid}`);
  const { status, stderr } = spawnSync('sh', ['-c', command], { env: engineEnvironment(folder(t)), encoding: 'utf8' });
  assert.deepEqual([status, stderr], [1, '']);
  assert.equal(child.signalCode, null);
});

test('a process that ends while it is looked at is said to be gone, whatever else was missed', { skip }, async (t) => {
  const target = await startTarget(t, { source: BUSY });
  const ends = `v8_check() { kill -9 "$1"; v8_tries=100
    while v8_is "$1" "$v8_birth_of" && [ "$v8_tries" -gt 0 ]; do sleep 0.05; v8_tries=$((v8_tries - 1)); done
    v8_reason=EXE_PRIVATE; return 1; }`;
  const command = engineCommand(`${ends}\nv8_begin 1 99 ${target.pid}\ncat "$v8_work/facts"`);
  const { stdout } = spawnSync('sh', ['-c', command], { env: engineEnvironment(folder(t)), encoding: 'utf8' });
  assert.equal(JSON.parse(stdout).reason, 'GONE');
});

test('a process that is no more is said to be gone', { skip }, async (t) => {
  const child = spawn('true');
  await once(child, 'exit');
  assert.equal(await refusal(t, child.pid as number), 'GONE');
});

test('an inspector in use is left alone', { skip }, async (t) => {
  const source = `${BUSY}(await import('node:inspector')).open(9229);\n`;
  const target = await startTarget(t, { source });
  assert.equal(await refusal(t, target.pid), 'INSPECTOR_IN_USE');
  assert.deepEqual(await target.state(), { sessions: 0, left: 0, open: true });
  assert.doesNotMatch(target.errors, /attached/);
});

test('a process is left alone while another one listens on the port', { skip }, async (t) => {
  const source = `${BUSY}(await import('node:net')).createServer().listen(9229, '127.0.0.1');\n`;
  const listener = await startTarget(t, { source });
  const target = await startTarget(t, { source: BUSY, beside: listener });
  assert.equal(await refusal(t, target.pid), 'PORT_IN_USE');
  await assertUntouched(target);
});

test('a process in a network whose loopback is down is left alone: nobody could close its port', {
  skip,
}, async (t) => {
  const target = await startTarget(t, { source: BUSY, within: ['unshare', '--net'] });
  assert.equal(await refusal(t, target.pid), 'NO_LOOPBACK');
  await assertUntouched(target);
});

test('a primary of a cluster is left alone, for it would pass the signal on; its worker is profiled', {
  skip,
}, async (t) => {
  const source = `
const cluster = (await import('node:cluster')).default;
if (!cluster.isPrimary) { setInterval(() => { for (let i = 0; i < 1e6; i++); }, 5); await new Promise(() => {}); }
const worker = cluster.fork();
await new Promise((resolve) => worker.on('online', resolve));
function order() { say({ worker: worker.process.pid, alive: !worker.isDead() }); }
`;
  const target = await startTarget(t, { source });
  assert.equal(await refusal(t, target.pid), 'CLUSTER_PRIMARY');
  await assertUntouched(target);
  target.say('worker');
  const { worker } = (await target.next()) as { worker: number };
  const { facts } = await startEngine(t, [worker]).done;
  assert.equal(facts[0]?.status, 'profiled', JSON.stringify(facts));
});

test("a program's own handler of the signal runs, no port opens, and that is said", { skip }, async (t) => {
  const source = `${BUSY}process.on('SIGUSR1', () => say({ handled: true }));\n`;
  const target = await startTarget(t, { source });
  const { facts } = await startEngine(t, [target.pid], { settings: { v8_watch_for: '4' } }).done;
  assert.equal(facts[0]?.reason, 'NO_PORT');
  assert.match(facts[0]?.message ?? '', /handler of SIGUSR1 of its own, which has now run/);
  assert.deepEqual(await target.next(), { handled: true });
  assert.equal(inspectorOpen(target.pid), false);
  await assertUntouched(target);
});

test('an inspector that the program has sent to another port is closed again', { skip }, async (t) => {
  const source = `${BUSY}process.debugPort = 9300;\n`;
  const target = await startTarget(t, { source });
  assert.equal(await refusal(t, target.pid), 'OTHER_PORT');
  assert.match(target.errors, /Debugger listening on ws:\/\/127\.0\.0\.1:9300/);
  assert.deepEqual(await target.state(), NOTHING_LEFT);
});
