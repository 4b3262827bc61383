/** The poller over the real adapter, and a network that does what it likes. */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { type ApiFault, startFaultProxy } from '../../sandbox/faults/fault-proxy.ts';
import { createQueueClient, REQUEST_LIMITS } from '../../service/aws/clients.ts';
import { createQueue } from '../../service/aws/queue.ts';
import { createQueuePoller } from '../../service/incidents/queue/queue-poller.ts';
import { systemClock } from '../../service/shared/clock.ts';
import { silentLog } from '../../service/shared/log.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';
import { createQueue as newQueue, sqsClient } from '../support/sandbox/queues.ts';
import { until } from '../support/sandbox/wait-for.ts';

const { sandbox, client } = await sandboxSetUp({ timeScale: 0.01 });
const proxy = await startFaultProxy(client.endpoint);
after(() => proxy.close());
process.env.AWS_ENDPOINT_URL = proxy.endpoint;
process.env.AWS_ACCESS_KEY_ID = client.credentials.accessKeyId;
process.env.AWS_SECRET_ACCESS_KEY = client.credentials.secretAccessKey;
const sqs = sqsClient(sandbox);
after(() => sqs.destroy());

for (const fault of ['hang', 'lost', 'stall', 'reset', 'throttle', 'denied'] satisfies ApiFault[]) {
  test(`${fault} of ReceiveMessage: the poller goes on, and what is sent later is read`, async () => {
    const { url } = await newQueue(sqs, `poller-${fault}`);
    const bodies: string[] = [];
    const poller = createQueuePoller({
      name: 'cpu',
      queue: createQueue(createQueueClient(client.region, null, { ...REQUEST_LIMITS, attempts: 1 }), url, 300),
      take: async ({ body }) => {
        bodies.push(body);
        return { status: 200 };
      },
      clock: systemClock,
      log: silentLog,
      random: () => 0,
    });
    proxy.fail('ReceiveMessage', fault, 1);
    const stop = new AbortController();
    const running = poller.run(stop.signal);
    await until(() => (poller.facts().failures > 0 ? true : undefined));
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'alarm' }));
    await until(() => (poller.facts().deleted > 0 ? true : undefined));
    assert.deepEqual(bodies, ['alarm']);
    stop.abort();
    await running;
  });
}

test('a poll that waits ends at once with the process', async () => {
  const { url } = await newQueue(sqs, 'poller-end');
  proxy.fail('ReceiveMessage', 'hang');
  const poller = createQueuePoller({
    name: 'cpu',
    queue: createQueue(createQueueClient(client.region, null), url),
    take: async () => ({ status: 200 }),
    clock: systemClock,
    log: silentLog,
    random: () => 0,
  });
  const stop = new AbortController();
  const running = poller.run(stop.signal);
  await until(() => (proxy.held > 0 ? true : undefined));
  stop.abort();
  await running;
  await until(() => (proxy.held === 0 ? true : undefined));
  assert.equal(poller.facts().failures, 0);
});
