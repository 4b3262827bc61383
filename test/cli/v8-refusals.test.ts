/** Where V8's profiler cannot be asked: each refusal says why, before any harm is done. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test from 'node:test';
import { captureV8 } from '../../service/cli/capture/capture-v8.ts';
import { InspectorSession } from '../../service/cli/capture/inspector-session.ts';
import { listeningPorts } from '../../service/cli/capture/node-process.ts';

type Context = { after(work: () => void): void };

async function startNode(t: Context, args: readonly string[] = [], program = ''): Promise<ChildProcess> {
  return start(t, process.execPath, [...args, '-e', `${program}; console.log('ready'); setInterval(() => {}, 1000)`]);
}

async function start(t: Context, command: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout ?? child, 'data');
  return child;
}

function capture(pids: readonly (number | undefined)[], openingMs?: number): Promise<string> {
  return captureV8({ pids: pids.map((pid) => pid ?? 0), match: undefined, seconds: 1, hz: 99 }, openingMs);
}

test('what does not run Node.js is not signalled', async (t) => {
  const child = await start(t, 'sh', ['-c', 'echo ready; exec sleep 60']);
  await assert.rejects(capture([child.pid]), {
    code: 'NOT_NODE',
    message: `Process ${child.pid} is not running Node.js.`,
    hint: 'Check --pid.',
  });
  assert.deepEqual([child.exitCode, child.signalCode], [null, null]);
});

test('of several processes one has to be chosen', async (t) => {
  const [one, two] = [await startNode(t), await startNode(t)];
  await assert.rejects(capture([one.pid, two.pid]), {
    code: 'SEVERAL_PROCESSES',
    message: new RegExp(`^--engine v8 profiles a single process, but there are 2:\\n +${one.pid} .*\\n +${two.pid} `),
    hint: /--pid.*--engine perf/,
  });
});

test('a process that the signal would end is left alone', async (t) => {
  const child = await startNode(t, ['--disable-sigusr1']);
  await assert.rejects(capture([child.pid]), {
    code: 'SIGNAL_UNSAFE',
    message: new RegExp(`^SIGUSR1 would end process ${child.pid}: `),
    hint: 'Use --engine perf.',
  });
  assert.deepEqual([child.exitCode, child.signalCode], [null, null]);
});

test('a process that keeps the signal for itself opens no inspector', async (t) => {
  const child = await startNode(t, [], "process.on('SIGUSR1', () => {})");
  await assert.rejects(capture([child.pid], 100), {
    code: 'INSPECTOR_CLOSED',
    message: `Process ${child.pid} did not open an inspector after SIGUSR1.`,
    hint: /--engine perf.*port 9229/,
  });
  assert.equal(child.exitCode, null);
});

const NETWORK = ['--user', '--map-root-user', '--net'];
const canIsolate = spawnSync('unshare', [...NETWORK, 'true']).status === 0;

test('the loopback of a container is not ours', { skip: !canIsolate && 'needs unshare --net' }, async (t) => {
  const program = "console.log('ready'); setInterval(() => {}, 1000)";
  const child = await start(t, 'unshare', [...NETWORK, process.execPath, '-e', program]);
  await assert.rejects(capture([child.pid]), {
    code: 'OTHER_NETWORK',
    message: `Process ${child.pid} has its own network (it is in a container).`,
    hint: /inside the container/,
  });
  assert.deepEqual([...listeningPorts(child.pid ?? 0)], []);
});

test('where nothing, or no inspector, listens, none is reached', async () => {
  const server = createServer((_request, response) => response.end('not JSON')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const refused = {
    code: 'INSPECTOR_UNREACHABLE',
    message: `No V8 inspector answers on 127.0.0.1:${port}.`,
    hint: /debugger that is attached/,
  };
  await assert.rejects(InspectorSession.open(port), refused);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(InspectorSession.open(port), refused);
});

test('what the inspector does not do, and a process that ends, are faults that name the command', async (t) => {
  const child = await startNode(t, ['--inspect=127.0.0.1:0']);
  const [port] = listeningPorts(child.pid ?? 0);
  const session = await InspectorSession.open(port ?? 0);
  await assert.rejects(session.send('Profiler.dance'), {
    code: 'INSPECTOR_FAILED',
    message: /^The V8 inspector refused Profiler\.dance: .*wasn't found/,
    hint: 'Check that the process is still running.',
  });
  const waiting = session.send('Runtime.evaluate', { expression: 'new Promise(() => {})', awaitPromise: true });
  child.kill('SIGKILL');
  await assert.rejects(waiting, { code: 'INSPECTOR_FAILED', message: /Runtime\.evaluate: the connection ended\.$/ });
});
