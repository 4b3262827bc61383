import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import { SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { createQueueClient } from '../../service/aws/clients.ts';
import { createQueue } from '../../service/aws/queue.ts';
import { FakeQueue } from '../support/fakes/fake-queue.ts';
import { ManualClock } from '../support/fakes/manual-clock.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';
import { createQueue as newQueue, sqsClient } from '../support/sandbox/queues.ts';
import { queueContract } from './queue-contract.ts';

queueContract('the fake', async () => {
  const queue = new FakeQueue(new ManualClock(0));
  return {
    queue,
    send: async (body) => void queue.send(body),
    redrive: async (maxReceives) => {
      queue.redrive = maxReceives;
    },
  };
});

const { sandbox, client } = await sandboxSetUp({ timeScale: 0.01 });
process.env.AWS_ENDPOINT_URL = client.endpoint;
process.env.AWS_ACCESS_KEY_ID = client.credentials.accessKeyId;
process.env.AWS_SECRET_ACCESS_KEY = client.credentials.secretAccessKey;
const sqs = sqsClient(sandbox);
after(() => sqs.destroy());
let queues = 0;

queueContract('SQS', async () => {
  const { url } = await newQueue(sqs, `contract-${++queues}`);
  return {
    queue: createQueue(createQueueClient(client.region, null), url),
    send: async (body) => void (await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }))),
    redrive: async (maxReceiveCount) => {
      const dead = await newQueue(sqs, `contract-${queues}-dead`);
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount });
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { RedrivePolicy } }));
    },
  };
});

test('SQS: a queue that is not there, and what is asked of it, is said', async () => {
  const queue = createQueue(createQueueClient(client.region, null), `${client.endpoint}/000000000000/absent`);
  await assert.rejects(queue.receive(60), {
    code: 'QUEUE_UNREADABLE',
    message: /^Reading the queue absent failed: .*/,
  });
  await assert.rejects(queue.maxReceives(), { code: 'QUEUE_UNKNOWN' });
  const message = { id: 'a', body: '', receipt: 'b', receives: 1 };
  await assert.rejects(queue.hide([message], 0), { code: 'QUEUE_HIDE_FAILED' });
});

test('SQS: the host in the address of a queue is asked only when nothing else reaches it', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.headers['x-amz-target']));
    response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { url } = await newQueue(sqs, 'elsewhere');
  const elsewhere = `${own}${new URL(url).pathname}`;
  await createQueue(createQueueClient(client.region, null), elsewhere).maxReceives();
  assert.deepEqual(asked, []);
  await createQueue(createQueueClient(client.region, own), elsewhere).maxReceives();
  assert.deepEqual(asked, ['AmazonSQS.GetQueueAttributes']);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
