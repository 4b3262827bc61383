import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { listeningPorts } from '../../service/cli/capture/node-process.ts';
import { loadProfile } from '../../service/convert/load-profile.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'smokejumper-v8-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Recursive, so that it cannot be inlined away. */
const PROGRAM = `
function burnCandles(n, depth) {
  let x = 0;
  for (let i = 0; i < n; i++) x = (x * 31 + i) % 1000003;
  return depth > 0 ? burnCandles(n, depth - 1) + x : x;
}
console.log('ready');
setInterval(() => burnCandles(2e5, 10), 20);
`;

async function startNode(t: { after(work: () => void): void }, args: readonly string[] = []): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...args, '-e', PROGRAM], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout ?? child, 'data');
  return child;
}

function capture(args: readonly string[]) {
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'capture', '--engine', 'v8', ...args], {
    encoding: 'utf8',
  });
  return { status, stderr };
}

test('V8’s profiler names functions of a process started without flags, and closes its inspector again', async (t) => {
  const child = await startNode(t, ['--inspect-port=0']);
  const file = join(folder, 'x.cpuprofile');
  const { status, stderr } = capture(['--pid', `${child.pid}`, '--seconds', '1', '--hz', '500', '-o', file]);
  assert.equal(status, 0, stderr);
  const { functions, ledger } = await loadProfile(file);
  assert.ok(functions.some(({ name }) => name === 'burnCandles'));
  assert.ok(ledger.drawn > 10);
  assert.equal(child.exitCode, null);
  assert.deepEqual([...listeningPorts(child.pid ?? 0)], []);
});

test('a process that SIGUSR1 would end is left alone', async (t) => {
  const child = await startNode(t, ['--disable-sigusr1']);
  const { status, stderr } = capture(['--pid', `${child.pid}`, '--seconds', '1', '-o', join(folder, 'y')]);
  assert.equal(status, 1);
  assert.match(stderr, /SIGUSR1|inspector/);
  assert.equal(child.exitCode, null);
});

test('what is not a Node process is not signalled', (t) => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  const { status, stderr } = capture(['--pid', `${child.pid}`, '--seconds', '1', '-o', join(folder, 'z')]);
  assert.deepEqual([status, child.exitCode, child.signalCode], [1, null, null]);
  assert.match(stderr, /is not running Node\.js/);
});

test('with several processes one must be chosen: they are listed', async (t) => {
  const [a, b] = [await startNode(t), await startNode(t)];
  const { status, stderr } = capture(['--pid', `${a.pid},${b.pid}`, '--seconds', '1', '-o', join(folder, 'w')]);
  assert.equal(status, 1);
  assert.ok(stderr.includes(`${a.pid}`) && stderr.includes(`${b.pid}`) && stderr.includes('--pid'));
});
