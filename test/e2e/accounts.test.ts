/** One service for several accounts that have a group of the same name: commands go where the alarm is from. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DEMO_CREDENTIALS } from '../../sandbox/aws/credentials.ts';
import { startSandbox } from '../../sandbox/aws/server.ts';
import { answeringFleet } from '../../sandbox/fleet/answering/answering-fleet.ts';
import { createClients } from '../../service/aws/clients.ts';
import { rulesChecks } from '../../service/cli/checks/check-places.ts';
import { runChecks } from '../../service/cli/checks/run-checks.ts';
import { readConfig } from '../../service/config.ts';
import { startService } from '../../service/main.ts';
import { keepingMailServer } from '../support/keeping-mail-server.ts';
import { temporaryFolder } from '../support/open-test-store.ts';
import { until } from '../support/until.ts';

const REGION = 'us-east-1';
const [HOME, SHOP, STRANGER, LOCKED] = ['111111111111', '222222222222', '333333333333', '444444444444'] as const;
const roleOf = (account: string) => `arn:aws:iam::${account}:role/smokejumper`;
const METRIC_SECONDS = 5;
const FIXTURES = join(import.meta.dirname, '../fixtures/captures');
const captureOf = (name: string) => readFileSync(join(FIXTURES, `busy-${name}.capture.gz`));

/** Two instances of `group-000`, of which one burns, in each account. */
const fleets = [HOME, SHOP, STRANGER, LOCKED].map((account, at) => {
  const fleet = answeringFleet(1, { hot: captureOf('hot'), peer: captureOf('healthy') }, 16 * at);
  return { accountId: account, region: REGION, fleet };
});
const [{ fleet: home }, ...otherPlaces] = fleets as [(typeof fleets)[number], ...typeof fleets];
const sandbox = await startSandbox({
  ...{ fleet: home, accountId: HOME, region: REGION, otherPlaces },
  ...{ timeScale: 0.01, metricPeriodSeconds: METRIC_SECONDS },
  roles: [
    { arn: roleOf(SHOP), externalId: 'fleet-7' },
    { arn: roleOf(STRANGER) },
    { arn: roleOf(LOCKED), externalId: 'another' },
  ],
});
const mail = await keepingMailServer();
const common = { region: REGION, endpoint: sandbox.endpoint };
const sns = new SNSClient({ ...common, credentials: DEMO_CREDENTIALS });
const sts = new STSClient({ ...common, credentials: DEMO_CREDENTIALS });
after(async () => {
  sns.destroy();
  sts.destroy();
  await sandbox.close();
});
const AWS = {
  AWS_ENDPOINT_URL: sandbox.endpoint,
  AWS_ACCESS_KEY_ID: DEMO_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: DEMO_CREDENTIALS.secretAccessKey,
};
Object.assign(process.env, AWS);

const folder = temporaryFolder();
const rules = join(folder, 'rules.yaml');
writeFileSync(
  rules,
  `targets:
  - { account: "${SHOP}", region: ${REGION}, role: "${roleOf(SHOP)}", external_id: fleet-7 }
  - { account: "${LOCKED}", region: ${REGION}, role: "${roleOf(LOCKED)}", external_id: wrong }
`,
);

/** A topic that CloudWatch of every account may publish to. */
async function centralTopic(): Promise<string> {
  const Policy = JSON.stringify({
    Statement: [
      {
        ...{ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'sns:Publish' },
        Resource: `arn:aws:sns:${REGION}:${HOME}:cpu`,
      },
    ],
  });
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'cpu', Attributes: { Policy } }));
  return TopicArn;
}

