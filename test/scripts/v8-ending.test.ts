/** A visitor whose process is ending: Node crashes when it writes an answer to a client that is just leaving. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
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

/** What the ending process has seen of a visitor. */
async function seen(t: TestContext): Promise<unknown[]> {
  const up = 'ip link set lo up; exec "$0" "$@"';
  const ending = spawn('unshare', ['--net', 'sh', '-c', up, process.execPath, '-e', ENDING_PROCESS]);
  t.after(() => ending.kill('SIGKILL'));
  const lines = createInterface({ input: ending.stdout })[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, 'ready');
  const visitor = [process.execPath, '-e', visitText, targetText, 'close', '1', '0123456789abcdef'];
  const child = spawn('nsenter', ['--target', String(ending.pid), '--net', ...visitor], { stdio: 'ignore' });
  await once(child, 'exit');
  return [(await lines.next()).value, (await lines.next()).value];
}

test('a visitor hears what it has asked a process that is ending before it leaves', { skip }, async (t) => {
  assert.equal((await seen(t))[1], 'after the answer');
});

test('where Node has getBuiltinModule the process is not asked for require, which crashes it at its end', {
  skip,
}, async (t) => {
  assert.equal((await seen(t))[0], 'without require');
});
