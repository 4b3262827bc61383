import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { GetCommandInvocationCommand, ListCommandsCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
  GetCallerIdentityCommand,
  STSClient,
  type STSServiceException,
} from '@aws-sdk/client-sts';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import type { RunningScript, ScriptRun } from '../../../sandbox/fleet/instance.ts';
import { type HttpEndpoint, httpEndpoint } from '../../support/sandbox/http-endpoint.ts';
import { LocalInstance } from '../../support/sandbox/local-fleet.ts';
import { nextEvent, until } from '../../support/sandbox/wait-for.ts';

const HOME = '111111111111';
const SHOP = '222222222222';
const ROLE = `arn:aws:iam::${SHOP}:role/ops/profiling`;
const OPEN_ROLE = `arn:aws:iam::${SHOP}:role/open`;
const EXTERNAL_ID = 'smokejumper:7';
const PERIOD = 5;
const START = Date.UTC(2026, 10, 23, 10, 0, 0);

class CountingInstance extends LocalInstance {
  runs = 0;

  override run(script: ScriptRun): RunningScript {
    this.runs++;
    return super.run(script);
  }
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

function credentialsOf({ Credentials: given }: AssumeRoleCommandOutput): Required<Credentials> {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = given ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

describe('a sandbox of several accounts and regions', () => {
  const web = (number: number) => new CountingInstance(number, 'web-prod');
  const home = { instances: [web(1), web(2)] };
  const shop = { instances: [web(3)] };
  const europe = { instances: [web(4)] };
  let now = START;
  let sandbox: Sandbox;
  let endpoint: HttpEndpoint;
  const opened: { destroy(): void }[] = [];

  before(async () => {
    sandbox = await startSandbox({
      ...{ fleet: home, accountId: HOME, region: 'us-east-1', now: () => now },
      ...{ manualTicks: true, metricPeriodSeconds: PERIOD, timeScale: 0.01 },
      otherPlaces: [
        { accountId: SHOP, region: 'us-east-1', fleet: shop },
        { accountId: HOME, region: 'eu-west-1', fleet: europe },
      ],
      roles: [{ arn: ROLE, externalId: EXTERNAL_ID }, { arn: OPEN_ROLE }],
    });
    endpoint = await httpEndpoint();
  });
  after(async () => {
    for (const client of opened) client.destroy();
    await Promise.all([sandbox.close(), endpoint.close()]);
  });

  const settings = (credentials: Credentials = DEMO_CREDENTIALS, region = 'us-east-1') => ({
    ...{ credentials, region, endpoint: sandbox.endpoint, maxAttempts: 1 },
    ...{ forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' as const },
  });

  function open<T extends { destroy(): void }>(client: T): T {
    opened.push(client);
    return client;
  }

  const sts = (...how: Parameters<typeof settings>) => open(new STSClient(settings(...how)));
  const ec2 = (...how: Parameters<typeof settings>) => open(new EC2Client(settings(...how)));
  const ssm = (...how: Parameters<typeof settings>) => open(new SSMClient(settings(...how)));
  const sns = (...how: Parameters<typeof settings>) => open(new SNSClient(settings(...how)));
  const s3 = (...how: Parameters<typeof settings>) => open(new S3Client(settings(...how)));
  const cloudWatch = (...how: Parameters<typeof settings>) => open(new CloudWatchClient(settings(...how)));

  const assume = (input: Partial<AssumeRoleCommandInput> = {}, client = sts()) =>
    client.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'test', ExternalId: EXTERNAL_ID, ...input }));
  const shopCredentials = async (input: Partial<AssumeRoleCommandInput> = {}) => credentialsOf(await assume(input));

  async function instancesOf(client: EC2Client) {
    const { Reservations = [] } = await client.send(new DescribeInstancesCommand({}));
    return Reservations.flatMap(({ OwnerId, Instances = [] }) => Instances.map((each) => [OwnerId, each.InstanceId]));
  }

  describe('roles', () => {
    it('are assumed for temporary credentials, with which the caller is another', async () => {
      const answer = await assume({ DurationSeconds: 900 });
      assert.match(answer.Credentials?.AccessKeyId ?? '', /^ASIA[A-Z2-7]{16}$/);
      assert.equal(answer.Credentials?.Expiration?.getTime(), now + 900_000);
      const arn = `arn:aws:sts::${SHOP}:assumed-role/profiling/test`;
      assert.equal(answer.AssumedRoleUser?.Arn, arn);
      const asked = new GetCallerIdentityCommand({});
      const { Account, Arn, UserId } = await sts(credentialsOf(answer), 'eu-west-1').send(asked);
      assert.deepEqual([Account, Arn, UserId], [SHOP, arn, answer.AssumedRoleUser?.AssumedRoleId]);
      assert.equal((await sts().send(asked)).Arn, `arn:aws:iam::${HOME}:user/sandbox`);
    });

    it('are refused when they are unknown, or the external id is wrong or missing', async () => {
      const denied = (RoleArn: string) => (error: STSServiceException) => {
        const words = 'is not authorized to perform: sts:AssumeRole on resource:';
        assert.equal(error.message, `User: arn:aws:iam::${HOME}:user/sandbox ${words} ${RoleArn}`);
        assert.deepEqual([error.name, error.$metadata.httpStatusCode], ['AccessDenied', 403]);
        return true;
      };
      await assert.rejects(assume({ ExternalId: 'wrong' }), denied(ROLE));
      await assert.rejects(assume({ ExternalId: undefined }), denied(ROLE));
      const unknown = `arn:aws:iam::${SHOP}:role/profiling`;
      await assert.rejects(assume({ RoleArn: unknown }), denied(unknown));
      // No external id where one is not asked for, and one too many: both pass.
      await assume({ RoleArn: OPEN_ROLE, ExternalId: undefined });
      await assume({ RoleArn: OPEN_ROLE });
    });

    it('want parameters in the shape that STS gives them', async () => {
      const refused = (input: Partial<AssumeRoleCommandInput>, message: RegExp) =>
        assert.rejects(assume(input), { name: 'ValidationError', message });
      await refused({ RoleArn: 'profiling' }, /Value 'profiling' at 'roleArn'.* length greater than or equal to 20$/);
      await refused({ RoleArn: `arn:aws:iam::${SHOP}:user/somebody` }, /^arn:aws:iam::\d+:user\/somebody is invalid$/);
      await refused({ RoleSessionName: 'a b' }, /Value 'a b' at 'roleSessionName' .* regular expression pattern/);
      await refused({ RoleSessionName: 'n'.repeat(65) }, /length less than or equal to 64$/);
      await refused({ RoleSessionName: '' }, /RoleSessionName is required/);
      await refused({ ExternalId: 'a b' }, /at 'externalId' .* regular expression pattern/);
      for (const DurationSeconds of [899, 43_201]) await refused({ DurationSeconds }, /at 'durationSeconds'/);
      const { Credentials: longest } = await assume({ DurationSeconds: 43_200 });
      assert.equal(longest?.Expiration?.getTime(), now + 43_200_000);
    });

    it('are assumed by a session of another role for an hour at most', async () => {
      const chained = sts(await shopCredentials());
      await assume({ DurationSeconds: 3600 }, chained);
      await assert.rejects(assume({ DurationSeconds: 3601 }, chained), { message: /roles assumed by role chaining/ });
    });
  });

  describe('temporary credentials', () => {
    it('are nothing without their token, and no token fits another key', async () => {
      const { sessionToken, ...bare } = await shopCredentials();
      const other = await shopCredentials();
      const list = (credentials: Credentials) => ec2(credentials).send(new DescribeInstancesCommand({}));
      await assert.rejects(list(bare), { name: 'AuthFailure' });
      await assert.rejects(list({ ...bare, sessionToken: other.sessionToken }), { name: 'AuthFailure' });
      await assert.rejects(list({ ...DEMO_CREDENTIALS, sessionToken }), { name: 'AuthFailure' });
      await assert.rejects(list({ ...other, secretAccessKey: bare.secretAccessKey }), {
        name: 'SignatureDoesNotMatch',
      });
      const get = new GetObjectCommand({ Bucket: 'none', Key: 'x' });
      await assert.rejects(s3({ ...bare, sessionToken: other.sessionToken }).send(get), { name: 'InvalidToken' });
      await assert.rejects(ssm(bare).send(new ListCommandsCommand({})), { name: 'UnrecognizedClientException' });
    });

    it('end at their time by the clock of the sandbox, in the words of each service', async () => {
      const credentials = await shopCredentials({ DurationSeconds: 900 });
      const bucket = s3(credentials);
      await bucket.send(new CreateBucketCommand({ Bucket: 'profiles' }));
      const get = new GetObjectCommand({ Bucket: 'profiles', Key: 'x' });
      const calls = {
        RequestExpired: () => ec2(credentials).send(new DescribeInstancesCommand({})),
        ExpiredTokenException: () => ssm(credentials).send(new ListCommandsCommand({})),
        ExpiredToken: () => sts(credentials).send(new GetCallerIdentityCommand({})),
      };
      now += 899_999;
      for (const call of Object.values(calls)) await call();
      now += 1;
      for (const [name, call] of Object.entries(calls)) await assert.rejects(call(), { name });
      await assert.rejects(bucket.send(get), { name: 'ExpiredToken', message: 'The provided token has expired.' });
      const alarms = cloudWatch(credentials).send(new DescribeAlarmsCommand({}));
      await assert.rejects(alarms, { name: 'ExpiredTokenException' });
    });

    it('sign addresses for others, which end with them', async () => {
      const bucket = s3(await shopCredentials({ DurationSeconds: 900 }));
      await bucket.send(new CreateBucketCommand({ Bucket: 'uploads' }));
      const put = await getSignedUrl(bucket, new PutObjectCommand({ Bucket: 'uploads', Key: 'x' }), { expiresIn: 60 });
      assert.match(put, /X-Amz-Security-Token=/);
      const upload = (address: string) => fetch(address, { method: 'PUT', body: 'profile' });
      assert.equal((await upload(put)).status, 200);
      const withoutToken = await upload(put.replace(/X-Amz-Security-Token=[^&]*&/, ''));
      assert.match(await withoutToken.text(), /<Code>InvalidAccessKeyId</);
      now += 900_000;
      const late = await upload(put);
      assert.deepEqual([late.status, /<Code>ExpiredToken</.test(await late.text())], [400, true]);
    });
  });

  describe('places', () => {
    it('show each account and region its own instances, and groups of the same name', async () => {
      const credentials = await shopCredentials();
      assert.deepEqual(await instancesOf(ec2(credentials)), [[SHOP, shop.instances[0]?.id]]);
      assert.deepEqual(
        await instancesOf(ec2()),
        home.instances.map(({ id }) => [HOME, id]),
      );
      assert.deepEqual(await instancesOf(ec2(DEMO_CREDENTIALS, 'eu-west-1')), [[HOME, europe.instances[0]?.id]]);
      const groupOf = async (...how: Parameters<typeof settings>) => {
        const asked = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['web-prod'] });
        const { AutoScalingGroups = [] } = await open(new AutoScalingClient(settings(...how))).send(asked);
        return AutoScalingGroups.map(({ AutoScalingGroupARN = '', Instances = [] }) => [
          AutoScalingGroupARN.split(':').slice(3, 5).join(' '),
          Instances.length,
        ]);
      };
      assert.deepEqual(await groupOf(credentials), [[`us-east-1 ${SHOP}`, 1]]);
      assert.deepEqual(await groupOf(), [[`us-east-1 ${HOME}`, 2]]);
    });

    it('refuse a region in which the account has no place, though another account has', async () => {
      const credentials = await shopCredentials();
      await assert.rejects(instancesOf(ec2(credentials, 'eu-west-1')), {
        name: 'SignatureDoesNotMatch',
        message: "Credential should be scoped to correct region: 'us-east-1'.",
      });
      await assert.rejects(instancesOf(ec2(DEMO_CREDENTIALS, 'us-west-2')), {
        name: 'SignatureDoesNotMatch',
        message: 'Credential should be scoped to a valid region.',
      });
      await assert.rejects(assume({}, sts(DEMO_CREDENTIALS, 'us-west-2')), { name: 'SignatureDoesNotMatch' });
    });

    it('run a command on the instance of the account that sent it, and tell nobody else', async () => {
      const [instance] = shop.instances as [CountingInstance];
      const client = ssm(await shopCredentials());
      const command = new SendCommandCommand({
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: [instance.id],
        Parameters: { commands: ['echo done'] },
      });
      const { Command } = await client.send(command);
      const asked = new GetCommandInvocationCommand({ CommandId: Command?.CommandId, InstanceId: instance.id });
      const output = await until(async () => {
        const invocation = await client.send(asked).catch(() => undefined);
        return invocation?.Status === 'Success' ? invocation.StandardOutputContent : undefined;
      });
      assert.equal(output, 'done\n');
      assert.deepEqual(
        [...home.instances, ...shop.instances, ...europe.instances].map(({ runs }) => runs),
        [0, 0, 1, 0],
      );
      await assert.rejects(ssm().send(command), { name: 'InvalidInstanceId' });
      await assert.rejects(ssm().send(asked), { name: 'InvocationDoesNotExist' });
      assert.deepEqual((await ssm().send(new ListCommandsCommand({}))).Commands, []);
    });

    it('must differ', async () => {
      const place = { accountId: HOME, region: 'us-east-1', fleet: shop };
      const twice = startSandbox({ fleet: home, accountId: HOME, manualTicks: true, otherPlaces: [place] });
      await assert.rejects(twice, /has account 111111111111 in us-east-1 twice/);
    });
  });

  describe('alarms', () => {
    /** A topic that the endpoint has subscribed to; it is confirmed by the link in the message, without a signature. */
    async function subscribedTopic(client: SNSClient, Name: string): Promise<string> {
      const { TopicArn = '' } = await client.send(new CreateTopicCommand({ Name }));
      const count = endpoint.received.length + 1;
      await client.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: endpoint.url }));
      const confirmation = (await endpoint.count(count))[count - 1];
      const { status } = await fetch(JSON.parse(confirmation?.body ?? '{}').SubscribeURL);
      assert.equal(status, 200);
      return TopicArn;
    }

    /** An alarm on the group, which burns for two periods. Its history stays. */
    async function burn(client: CloudWatchClient, AlarmName: string, action: string): Promise<void> {
      await client.send(
        new PutMetricAlarmCommand({
          ...{ AlarmName, Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Statistic: 'Maximum', Period: PERIOD },
          ...{ EvaluationPeriods: 1, Threshold: 70, ComparisonOperator: 'GreaterThanThreshold' },
          Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'web-prod' }],
          AlarmActions: [action],
        }),
      );
      const changed = nextEvent(sandbox, 'alarm', ({ name, to }) => name === AlarmName && to === 'ALARM');
      for (let period = 0; period < 2; period++) {
        now += PERIOD * 1000;
        for (const instance of shop.instances) instance.cpuUsed += 0.9 * PERIOD * instance.cpus;
        sandbox.tick();
      }
      await changed;
      await client.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] }));
    }

    async function historyOf(client: CloudWatchClient, AlarmName: string) {
      const asked = new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: 'Action' });
      const { AlarmHistoryItems = [] } = await client.send(asked);
      return AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary);
    }

    async function heard(count: number) {
      const { TopicArn, Message } = JSON.parse((await endpoint.count(count))[count - 1]?.body ?? '{}');
      return { TopicArn, ...JSON.parse(Message) };
    }

    it('tell a topic of their own place, and name their account, region and ARN', async () => {
      const credentials = await shopCredentials();
      const topicArn = await subscribedTopic(sns(credentials), 'alarms');
      assert.equal(topicArn, `arn:aws:sns:us-east-1:${SHOP}:alarms`);
      const count = endpoint.received.length + 1;
      await burn(cloudWatch(credentials), 'cpu', topicArn);
      const { TopicArn, AWSAccountId, Region, AlarmArn, NewStateValue } = await heard(count);
      assert.deepEqual(
        [TopicArn, AWSAccountId, Region, AlarmArn, NewStateValue],
        [topicArn, SHOP, 'US East (N. Virginia)', `arn:aws:cloudwatch:us-east-1:${SHOP}:alarm:cpu`, 'ALARM'],
      );
      const [from, to] = [now - 600_000, now].map((at) => new Date(at));
      const statistics = new GetMetricStatisticsCommand({
        ...{ Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', StartTime: from, EndTime: to, Period: PERIOD },
        ...{ Statistics: ['Maximum' as const], Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'web-prod' }] },
      });
      const hottest = async (client: CloudWatchClient) =>
        Math.max(...((await client.send(statistics)).Datapoints ?? []).map(({ Maximum = 0 }) => Math.round(Maximum)));
      assert.deepEqual([await hottest(cloudWatch(credentials)), await hottest(cloudWatch())], [90, 0]);
      assert.deepEqual((await cloudWatch().send(new DescribeAlarmsCommand({}))).MetricAlarms, []);
    });

    it('tell the topic of another account in their region when its policy lets CloudWatch', async () => {
      const watch = cloudWatch(await shopCredentials());
      const topicArn = await subscribedTopic(sns(), 'central');
      const alarmArn = (name: string) => `arn:aws:cloudwatch:us-east-1:${SHOP}:alarm:${name}`;
      await burn(watch, 'before the policy', topicArn);
      const denied =
        `Received error: "Resource: ${alarmArn('before the policy')} is not authorized to perform: ` +
        `SNS:Publish on resource: ${topicArn}"`;
      assert.deepEqual(await historyOf(watch, 'before the policy'), [
        `Failed to execute action ${topicArn}. ${denied}`,
      ]);
      const statement = {
        ...{ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'SNS:Publish' },
        ...{ Resource: topicArn, Condition: { StringEquals: { 'aws:SourceAccount': SHOP } } },
      };
      const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      await sns().send(
        new SetTopicAttributesCommand({ TopicArn: topicArn, AttributeName: 'Policy', AttributeValue: policy }),
      );
      const count = endpoint.received.length + 1;
      await burn(watch, 'after the policy', topicArn);
      const { TopicArn, AWSAccountId, AlarmArn } = await heard(count);
      assert.deepEqual([TopicArn, AWSAccountId, AlarmArn], [topicArn, SHOP, alarmArn('after the policy')]);
      assert.deepEqual(await historyOf(watch, 'after the policy'), [`Successfully executed action ${topicArn}`]);
    });

    it('do not reach a topic in another region', async () => {
      const watch = cloudWatch(await shopCredentials());
      const topicArn = await subscribedTopic(sns(DEMO_CREDENTIALS, 'eu-west-1'), 'far');
      await burn(watch, 'far away', topicArn);
      assert.deepEqual(await historyOf(watch, 'far away'), [`Failed to execute action ${topicArn}`]);
    });
  });
});
