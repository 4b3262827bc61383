import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { createHttpServer, SERVER_LIMITS, type ServerLimits } from '../../service/http/http-server.ts';

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

async function serve(changes: Partial<ServerLimits>, listener: RequestListener = (_req, res) => void res.end('ok')) {
  const server: Server = createHttpServer(listener, { ...SERVER_LIMITS, checkEveryMs: 20, ...changes });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const open = (): Socket => connect(port, '127.0.0.1').on('error', () => undefined);
  return { server, open };
}

/** All that comes until the other side closes, also by a reset. */
function untilClosed(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (part) => (text += part));
  return new Promise((resolve) => socket.once('close', () => resolve(text)));
}

function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write('x'), 10);
  socket.once('close', () => clearInterval(timer));
}

test('a request whose body drips is ended', async () => {
  const { open } = await serve({ headersMs: 100, requestMs: 200 });
  const socket = open();
  socket.write('POST /sns HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n');
  drip(socket);
  await untilClosed(socket);
});

test('a request whose headers drip, and a connection that says nothing, are ended', async () => {
  const { open } = await serve({ headersMs: 100, requestMs: 200 });
  const [dripping, silent] = [open(), open()];
  dripping.write('GET / HTTP/1.1\r\nX-Long: ');
  drip(dripping);
  const [said] = await Promise.all([untilClosed(dripping), untilClosed(silent)]);
  assert.match(said, /^HTTP\/1\.1 408 /);
});

test('a connection may be idle between two requests for longer than a request may take', async () => {
  const { open } = await serve({ headersMs: 50, requestMs: 50, keepAliveMs: 60_000 });
  const socket = open();
  socket.write(REQUEST);
  await once(socket, 'data');
  // The checks that might end it end others meanwhile, each of which had as long as a request may take.
  for (let n = 0; n < 3; n++) await untilClosed(open());
  assert.equal(socket.closed, false);
  socket.write(REQUEST);
  assert.match(String((await once(socket, 'data'))[0]), /200 OK/);
  socket.destroy();
});

test('a reader that takes nothing of a long answer is ended, and one who reads is not', async () => {
  const whole = Buffer.alloc(64 << 20);
  const cutOff: boolean[] = [];
  const { open } = await serve({ silenceMs: 200 }, (_req, res) => {
    res.once('close', () => cutOff.push(!res.writableFinished));
    res.end(whole);
  });
  const reading = open();
  reading.write(REQUEST.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  assert.ok((await untilClosed(reading)).length > whole.length);
  const deaf = open().pause();
  deaf.write(REQUEST);
  while (cutOff.length < 2) await tick();
  assert.deepEqual(cutOff, [false, true]);
  deaf.destroy();
});

test('idle connections are kept longer than balancers keep them, slow requests are not', () => {
  assert.ok(SERVER_LIMITS.keepAliveMs > 60_000 + 10_000);
  assert.ok(SERVER_LIMITS.requestMs <= 30_000);
  assert.ok(SERVER_LIMITS.headersMs <= SERVER_LIMITS.requestMs);
  assert.ok(SERVER_LIMITS.checkEveryMs <= 5_000);
  assert.ok(SERVER_LIMITS.silenceMs <= 60_000);
});

test('connections beyond the limit are refused, and there is room again when others have gone', async () => {
  const { server, open } = await serve({ connections: 2 });
  const first = open();
  const second = open();
  for (const socket of [first, second]) {
    socket.write(REQUEST);
    await once(socket, 'data');
  }
  const third = open();
  await untilClosed(third);
  first.destroy();
  while ((await new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n)))) > 1) await tick();
  const fourth = open();
  fourth.write(REQUEST);
  assert.match(String((await once(fourth, 'data'))[0]), /200 OK/);
  second.destroy();
  fourth.destroy();
});

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
