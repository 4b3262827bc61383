/** A service without a public address, set up as docs/operations.md says, with Debian's `aws`. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/open-test-store.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';
import { queuePolicy } from '../support/sandbox/queues.ts';
import { until } from '../support/until.ts';

/** Debian's package awscli. */
const AWS = '/usr/bin/aws';
const skip = existsSync(AWS) ? false : `there is no ${AWS}: install the package awscli`;
const MAIN = join(import.meta.dirname, '../../service/cli/main.ts');
const GROUP = 'nobody-has-it';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('an alarm that `aws` sets goes through topic and queue to an incident; SIGTERM ends the poll', {
  skip,
}, async (t) => {
  const { sandbox, client } = await sandboxSetUp({ timeScale: 0.01 });
  const folder = temporaryFolder();
  const environment = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    AWS_PAGER: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: sandbox.region,
    AWS_DEFAULT_REGION: sandbox.region,
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_ACCESS_KEY_ID: client.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: client.credentials.secretAccessKey,
  };
  const aws = async (...words: readonly string[]) => {
    const args = ['--endpoint-url', sandbox.endpoint, '--output', 'json', ...words];
    const { stdout } = await promisify(execFile)(AWS, args, { env: environment });
    return stdout === '' ? undefined : JSON.parse(stdout);
  };
  const arn = (service: string, name: string) => `arn:aws:${service}:${sandbox.region}:${sandbox.accountId}:${name}`;
  const queue = async (name: string, attributes: Readonly<Record<string, string>>): Promise<string> => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(attributes));
    return (await aws('sqs', 'create-queue', '--queue-name', name, '--attributes', `file://${file}`)).QueueUrl;
  };

  const { TopicArn: topicArn } = await aws('sns', 'create-topic', '--name', 'cpu-alarms');
  const dead = await queue('cpu-alarms-dead', { MessageRetentionPeriod: '1209600' });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn('sqs', 'cpu-alarms-dead'), maxReceiveCount: 10 });
  const url = await queue('cpu-alarms', { RedrivePolicy, Policy: queuePolicy(arn('sqs', 'cpu-alarms'), topicArn) });
  await aws(
    ...['sns', 'subscribe', '--topic-arn', topicArn, '--protocol', 'sqs'],
    ...['--notification-endpoint', arn('sqs', 'cpu-alarms')],
  );

  const port = await freePort();
  const service = spawn(process.execPath, [MAIN, 'serve'], {
    env: {
      ...environment,
      HOST: '127.0.0.1',
      PORT: `${port}`,
      DATA_DIR: join(folder, 'data'),
      LOG_LEVEL: 'silent',
      MIN_FREE_MB: '1',
      SNS_TOPIC_ARNS: topicArn,
      SNS_CERTIFICATE_ORIGIN: sandbox.endpoint,
      SQS_QUEUE_URLS: url,
    },
    stdio: 'ignore',
  });
  t.after(() => service.kill('SIGKILL'));
  await aws(
    ...['cloudwatch', 'put-metric-alarm', '--alarm-name', 'web CPU', '--namespace', 'AWS/EC2'],
    ...['--metric-name', 'CPUUtilization', '--statistic', 'Average', '--period', '60', '--evaluation-periods', '1'],
    ...['--threshold', '50', '--comparison-operator', 'GreaterThanThreshold', '--alarm-actions', topicArn],
    ...['--dimensions', `Name=AutoScalingGroupName,Value=${GROUP}`],
  );
  await aws(
    ...['cloudwatch', 'set-alarm-state', '--alarm-name', 'web CPU', '--state-value', 'ALARM'],
    ...['--state-reason', 'a try'],
  );
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json();
  const list = () =>
    until(30_000, 'an incident', async () => {
      const { incidents } = (await ask('incidents').catch(() => ({ incidents: [] }))) as { incidents: object[] };
      return incidents.length > 0 ? incidents : undefined;
    });
  assert.equal((await list()).length, 1);

  // Somebody forges an alarm, and an operator fetches it from the dead-letter queue to look at it.
  const forged = JSON.stringify({ Type: 'Notification', TopicArn: topicArn, Message: 'x', MessageId: 'forged' });
  await aws('sqs', 'send-message', '--queue-url', dead, '--message-body', forged);
  const received = join(folder, 'received.json');
  writeFileSync(received, JSON.stringify(await aws('sqs', 'receive-message', '--queue-url', dead)));
  const replayed = promisify(execFile)(process.execPath, [MAIN, 'plan', received], { env: environment });
  await assert.rejects(replayed, /holds no alarm that names an instance or a group/);

  service.kill('SIGTERM');
  const [code] = await once(service, 'exit');
  assert.equal(code, 0, 'it ends although a poll is waiting');
});
