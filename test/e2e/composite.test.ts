/** Composite alarms over two groups and a disk, as CloudWatch sends them: whom does the service profile? */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, type TestContext } from 'node:test';
import {
  CloudWatchClient,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { DEMO_CREDENTIALS } from '../../sandbox/aws/credentials.ts';
import { startSandbox } from '../../sandbox/aws/server.ts';
import { answeringFleet } from '../../sandbox/fleet/answering/answering-fleet.ts';
import { readConfig } from '../../service/config.ts';
import { startService } from '../../service/main.ts';
import { keepingMailServer } from '../support/keeping-mail-server.ts';
import { temporaryFolder } from '../support/open-test-store.ts';
import { until } from '../support/until.ts';

const METRIC_SECONDS = 5;
const captureOf = (name: string) =>
  readFileSync(join(import.meta.dirname, `../fixtures/captures/busy-${name}.capture.gz`));

const fleet = answeringFleet(2, { hot: captureOf('hot'), peer: captureOf('healthy') });
const sandbox = await startSandbox({ fleet, timeScale: 0.01, metricPeriodSeconds: METRIC_SECONDS });
const mail = await keepingMailServer();
const client = { region: sandbox.region, endpoint: sandbox.endpoint, credentials: DEMO_CREDENTIALS };
const sns = new SNSClient(client);
const cloudWatch = new CloudWatchClient(client);
after(async () => {
  sns.destroy();
  cloudWatch.destroy();
  await sandbox.close();
});
const AWS = {
  AWS_ENDPOINT_URL: sandbox.endpoint,
  AWS_ACCESS_KEY_ID: DEMO_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: DEMO_CREDENTIALS.secretAccessKey,
};
Object.assign(process.env, AWS);

const putAlarm = (name: string, watched: Partial<PutMetricAlarmCommandInput>) =>
  cloudWatch.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName: name, Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Statistic: 'Maximum' },
      ...{ Period: METRIC_SECONDS, EvaluationPeriods: 1, Threshold: 70, ComparisonOperator: 'GreaterThanThreshold' },
      ...watched,
    }),
  );

/** A disk of the group whose CPU alarm stays OK. */
const DISK = { Namespace: 'CWAgent', MetricName: 'disk_used_percent' };

function fillDisk(): Promise<unknown> {
  const Dimensions = [{ Name: 'InstanceId', Value: fleet.instances[2]?.id }];
  const MetricData = [{ MetricName: DISK.MetricName, Dimensions, Value: 97, Unit: 'Percent' as const }];
  return cloudWatch.send(new PutMetricDataCommand({ Namespace: DISK.Namespace, MetricData }));
}

/** A service with its own topic. */
async function serving(t: TestContext, name: string) {
  const { TopicArn: topic = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
  const config = readConfig({
    ...AWS,
    ...{ AWS_REGION: sandbox.region, SNS_TOPIC_ARNS: topic, SNS_CERTIFICATE_ORIGIN: sandbox.endpoint },
    ...{ HOST: '127.0.0.1', PORT: '0', DATA_DIR: temporaryFolder(), LOG_LEVEL: 'silent', MIN_FREE_MB: '1' },
    ...{ MAIL_TO: 'oncall@example.com', SMTP_URL: mail.url, METRIC_PERIOD_SECONDS: `${METRIC_SECONDS}` },
    ...{ CAPTURE_SECONDS: '1', CAPTURE_LEAD_SECONDS: '2', PEER_MIN_AGE_SECONDS: '0' },
  });
  const service = await startService(config);
  t.after(() => service.close());
  await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'http', Endpoint: `${service.url}/sns` }));
  return { service, topic };
}

const group = (name: string) => ({ Dimensions: [{ Name: 'AutoScalingGroupName', Value: name }] });

test('under a composite alarm over groups and a disk, the hot one is of the CPU child in ALARM', async (t) => {
  const { service, topic } = await serving(t, 'fires');
  await putAlarm('cpu calm', { ...group('group-001'), Threshold: 99 });
  await putAlarm('cpu hot', group('group-000'));
  const Dimensions = [{ Name: 'InstanceId', Value: fleet.instances[2]?.id }];
  await putAlarm('disk full', { ...DISK, Dimensions, TreatMissingData: 'ignore' });
  await cloudWatch.send(
    new PutCompositeAlarmCommand({
      AlarmName: 'fire',
      AlarmRule: '(ALARM("cpu calm") OR ALARM("cpu hot")) AND ALARM("disk full")',
      AlarmActions: [topic],
    }),
  );
  const changes: string[] = [];
  t.after(sandbox.onEvent((event) => void (event.kind === 'alarm' && changes.push(`${event.name} ${event.to}`))));
  await until(30_000, 'the group burns', async () => (changes.includes('cpu hot ALARM') ? true : undefined));
  await fillDisk();

  const incident = await until(90_000, 'an incident is mailed', async () => {
    const { rows } = await service.store.list({ limit: 10 });
    return rows.find((row) => row.alarmName === 'fire' && row.state === 'notified');
  });
  const [hot, peer] = fleet.instances;
  assert.equal(incident.hotInstance, hot?.id);
  const recorded = fleet.recordings.map(({ instanceId }) => instanceId);
  assert.deepEqual(recorded.slice(0, 2).sort(), [hot?.id, peer?.id]);
  const report = mail.raw.map((raw) => Buffer.from(raw).toString('latin1')).join('');
  assert.match(report, /disk full/);
});

test('each group under a composite alarm has its own incident, and the OK of the composite ends both', async (t) => {
  const { service, topic } = await serving(t, 'all-fires');
  await putAlarm('cpu of 000', group('group-000'));
  await putAlarm('cpu of 001', group('group-001'));
  const AlarmRule = 'ALARM("cpu of 000") AND ALARM("cpu of 001")';
  const actions = { AlarmActions: [topic], OKActions: [topic] };
  await cloudWatch.send(new PutCompositeAlarmCommand({ AlarmName: 'all', AlarmRule, ...actions }));
  const rows = async () => (await service.store.list({ limit: 10 })).rows;
  const both = await until(90_000, 'two incidents are mailed', async () => {
    const all = await rows();
    return all.length === 2 && all.every(({ state }) => state === 'notified') ? all : undefined;
  });
  assert.deepEqual(both.map((row) => row.group).sort(), ['group-000', 'group-001']);
  assert.deepEqual(
    both.map((row) => row.hotInstance).sort(),
    [fleet.instances[0], fleet.instances[2]].map((one) => one?.id),
  );
  const above = both.find(({ alarmName }) => alarmName === 'all');
  const under = both.find(({ alarmName }) => alarmName !== 'all');
  assert.ok(above && under);
  const { others } = await service.store.ties(above.id);
  assert.deepEqual(
    others.map((other) => [other.incidentId, other.outcome]),
    [[under.id, 'accepted']],
  );
  assert.equal((await service.store.ties(under.id)).under?.incidentId, above.id);
  // Nobody asks to be told of the OK of the children.
  const rule = { AlarmName: 'all', AlarmRule: 'ALARM("cpu of 000") AND FALSE', ...actions };
  await cloudWatch.send(new PutCompositeAlarmCommand(rule));
  await until(30_000, 'both are over', async () =>
    (await rows()).every(({ closedAtMs }) => closedAtMs !== null) ? true : undefined,
  );
});
