import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateTopicCommand, PublishCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { localFleet } from '../../support/sandbox/local-fleet.ts';
import { createQueue, snsClient, sqsClient, topicWithQueue } from '../../support/sandbox/queues.ts';
import { nextEvent, until } from '../../support/sandbox/wait-for.ts';

describe('SQS of the sandbox', () => {
  let sandbox: Sandbox;
  let sqs: SQSClient;
  let sns: SNSClient;

  before(async () => {
    sandbox = await startSandbox({ fleet: localFleet(), timeScale: 0.01, manualTicks: true });
    sqs = sqsClient(sandbox);
    sns = snsClient(sandbox);
  });
  after(async () => {
    sqs.destroy();
    sns.destroy();
    await sandbox.close();
  });

  const send = (url: string, body: string, more = {}) =>
    sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, ...more }));
  const receive = async (url: string, more = {}) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];
  const hide = (url: string, handle: string | undefined, seconds: number) =>
    sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: seconds }));
  const attributes = async (url: string) =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))).Attributes ?? {};

  it('keeps the order, hides what was received, and forgets what was deleted', async () => {
    const { url } = await createQueue(sqs, 'order', { VisibilityTimeout: '43200' });
    for (const body of ['one', 'two', 'three']) await send(url, body);
    const messages = await receive(url, { MessageSystemAttributeNames: ['All'] });
    assert.deepEqual(
      messages.map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount]),
      [
        ['one', '1'],
        ['two', '1'],
        ['three', '1'],
      ],
    );
    assert.deepEqual(await receive(url), []);
    const counts = await attributes(url);
    assert.equal(counts.ApproximateNumberOfMessages, '0');
    assert.equal(counts.ApproximateNumberOfMessagesNotVisible, '3');
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: messages[0]?.ReceiptHandle }));
    const rest = messages.slice(1).map(({ ReceiptHandle }, index) => ({ Id: `m${index}`, ReceiptHandle }));
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: rest.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
      }),
    );
    const again = await receive(url);
    assert.deepEqual(
      again.map(({ Body }) => Body),
      ['two', 'three'],
    );
    const answer = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: 'a', ReceiptHandle: again[0]?.ReceiptHandle },
          { Id: 'stale', ReceiptHandle: messages[2]?.ReceiptHandle },
          { Id: 'bad', ReceiptHandle: 'nothing of ours' },
        ],
      }),
    );
    assert.deepEqual(
      [answer.Successful?.map(({ Id }) => Id), answer.Failed?.map(({ Id, Code }) => [Id, Code])],
      [['a', 'stale'], [['bad', 'ReceiptHandleIsInvalid']]],
    );
    assert.equal((await attributes(url)).ApproximateNumberOfMessagesNotVisible, '1');
  });

  it('answers a long poll as soon as there is something, and with nothing when its time is over', async () => {
    const { url } = await createQueue(sqs, 'long');
    assert.deepEqual(await receive(url, { WaitTimeSeconds: 1 }), []);
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    await send(url, 'at last');
    assert.equal((await waiting)[0]?.Body, 'at last');
  });

  it('shows a message again after its visibility time-out, to a poll that waits for it', async () => {
    const { url } = await createQueue(sqs, 'again', { VisibilityTimeout: '1' });
    await send(url, 'x');
    const [first] = await receive(url);
    const [second] = await until(async () => {
      const messages = await receive(url, { WaitTimeSeconds: 20 });
      return messages.length > 0 ? messages : undefined;
    });
    assert.equal(second?.MessageId, first?.MessageId);
    assert.notEqual(second?.ReceiptHandle, first?.ReceiptHandle);
    await assert.rejects(hide(url, first?.ReceiptHandle, 30), /not available for visibility timeout change/);
  });

  it('moves to the dead-letter queue what was received too often', async () => {
    const dead = await createQueue(sqs, 'dead');
    const redrive = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: '2' });
    const { url } = await createQueue(sqs, 'alive', { RedrivePolicy: redrive });
    await send(url, 'poison');
    for (let time = 0; time < 2; time++) await hide(url, (await receive(url))[0]?.ReceiptHandle, 0);
    assert.deepEqual(await receive(url), []);
    const [buried] = await receive(dead.url);
    assert.equal(buried?.Body, 'poison');
    assert.deepEqual(await receive(url), []);
  });

  it('refuses what AWS refuses, by the names that clients know', async () => {
    const { url } = await createQueue(sqs, 'strict');
    const missing = `${url}-missing`;
    const name = (pattern: RegExp) => (error: Error) => pattern.test(`${error.name}: ${error.message}`);
    await assert.rejects(receive(missing), name(/QueueDoesNotExist/));
    await assert.rejects(sqs.send(new GetQueueUrlCommand({ QueueName: 'strict-missing' })), name(/QueueDoesNotExist/));
    await assert.rejects(receive(url, { WaitTimeSeconds: 21 }), /between 0 and 20/);
    await assert.rejects(receive(url, { MaxNumberOfMessages: 11 }), /between 1 and 10/);
    await assert.rejects(send(url, 'a\u0001b'), name(/InvalidMessageContents/));
    await assert.rejects(hide(url, 'junk', 0), name(/ReceiptHandleIsInvalid/));
    const set = (Attributes: Record<string, string>) =>
      sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
    await assert.rejects(set({ Colour: 'red' }), name(/InvalidAttributeName/));
    await assert.rejects(set({ VisibilityTimeout: '43201' }), name(/InvalidAttributeValue/));
    await assert.rejects(set({ RedrivePolicy: '{}' }), name(/InvalidAttributeValue/));
    await assert.rejects(sqs.send(new CreateQueueCommand({ QueueName: 'a.fifo' })), /no FIFO/);
    await assert.rejects(
      sqs.send(new CreateQueueCommand({ QueueName: 'strict', Attributes: { DelaySeconds: '9' } })),
      name(/QueueNameExists/),
    );
    await assert.rejects(
      sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [] })),
      name(/EmptyBatchRequest/),
    );
  });

  it('lists, empties and deletes queues', async () => {
    const { url } = await createQueue(sqs, 'list-me');
    const { Failed, Successful } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: '1', MessageBody: 'x' },
          { Id: '2', MessageBody: '\u0000' },
        ],
      }),
    );
    assert.deepEqual([Successful?.map(({ Id }) => Id), Failed?.map(({ Id }) => Id)], [['1'], ['2']]);
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    assert.deepEqual(await receive(url), []);
    const list = async () => (await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'list-' }))).QueueUrls;
    assert.deepEqual(await list(), [url]);
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    assert.deepEqual((await list()) ?? [], []);
  });

  it('gets what a topic publishes: the signed envelope, or the message alone with raw delivery', async () => {
    const enveloped = await topicWithQueue(sandbox, 'enveloped');
    const raw = await topicWithQueue(sandbox, 'raw', { raw: true });
    for (const { topicArn } of [enveloped, raw]) {
      await sns.send(new PublishCommand({ TopicArn: topicArn, Message: 'hot', Subject: 's' }));
    }
    const [envelope] = await receive(enveloped.queue.url, { WaitTimeSeconds: 20 });
    const { Type, TopicArn, Message, Signature } = JSON.parse(envelope?.Body ?? '{}');
    assert.deepEqual([Type, TopicArn, Message], ['Notification', enveloped.topicArn, 'hot']);
    assert.equal(typeof Signature, 'string');
    assert.equal((await receive(raw.queue.url, { WaitTimeSeconds: 20 }))[0]?.Body, 'hot');
  });

  it('gets nothing from a topic that its policy does not name', async () => {
    const { queue } = await topicWithQueue(sandbox, 'guarded');
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'stranger' }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn }));
    const delivery = nextEvent(sandbox, 'delivery', ({ endpoint }) => endpoint === queue.arn);
    await sns.send(new PublishCommand({ TopicArn, Message: 'let me in' }));
    assert.match((await delivery).outcome, /^403/);
    assert.deepEqual(await receive(queue.url), []);
    await assert.rejects(
      sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.url })),
      /SQS endpoint ARN/,
    );
  });
});
