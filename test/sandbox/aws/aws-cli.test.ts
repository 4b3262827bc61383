import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { type HttpEndpoint, httpEndpoint } from '../../support/sandbox/http-endpoint.ts';
import { LocalInstance, localFleet } from '../../support/sandbox/local-fleet.ts';
import { queuePolicy } from '../../support/sandbox/queues.ts';
import { until } from '../../support/sandbox/wait-for.ts';

/** Debian's package awscli. */
const AWS = '/usr/bin/aws';
const skip = existsSync(AWS)
  ? false
  : `there is no ${AWS}: install the package awscli to test the sandbox with another client`;

describe('the aws command line against the sandbox', { skip }, () => {
  let sandbox: Sandbox;
  let endpoint: HttpEndpoint;
  const fleet = localFleet();
  const [hot] = fleet.instances as [LocalInstance];
  const elsewhere = new LocalInstance(9, 'web-prod');
  const role = 'arn:aws:iam::222222222222:role/profiling';

  before(async () => {
    sandbox = await startSandbox({
      ...{ fleet, timeScale: 0.01, manualTicks: true, roles: [{ arn: role, externalId: 'seven' }] },
      otherPlaces: [{ accountId: '222222222222', region: 'us-east-1', fleet: { instances: [elsewhere] } }],
    });
    endpoint = await httpEndpoint();
  });
  after(() => Promise.all([sandbox.close(), endpoint.close()]));

  /** One run of `aws`; its JSON answer, or undefined when it printed nothing. */
  const aws = (...words: readonly string[]) => awsAs({}, ...words);

  async function awsAs(session: Readonly<Record<string, string>>, ...words: readonly string[]) {
    const { stdout } = await promisify(execFile)(
      AWS,
      ['--endpoint-url', sandbox.endpoint, '--output', 'json', ...words],
      {
        env: {
          PATH: '/usr/bin:/bin',
          HOME: '/nonexistent',
          AWS_PAGER: '',
          AWS_EC2_METADATA_DISABLED: 'true',
          AWS_REGION: sandbox.region,
          AWS_DEFAULT_REGION: sandbox.region,
          AWS_ACCESS_KEY_ID: DEMO_CREDENTIALS.accessKeyId,
          AWS_SECRET_ACCESS_KEY: DEMO_CREDENTIALS.secretAccessKey,
          ...session,
        },
      },
    );
    return stdout === '' ? undefined : JSON.parse(stdout);
  }

  it('publishes, sets an alarm and hears both at an HTTP subscriber', async () => {
    const { TopicArn: arn } = await aws('sns', 'create-topic', '--name', 'cli');
    await aws('sns', 'subscribe', '--topic-arn', arn, '--protocol', 'http', '--notification-endpoint', endpoint.url);
    const { Token } = JSON.parse((await endpoint.count(1))[0]?.body ?? '{}');
    await aws('sns', 'confirm-subscription', '--topic-arn', arn, '--token', Token);
    const { MessageId } = await aws(
      'sns',
      'publish',
      '--topic-arn',
      arn,
      '--subject',
      's',
      '--message',
      'from the command line',
    );
    const message = (await endpoint.count(2))[1];
    assert.equal(message?.headers['x-amz-sns-message-id'], MessageId);
    assert.equal(JSON.parse(message?.body ?? '{}').Message, 'from the command line');
    const alarm =
      '--namespace AWS/EC2 --metric-name CPUUtilization --statistic Maximum --period 60 --evaluation-periods 2 ' +
      '--threshold 70';
    const dimension = 'Name=AutoScalingGroupName,Value=web-prod';
    await aws(
      ...['cloudwatch', 'put-metric-alarm', '--alarm-name', 'cpu high', ...alarm.split(' ')],
      ...['--comparison-operator', 'GreaterThanThreshold', '--dimensions', dimension, '--alarm-actions', arn],
    );
    await aws(
      'cloudwatch',
      'set-alarm-state',
      '--alarm-name',
      'cpu high',
      '--state-value',
      'ALARM',
      '--state-reason',
      'a drill',
    );
    const { MetricAlarms } = await aws('cloudwatch', 'describe-alarms');
    assert.deepEqual(
      [MetricAlarms[0].AlarmName, MetricAlarms[0].StateValue, MetricAlarms[0].Threshold],
      ['cpu high', 'ALARM', 70],
    );
    const alarmed = JSON.parse(JSON.parse((await endpoint.count(3))[2]?.body ?? '{}').Message);
    assert.deepEqual([alarmed.NewStateReason, alarmed.Trigger.Statistic], ['a drill', 'MAXIMUM']);
  });

  it('puts a composite alarm, finds its family and reads why it changed', async () => {
    const cloudWatch = (action: string, ...words: readonly string[]) => aws('cloudwatch', action, ...words);
    const metric =
      '--namespace App --metric-name Disk --statistic Maximum --period 60 --evaluation-periods 1 --threshold 90';
    const child = ['--alarm-name', 'disk full', '--comparison-operator', 'GreaterThanThreshold', ...metric.split(' ')];
    await cloudWatch('put-metric-alarm', ...child);
    const rule = 'ALARM("disk full") AND NOT FALSE';
    await cloudWatch('put-composite-alarm', '--alarm-name', 'any fire', '--alarm-rule', rule);
    const state = ['--state-value', 'ALARM', '--state-reason', 'a drill'];
    await cloudWatch('set-alarm-state', '--alarm-name', 'disk full', ...state);
    const [{ CompositeAlarms }, children, parents, { AlarmHistoryItems }] = await Promise.all([
      cloudWatch('describe-alarms', '--alarm-types', 'CompositeAlarm'),
      cloudWatch('describe-alarms', '--children-of-alarm-name', 'any fire'),
      cloudWatch('describe-alarms', '--parents-of-alarm-name', 'disk full'),
      cloudWatch('describe-alarm-history', '--alarm-name', 'any fire', '--alarm-types', 'CompositeAlarm'),
      assert.rejects(
        cloudWatch('put-composite-alarm', '--alarm-name', 'x', '--alarm-rule', 'ALARM(gone)'),
        /ValidationError.*Could not save the composite alarm as alarms \[gone\] in the alarm rule do not exist/,
      ),
      assert.rejects(cloudWatch('delete-alarms', '--alarm-names', 'disk full'), /ValidationError.*depending on it/),
    ]);
    const [composite] = CompositeAlarms;
    assert.deepEqual([composite.StateValue, composite.AlarmRule], ['ALARM', rule]);
    assert.match(composite.StateReason, /:alarm:disk full transitioned to ALARM at \w+ \d\d \w+, \d{4} [\d:]{8} UTC$/);
    assert.deepEqual(
      [children.MetricAlarms[0].AlarmName, parents.CompositeAlarms[0].AlarmName],
      ['disk full', 'any fire'],
    );
    assert.equal(AlarmHistoryItems[0].HistorySummary, 'Alarm updated from OK to ALARM');
    await cloudWatch('delete-alarms', '--alarm-names', 'any fire');
    await cloudWatch('delete-alarms', '--alarm-names', 'disk full');
  });

  it('drives a queue that a topic feeds, with its dead letters', async () => {
    const { QueueUrl: dead } = await aws('sqs', 'create-queue', '--queue-name', 'cli-dead');
    const arnOf = async (url: string) => {
      const { Attributes } = await aws(
        ...['sqs', 'get-queue-attributes', '--queue-url', url, '--attribute-names', 'QueueArn'],
      );
      return Attributes.QueueArn as string;
    };
    const redrive = JSON.stringify({ deadLetterTargetArn: await arnOf(dead), maxReceiveCount: '1' });
    const attributes = JSON.stringify({ RedrivePolicy: redrive, VisibilityTimeout: '43200' });
    const { QueueUrl: url } = await aws(...['sqs', 'create-queue', '--queue-name', 'cli', '--attributes', attributes]);
    const queueArn = await arnOf(url);
    const { TopicArn: arn } = await aws('sns', 'create-topic', '--name', 'cli-queue');
    const Policy = queuePolicy(queueArn, arn);
    await aws('sqs', 'set-queue-attributes', '--queue-url', url, '--attributes', JSON.stringify({ Policy }));
    await aws('sns', 'subscribe', '--topic-arn', arn, '--protocol', 'sqs', '--notification-endpoint', queueArn);
    await aws('sns', 'publish', '--topic-arn', arn, '--message', '<through & the queue>');
    await aws('sqs', 'send-message', '--queue-url', url, '--message-body', 'by hand');
    const receive = (from: string) =>
      aws('sqs', 'receive-message', '--queue-url', from, '--max-number-of-messages', '10', '--attribute-names', 'All');
    const { Messages } = await receive(url);
    assert.equal(JSON.parse(Messages[0].Body).Message, '<through & the queue>');
    assert.deepEqual([Messages[1].Body, Messages[1].Attributes.ApproximateReceiveCount], ['by hand', '1']);
    await aws('sqs', 'delete-message', '--queue-url', url, '--receipt-handle', Messages[0].ReceiptHandle);
    await aws(
      ...['sqs', 'change-message-visibility', '--queue-url', url, '--visibility-timeout', '0'],
      ...['--receipt-handle', Messages[1].ReceiptHandle],
    );
    assert.equal(await receive(url), undefined);
    const [buried] = (await receive(dead)).Messages;
    const entries = JSON.stringify([{ Id: 'a', ReceiptHandle: buried.ReceiptHandle }]);
    const deleted = await aws('sqs', 'delete-message-batch', '--queue-url', dead, '--entries', entries);
    assert.deepEqual(deleted.Successful, [{ Id: 'a' }]);
    await assert.rejects(receive(`${url}-none`), /NonExistentQueue/);
  });

  it('sends a command and reads its output', async () => {
    const { Command } = await aws(
      ...['ssm', 'send-command', '--document-name', 'AWS-RunShellScript', '--instance-ids', hot.id],
      ...['--parameters', JSON.stringify({ commands: ['echo "hello from $SSM_COMMAND_ID"'] })],
    );
    const answer = await until(async () => {
      const invocation = await aws(
        'ssm',
        'get-command-invocation',
        '--command-id',
        Command.CommandId,
        '--instance-id',
        hot.id,
      );
      return invocation.Status === 'Success' ? invocation : undefined;
    });
    assert.equal(answer.StandardOutputContent, `hello from ${Command.CommandId}\n`);
  });

  it('finds the fleet', async () => {
    const [{ AutoScalingGroups }, { Reservations }] = await Promise.all([
      aws('autoscaling', 'describe-auto-scaling-groups'),
      aws('ec2', 'describe-instances', '--instance-ids', hot.id),
      assert.rejects(
        aws('ec2', 'describe-instances', '--instance-ids', 'i-0ffffffffffffffff'),
        /InvalidInstanceID\.NotFound/,
      ),
    ]);
    assert.equal(AutoScalingGroups[0].Instances.length, 3);
    assert.equal(Reservations[0].Instances[0].InstanceType, 'm7g.large');
  });

  it('moves an instance to standby and says that another is ill', async () => {
    const autoScaling = (action: string, ...words: readonly string[]) => aws('autoscaling', action, ...words);
    const ill = fleet.instances[1]?.id ?? '';
    const one = ['--auto-scaling-group-name', 'web-prod', '--instance-ids', hot.id];
    await Promise.all([
      autoScaling('enter-standby', ...one, '--should-decrement-desired-capacity'),
      autoScaling('set-instance-health', '--instance-id', ill, '--health-status', 'Unhealthy'),
    ]);
    const { AutoScalingGroups } = await autoScaling('describe-auto-scaling-groups');
    const states = AutoScalingGroups[0].Instances.map(
      (each: { LifecycleState: string; HealthStatus: string }) => `${each.LifecycleState} ${each.HealthStatus}`,
    );
    assert.deepEqual(states, ['Standby Healthy', 'InService Unhealthy', 'InService Healthy']);
    await autoScaling('exit-standby', ...one);
  });

  it('assumes a role and sees the fleet of its account', async () => {
    const assume = ['sts', 'assume-role', '--role-arn', role, '--role-session-name', 'cli', '--external-id'];
    const [{ Credentials }] = await Promise.all([
      aws(...assume, 'seven'),
      assert.rejects(aws(...assume, 'eight'), /\(AccessDenied\).* is not authorized to perform: sts:AssumeRole/),
    ]);
    const session = {
      AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: Credentials.SessionToken,
    };
    const [{ Account }, { Reservations }] = await Promise.all([
      awsAs(session, 'sts', 'get-caller-identity'),
      awsAs(session, 'ec2', 'describe-instances'),
    ]);
    assert.deepEqual(
      [Account, Reservations.length, Reservations[0].Instances[0].InstanceId],
      ['222222222222', 1, elsewhere.id],
    );
  });
});
