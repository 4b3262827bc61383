/** A visitor whose process is ending: Node crashes when it writes an answer to a client that is just leaving. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { targetText, visitText } from '../../bench/attach/engine-text.ts';
import { noVisits } from '../support/scripts/v8-targets.ts';

const skip = noVisits() ?? false;

/** Says that the process waits for the end of the debugger, and answers what was asked a little later. */
const ENDING_PROCESS = `
const http = require('node:http');
const text = (value) => {
  const body = Buffer.from(JSON.stringify(value));
  return Buffer.concat([Buffer.from([0x81, body.length]), body]);
};
const list = JSON.stringify([{ id: 0 }]).replace('"id":0', '"id": "01234567-89ab-cdef-0123-456789abcdef"');
const server = http.createServer((request, response) => response.end(list));
server.on('upgrade', (request, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n');
  socket.once('data', (frame) => {
    const asked = frame.subarray(8).map((byte, at) => byte ^ frame[4 + (at & 3)]).toString();
    console.log(asked.includes('"includeCommandLineAPI":true') ? 'with require' : 'without require');
    socket.write(text({ method: 'NodeRuntime.waitingForDisconnect' }));
    setTimeout(() => {
      answered = true;
      socket.write(text({ id: 1, result: { result: { value: 'ok' } } }));
    }, 100);
  });
  let answered = false;
  socket.on('error', () => undefined);
  socket.on('end', () => { console.log(answered ? 'after the answer' : 'before the answer'); process.exit(); });
});
server.listen(9229, '127.0.0.1', () => console.log('ready'));
`;

async function inOwnNetwork(t: TestContext, program: string) {
  const up = 'ip link set lo up; exec "$0" "$@"';
  const target = spawn('unshare', ['--net', 'sh', '-c', up, process.execPath, '-e', program]);
  t.after(() => target.kill('SIGKILL'));
  const lines = createInterface({ input: target.stdout })[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, 'ready');
  return { target, lines };
}

function visit(target: ChildProcess): ChildProcess {
  const visitor = [process.execPath, '-e', visitText, targetText, 'close', '1', '0123456789abcdef'];
  return spawn('nsenter', ['--target', String(target.pid), '--net', ...visitor], { stdio: 'ignore' });
}

/** What the ending process has seen of a visitor. */
async function seen(t: TestContext): Promise<unknown[]> {
  const { target, lines } = await inOwnNetwork(t, ENDING_PROCESS);
  await once(visit(target), 'exit');
  return [(await lines.next()).value, (await lines.next()).value];
}

/** Answers only when it reads a line, and says whether the client is still there then. */
const SLOW_PROCESS = `
const http = require('node:http');
const list = JSON.stringify([{ id: 0 }]).replace('"id":0', '"id": "01234567-89ab-cdef-0123-456789abcdef"');
const server = http.createServer((request, response) => response.end(list));
server.on('upgrade', (request, socket) => {
  let gone = false;
  socket.on('error', () => undefined).on('end', () => { gone = true; });
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n');
  socket.once('data', () => console.log('asked'));
  process.stdin.once('data', () => setTimeout(() => { console.log(gone ? 'gone' : 'there'); process.exit(); }, 100));
});
server.listen(9229, '127.0.0.1', () => console.log('ready'));
`;

test('a visitor that is killed while it waits for an answer leaves the connection open for a while', {
  skip,
}, async (t) => {
  const { target, lines } = await inOwnNetwork(t, SLOW_PROCESS);
  const visitor = visit(target);
  assert.equal((await lines.next()).value, 'asked');
  visitor.kill('SIGKILL');
  await once(visitor, 'exit');
  target.stdin?.write('answer\n');
  assert.equal((await lines.next()).value, 'there');
});

test('a visitor hears what it has asked a process that is ending before it leaves', { skip }, async (t) => {
  assert.equal((await seen(t))[1], 'after the answer');
});

test('where Node has getBuiltinModule the process is not asked for require, which crashes it at its end', {
  skip,
}, async (t) => {
  assert.equal((await seen(t))[0], 'without require');
});
