/** AWS cannot be reached: the name, the connection, the handshake. */
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import test from 'node:test';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createClients, REQUEST_LIMITS } from '../../service/aws/clients.ts';
import { createCommands } from '../../service/aws/commands.ts';
import { awsError } from '../../service/aws/errors.ts';
import { sentDocument } from '../../service/engine.ts';
import { OutageError } from '../../service/shared/errors.ts';
import { HOT } from '../support/accept-alarm.ts';
import { until } from '../support/sandbox/wait-for.ts';

const OPTIONS = { document: sentDocument('AWS-RunShellScript'), deliverySeconds: 60 };
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

/** Takes connections and says nothing. */
async function silentServer() {
  const server = createServer((socket) => socket.on('error', () => undefined).resume())
    .listen(0, '127.0.0.1')
    .unref();
  await new Promise((resolve) => server.once('listening', resolve));
  const open = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  return { port: (server.address() as AddressInfo).port, open, close: () => server.close() };
}

test('a TLS handshake that does not come to an end is given up with the call', async () => {
  const { port, open, close } = await silentServer();
  const ssm = new SSMClient({ region: 'us-east-1', endpoint: `https://127.0.0.1:${port}`, credentials });
  const working = createCommands(ssm, { ...OPTIONS, ms: 300 }).result(HOT, 'cmd-1');
  await assert.rejects(working, { message: /: GetCommandInvocation did not answer within 0\.3 s\.$/ });
  await until(async () => ((await open()) === 0 ? true : undefined));
  close();
});

test('a look-up of the name that does not come to an end is given up with the call, or with its caller', async () => {
  const httpAgent = new Agent({ lookup: () => undefined });
  const endpoint = 'http://ssm.example.com';
  const ssm = new SSMClient({ region: 'us-east-1', endpoint, credentials, requestHandler: { httpAgent } });
  await assert.rejects(createCommands(ssm, { ...OPTIONS, ms: 100 }).result(HOT, 'cmd-1'), {
    message: /did not answer within 0\.1 s\.$/,
  });
  const caller = new AbortController();
  const working = createCommands(ssm, OPTIONS).result(HOT, 'cmd-1', caller.signal);
  caller.abort();
  await assert.rejects(working, { message: /was interrupted\.$/ });
});

test('credentials that are fetched without end are given up with the call', async () => {
  const ssm = new SSMClient({ region: 'us-east-1', credentials: () => new Promise(() => undefined) });
  await assert.rejects(createCommands(ssm, { ...OPTIONS, ms: 100 }).result(HOT, 'cmd-1'), OutageError);
});

test('a try without an answer, or on whose connection nothing moves, ends by the limits of the clients', async () => {
  const { port, close } = await silentServer();
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' });
  for (const limit of ['answerMs', 'idleMs'] as const) {
    const { ssm } = createClients('us-east-1', { ...REQUEST_LIMITS, attempts: 1, [limit]: 100 });
    await assert.rejects(createCommands(ssm, OPTIONS).result(HOT, 'cmd-1'), {
      message: /: GetCommandInvocation did not answer in time\.$/,
    });
  }
  close();
});

test('a port where nobody listens: the words say which, and what to check', async () => {
  const { port, close } = await silentServer();
  close();
  const endpoint = `http://127.0.0.1:${port}`;
  const ssm = new SSMClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
  await assert.rejects(createCommands(ssm, OPTIONS).result(HOT, 'cmd-1'), {
    message: new RegExp(
      ` failed: no connection for GetCommandInvocation \\(.*ECONNREFUSED 127\\.0\\.0\\.1:${port}\\)\\.$`,
    ),
    hint: /AWS_ENDPOINT_URL/,
    retry: 'later',
  });
});

test('the words tell what is wrong on the way, with the name that could not be looked up', () => {
  const said = (facts: object) => awsError('X', 'Asking', Object.assign(new Error('getaddrinfo'), facts), 'Publish');
  const noName = said({ code: 'ENOTFOUND', hostname: 'sns.us-west-9.amazonaws.com' });
  assert.equal(
    noName.message,
    'Asking failed: the name sns.us-west-9.amazonaws.com could not be looked up for Publish (ENOTFOUND).',
  );
  assert.match(noName.hint ?? '', /AWS_REGION/);
  assert.match(said({ code: 'EAI_AGAIN' }).message, /the name of its host could not be looked up .* \(EAI_AGAIN\)/);
  assert.match(said({ code: 'EPIPE', name: 'TimeoutError' }).message, /the connection broke off during Publish/);
  assert.match(said({ $metadata: { httpStatusCode: 429 } }).message, /AWS throttles Publish/);
  assert.match(said({ $metadata: { httpStatusCode: 502 } }).message, /AWS could not do Publish/);
  const forbidden = said({ $metadata: { httpStatusCode: 403 } });
  assert.deepEqual([forbidden instanceof OutageError, forbidden.retry], [false, 'later']);
  assert.deepEqual([said({}).retry, said({}).hint], ['never', undefined]);
  assert.equal(awsError('X', 'Asking', 'a string').message, 'Asking failed: UnknownError.');
});