async function alarmIn(account: string, externalId: string | undefined, topic: string): Promise<void> {
  const role = { RoleArn: roleOf(account), RoleSessionName: 'test', ...(externalId && { ExternalId: externalId }) };
  const { Credentials: given } = await sts.send(new AssumeRoleCommand(role));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = given ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const cloudWatch = new CloudWatchClient({ ...common, credentials });
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName: `cpu of ${account}`, Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Statistic: 'Maximum' },
      ...{ Period: METRIC_SECONDS, EvaluationPeriods: 1, Threshold: 70, ComparisonOperator: 'GreaterThanThreshold' },
      Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'group-000' }],
      AlarmActions: [topic],
    }),
  );
  cloudWatch.destroy();
}

test('alarms of three accounts, of which one is no target and one has another external id', async (t) => {
  const topic = await centralTopic();
  const config = readConfig({
    ...AWS,
    ...{ AWS_REGION: REGION, SNS_TOPIC_ARNS: topic, SNS_CERTIFICATE_ORIGIN: sandbox.endpoint, RULES_FILE: rules },
    ...{ HOST: '127.0.0.1', PORT: '0', DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'silent', MIN_FREE_MB: '1' },
    ...{ MAIL_TO: 'oncall@example.com', SMTP_URL: mail.url, METRIC_PERIOD_SECONDS: `${METRIC_SECONDS}` },
    ...{ CAPTURE_SECONDS: '1', CAPTURE_LEAD_SECONDS: '2', PEER_MIN_AGE_SECONDS: '0' },
  });
  const service = await startService(config);
  t.after(() => service.close());
  await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'http', Endpoint: `${service.url}/sns` }));
  await alarmIn(SHOP, 'fleet-7', topic);
  await alarmIn(STRANGER, undefined, topic);
  await alarmIn(LOCKED, 'another', topic);

  const rowOf = async (account: string) => {
    const { rows: all } = await service.store.list({ limit: 10 });
    return all.find(({ alarmName }) => alarmName === `cpu of ${account}`);
  };
  const shop = await until(90_000, 'an incident is mailed', async () => {
    const row = await rowOf(SHOP);
    return row?.state === 'notified' ? row : undefined;
  });
  const [hot, peer] = fleets[1]?.fleet.instances.map(({ id }) => id) ?? [];
  assert.equal(shop.hotInstance, hot);
  const recorded = fleets.map(({ fleet }) => fleet.recordings.map(({ instanceId }) => instanceId).sort());
  assert.deepEqual(recorded, [[], [hot, peer], [], []]);

  // It is tried again, as a permission is often given while the alarm is on.
  assert.match(
    (await rowOf(LOCKED))?.retry?.reason ?? '',
    /^Assuming the role .*:role\/smokejumper failed: AccessDenied .*trust/,
  );
  const { rows } = await service.store.notifications({ limit: 20 });
  const refused = rows.find(({ reason }) => reason.startsWith(`"cpu of ${STRANGER}"`));
  assert.equal(refused?.outcome, 'ignored');
  assert.match(refused?.reason ?? '', /account "333333333333", which is not configured \(ALARM_ACCOUNTS, targets/);
  const mails = mail.raw.map((raw) => Buffer.from(raw).toString('latin1'));
  assert.ok(mails.some((text) => text.includes(`account ${SHOP}`)));
});

test('doctor tries each target, and says which role it may not assume', async () => {
  const config = readConfig({
    AWS_REGION: REGION,
    RULES_FILE: rules,
    SNS_TOPIC_ARNS: `arn:aws:sns:${REGION}:${HOME}:x`,
  });
  const checked = await runChecks(await rulesChecks(config, createClients(REGION)), () => undefined);
  assert.deepEqual(
    checked.map(({ name, state }) => `${name} ${state}`),
    [
      'rules ok',
      'target ok',
      'target ok',
      'target ok',
      'target note',
      ...Array(3).fill('target failed'),
      'target note',
    ],
  );
  assert.match(checked[1]?.text ?? '', /^222222222222\/us-east-1, Auto Scaling: access granted$/);
  assert.match(checked[5]?.text ?? '', /^444444444444\/us-east-1, Auto Scaling: Assuming the role .* failed/);
  assert.match(checked[5]?.fix ?? '', /external id/);
});
