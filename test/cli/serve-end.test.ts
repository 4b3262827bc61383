import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { alarmMessage, TOPIC } from '../../bench/intake/deliveries.ts';
import { createSigningIdentity } from '../../sandbox/aws/sns/certificate.ts';
import { signedBody } from '../../sandbox/aws/sns/envelope.ts';
import { temporaryFolder } from '../support/open-test-store.ts';
import { until } from '../support/until.ts';

/** What Docker and ECS wait before they kill. */
const LIMIT_MS = 10_000;

async function start(environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../service/cli/main.ts'), 'serve'], {
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: temporaryFolder(),
      SNS_TOPIC_ARNS: TOPIC,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  after(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  const url = await until(20_000, 'the service listens', async () => /^Smokejumper: (http\S+)$/m.exec(said)?.[1]);
  /** Sends it and waits for the end. */
  const end = async (signal: NodeJS.Signals) => {
    const at = performance.now();
    child.kill(signal);
    const [code, by] = await exited;
    return { code, by, ms: performance.now() - at };
  };
  return { child, url, end, exited, said: () => said };
}

/** AWS that takes connections and never says a word. */
async function silentAws() {
  const server = createTcpServer((socket) => void socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  let connections = 0;
  server.on('connection', (socket) => {
    connections++;
    socket.unref();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections };
}

/** Three of five bytes of its body are missing. */
async function unfinishedRequest(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  let answer = '';
  socket.setEncoding('latin1').on('data', (text) => (answer += text));
  socket.write('POST /sns HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhe');
  // The server has read that much when it has answered somebody who came later.
  await fetch(`${url}/healthz`);
  return { socket, answer: () => answer };
}

async function alarm(origin: string, identity: Awaited<ReturnType<typeof createSigningIdentity>>): Promise<string> {
  const now = new Date().toISOString();
  const envelope = { Type: 'Notification', MessageId: 'm-1', TopicArn: TOPIC, Timestamp: now } as const;
  return signedBody(
    { ...envelope, Message: alarmMessage(now) },
    {},
    '2',
    identity,
    `${origin}${identity.certificatePath}`,
  );
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends an idle service at once, with exit code 0`, async () => {
    const { url, end } = await start();
    // A connection that somebody keeps.
    const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    const { code, ms } = await end(signal);
    assert.equal(code, 0);
    assert.ok(ms < LIMIT_MS, `${ms} ms`);
  });
}

test('SIGTERM ends a service within 10 s whose AWS never answers, and what did not end is named', async () => {
  const identity = await createSigningIdentity(new Date());
  const certificates = createServer((_req, res) => void res.end(identity.certificatePem)).listen(0, '127.0.0.1');
  await once(certificates, 'listening');
  after(() => void certificates.close());
  const origin = `http://127.0.0.1:${(certificates.address() as AddressInfo).port}`;
  const aws = await silentAws();
  const { url, end, said } = await start({ AWS_ENDPOINT_URL: aws.url, SNS_CERTIFICATE_ORIGIN: origin });
  const answer = await fetch(`${url}/sns`, { method: 'POST', body: await alarm(origin, identity) });
  assert.equal(answer.status, 200);
  await until(20_000, 'a step calls AWS', async () => (aws.connections() > 0 ? true : undefined));
  const { code, by, ms } = await end('SIGTERM');
  assert.ok(ms < LIMIT_MS, `${ms} ms`);
  // Steps that obey the signal end in time; those that do not are named.
  assert.ok(code === 0 || code === 1, `${code} ${by}`);
  if (code === 1) assert.match(said(), /did not wait any longer for inc-\w+: step from accepted, for \d+ s/);
});

test('while it ends, what is under way is answered', async () => {
  const { url, end, said } = await start();
  const { socket, answer } = await unfinishedRequest(url);
  const ended = end('SIGTERM');
  await until(10_000, 'it takes no more connections', async () =>
    fetch(`${url}/healthz`).then(
      () => undefined,
      () => true,
    ),
  );
  socket.write('llo');
  assert.equal((await ended).code, 0);
  assert.match(answer(), /^HTTP\/1\.1 400 /, said());
});

test('a main thread that is held (a locked database, a long computation) does not keep it alive', async () => {
  const wait = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,60000)';
  const held = await start({
    NODE_OPTIONS: `--import "data:text/javascript,process.on('SIGTERM',()=>setImmediate(()=>${wait}))"`,
  });
  await unfinishedRequest(held.url);
  const { by, ms } = await held.end('SIGTERM');
  assert.equal(by, 'SIGKILL');
  assert.ok(ms < LIMIT_MS, `${ms} ms`);
  assert.match(held.said(), /the main thread did not end/);
});

test('a second signal does what signals do, whichever it is', async () => {
  const { url, child, exited } = await start();
  // One that is never completed keeps the end waiting.
  await unfinishedRequest(url);
  child.kill('SIGTERM');
  await until(10_000, 'it takes no more connections', async () =>
    fetch(`${url}/healthz`).then(
      () => undefined,
      () => true,
    ),
  );
  child.kill('SIGINT');
  assert.deepEqual(await exited, [null, 'SIGINT']);
});
