/** A service that AWS cannot reach: all that it hears comes through a queue that it fetches from. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test, { after, type TestContext } from 'node:test';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { PublishCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import Database from 'better-sqlite3';
import { startFaultProxy } from '../sandbox/faults/fault-proxy.ts';
import { readConfig } from '../service/config.ts';
import { startService } from '../service/main.ts';
import { stateChangeEvent } from './fixtures/alarms/messages.ts';
import { temporaryFolder } from './support/open-test-store.ts';
import { readMetrics } from './support/read-metrics.ts';
import { sandboxSetUp } from './support/sandbox/clients.ts';
import { createQueue, snsClient, sqsClient, type TestQueue, topicWithQueue } from './support/sandbox/queues.ts';
import { until } from './support/until.ts';

const { sandbox, client } = await sandboxSetUp({ timeScale: 0.01 });
const proxy = await startFaultProxy(client.endpoint);
const [sns, sqs] = [snsClient(sandbox), sqsClient(sandbox)];
const cloudWatch = new CloudWatchClient(client);
after(async () => {
  for (const each of [sns, sqs, cloudWatch]) each.destroy();
  await proxy.close();
});
const AWS = {
  AWS_ENDPOINT_URL: proxy.endpoint,
  AWS_ACCESS_KEY_ID: client.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: client.credentials.secretAccessKey,
};
Object.assign(process.env, AWS);
const MAIN = join(import.meta.dirname, '../service/cli/main.ts');

function environment(queue: TestQueue, topicArn: string | null, folder: string): Record<string, string> {
  return {
    ...AWS,
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: folder,
    LOG_LEVEL: 'silent',
    MIN_FREE_MB: '1',
    SQS_QUEUE_URLS: queue.url,
    SNS_CERTIFICATE_ORIGIN: sandbox.endpoint,
    ...(topicArn === null ? {} : { SNS_TOPIC_ARNS: topicArn }),
  };
}

async function serve(t: TestContext, queue: TestQueue, topicArn: string | null, folder = temporaryFolder()) {
  const service = await startService(readConfig(environment(queue, topicArn, folder)));
  t.after(() => service.close());
  const rows = async () => (await service.store.notifications({ limit: 20 })).rows;
  return { service, rows, folder };
}

/** An alarm of a group that nobody has: what it leads to needs no instance. */
function alarm(name: string, changes: object = {}): string {
  return JSON.stringify({
    AlarmName: name,
    AWSAccountId: sandbox.accountId,
    NewStateValue: 'ALARM',
    OldStateValue: 'OK',
    NewStateReason: 'Threshold Crossed: 1 datapoint [91.0 (20/11/26 03:11:00)] was greater than the threshold (50.0).',
    StateChangeTime: new Date().toISOString().replace('Z', '+0000'),
    AlarmArn: `arn:aws:cloudwatch:${sandbox.region}:${sandbox.accountId}:alarm:${name}`,
    Trigger: {
      MetricName: 'CPUUtilization',
      Namespace: 'AWS/EC2',
      Statistic: 'AVERAGE',
      Dimensions: [{ name: 'AutoScalingGroupName', value: `group of ${name}` }],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 50,
    },
    ...changes,
  });
}

async function left(queue: TestQueue): Promise<number> {
  const names = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: names }));
  return names.reduce((sum, name) => sum + Number(Attributes?.[name]), 0);
}

const emptied = (queue: TestQueue) =>
  until(20_000, 'the queue is empty', async () => ((await left(queue)) === 0 ? true : undefined));

test('from the alarm in CloudWatch through topic and queue to the incident, and back to OK', async (t) => {
  const { topicArn, queue } = await topicWithQueue(sandbox, 'whole-way');
  const { service, rows } = await serve(t, queue, topicArn);
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'whole way',
      Namespace: 'AWS/EC2',
      MetricName: 'CPUUtilization',
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 50,
      ComparisonOperator: 'GreaterThanThreshold',
      Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'nobody-has-it' }],
      AlarmActions: [topicArn],
      OKActions: [topicArn],
    }),
  );
  const set = (StateValue: 'ALARM' | 'OK') =>
    cloudWatch.send(new SetAlarmStateCommand({ AlarmName: 'whole way', StateValue, StateReason: 'a drill' }));
  await set('ALARM');
  await until(20_000, 'an incident', async () => (await service.store.list({ limit: 1 })).rows[0]);
  const [row] = await rows();
  assert.equal(row?.outcome, 'accepted', row?.reason);
  assert.match(row?.reason ?? '', /It came through the queue whole-way\.$/);
  await set('OK');
  await until(20_000, 'its end', async () => (await rows()).find(({ outcome }) => outcome === 'closed'));
  await emptied(queue);
  const answer = await fetch(`${service.url}/metrics`);
  const series = readMetrics(await answer.text());
  assert.equal(series.get('smokejumper_queue_deleted_total{queue="whole-way"}'), 2);
  assert.equal((await fetch(`${service.url}/readyz`)).status, 200);
});

test('raw delivery and events of EventBridge need no topic', async (t) => {
  const { topicArn, queue } = await topicWithQueue(sandbox, 'raw-way', { raw: true });
  const { rows } = await serve(t, queue, null);
  await sns.send(new PublishCommand({ TopicArn: topicArn, Message: alarm('raw') }));
  const event = JSON.stringify(stateChangeEvent());
  await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: event }));
  await emptied(queue);
  const reasons = (await rows()).map(({ outcome, reason }) => `${outcome}: ${reason}`);
  assert.equal(reasons.length, 2);
  assert.match(reasons[1] ?? '', /^accepted: .*the policy of the queue says who may send\.$/);
  // Of another account and region than this service: known as an alarm, and refused by name.
  assert.match(reasons[0] ?? '', /^ignored: .*(account|region)/);
});

test('what is forged stands in the notification log, and lies whole in the dead-letter queue', async (t) => {
  const dead = await createQueue(sqs, 'forged-dead');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
  const { topicArn, queue } = await topicWithQueue(sandbox, 'forged', { attributes: { RedrivePolicy } });
  const { rows } = await serve(t, queue, topicArn);
  const forged = JSON.stringify({ Type: 'Notification', MessageId: 'x', TopicArn: topicArn, Message: alarm('forged') });
  await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: forged }));
  await emptied(queue);
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: dead.url }));
  assert.equal(Messages?.[0]?.Body, forged);
  const [row, ...more] = await rows();
  assert.equal(row?.outcome, 'rejected');
  assert.match(row?.reason ?? '', /It stays in the queue, which puts it into its dead-letter queue\.$/);
  assert.deepEqual(more, [], 'noted once');
});

test('while another program locks the database the message waits in the queue, and is accepted then', async (t) => {
  const { topicArn, queue } = await topicWithQueue(sandbox, 'locked');
  const { service, rows, folder } = await serve(t, queue, topicArn);
  const other = new Database(join(folder, 'smokejumper.sqlite'));
  t.after(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  await sns.send(new PublishCommand({ TopicArn: topicArn, Message: alarm('locked') }));
  await until(30_000, 'it was tried', async () => {
    const series = readMetrics(await (await fetch(`${service.url}/metrics`)).text());
    return (series.get('smokejumper_queue_returned_total{queue="locked"}') ?? 0) > 0 ? true : undefined;
  });
  assert.equal(await left(queue), 1);
  other.exec('COMMIT');
  await emptied(queue);
  assert.equal((await service.store.list({ limit: 9 })).total, 1);
  // A second of the queue's time is ten milliseconds here, so it may have given the message again meanwhile.
  const outcomes = (await rows()).map(({ outcome }) => outcome);
  assert.equal(outcomes.at(-1), 'accepted');
});

test('a process that is killed between storing and deleting leaves one incident, however often it comes', async (t) => {
  const { topicArn, queue } = await topicWithQueue(sandbox, 'killed');
  const folder = temporaryFolder();
  proxy.fail('DeleteMessageBatch', 'hang');
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: environment(queue, topicArn, folder),
    stdio: 'ignore',
  });
  t.after(() => child.kill('SIGKILL'));
  await sns.send(new PublishCommand({ TopicArn: topicArn, Message: alarm('killed') }));
  await until(30_000, 'it wants to delete', async () => (proxy.held > 0 ? true : undefined));
  child.kill('SIGKILL');
  await once(child, 'exit');
  proxy.heal();
  assert.equal(await left(queue), 1);
  const { service, rows } = await serve(t, queue, topicArn, folder);
  await emptied(queue);
  assert.equal((await service.store.list({ limit: 9 })).total, 1);
  const outcomes = (await rows()).map(({ outcome }) => outcome);
  assert.equal(outcomes.at(-1), 'accepted');
  assert.ok(outcomes.length >= 2 && outcomes.slice(0, -1).every((outcome) => outcome === 'duplicate'), `${outcomes}`);
});
