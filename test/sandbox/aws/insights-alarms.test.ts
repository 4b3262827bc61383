import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CloudWatchClient,
  DescribeAlarmContributorsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { parseInsights } from '../../../sandbox/aws/cloudwatch/insights/insights-query.ts';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { type HttpEndpoint, httpEndpoint } from '../../support/sandbox/http-endpoint.ts';
import { localFleet } from '../../support/sandbox/local-fleet.ts';

const PERIOD = 5;
const EACH = 'SELECT MAX(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId) GROUP BY InstanceId ORDER BY MAX() DESC';

describe('alarms on queries of Metrics Insights in the sandbox', () => {
  let sandbox: Sandbox;
  let cloudWatch: CloudWatchClient;
  let endpoint: HttpEndpoint;
  let topicArn: string;
  const fleet = localFleet();
  const ids = fleet.instances.map(({ id }) => id);
  let now = Date.UTC(2026, 8, 23, 19, 57, 0);

  before(async () => {
    sandbox = await startSandbox({ fleet, metricPeriodSeconds: PERIOD, manualTicks: true, now: () => now });
    endpoint = await httpEndpoint();
    const client = { region: sandbox.region, endpoint: sandbox.endpoint, credentials: DEMO_CREDENTIALS };
    cloudWatch = new CloudWatchClient({ ...client, maxAttempts: 1 });
    const sns = new SNSClient(client);
    topicArn = (await sns.send(new CreateTopicCommand({ Name: 'alarms' }))).TopicArn ?? '';
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'http', Endpoint: endpoint.url }));
    await fetch(JSON.parse((await endpoint.count(1))[0]?.body ?? '{}').SubscribeURL);
    sns.destroy();
  });
  after(async () => {
    cloudWatch.destroy();
    await Promise.all([sandbox.close(), endpoint.close()]);
  });

  /** One period in which each instance has used this share of its CPUs. */
  function pass(...percents: readonly number[]): void {
    now += PERIOD * 1000;
    for (const [at, instance] of fleet.instances.entries()) {
      instance.cpuUsed += ((percents[at] ?? 0) / 100) * PERIOD * instance.cpus;
    }
    sandbox.tick();
  }

  const put = (name: string, Expression: string, more: Partial<PutMetricAlarmCommandInput> = {}) =>
    cloudWatch.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName: name, EvaluationPeriods: 1, Threshold: 70, ComparisonOperator: 'GreaterThanThreshold' },
        ...{ AlarmActions: [topicArn], OKActions: [topicArn] },
        Metrics: [{ Id: 'q1', Expression, Period: PERIOD, ReturnData: true }],
        ...more,
      }),
    );
  const found = async (name: string) =>
    (await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))).MetricAlarms?.[0];
  async function contributors(name: string) {
    const command = new DescribeAlarmContributorsCommand({ AlarmName: name });
    return (await cloudWatch.send(command)).AlarmContributors ?? [];
  }

  it('tells of the alarm and of each of its time series, as CloudWatch does', async () => {
    await put('each', EACH);
    pass(10, 10, 10);
    assert.equal((await found('each'))?.StateValue, 'OK');
    const seen = (await endpoint.count(2)).length;
    pass(90, 10, 80);
    const alarm = await found('each');
    assert.deepEqual(
      [alarm?.StateValue, alarm?.StateReason, alarm?.Metrics?.[0]?.Expression, alarm?.MetricName],
      ['ALARM', '2 out of 3 time series evaluated to ALARM', EACH, undefined],
    );
    assert.deepEqual(
      (await contributors('each')).map(({ ContributorAttributes }) => ContributorAttributes),
      [{ InstanceId: ids[0] }, { InstanceId: ids[2] }],
    );
    const bodies = (await endpoint.count(seen + 3)).slice(seen).map(({ body }) => JSON.parse(JSON.parse(body).Message));
    const whole = bodies.find(({ AlarmContributorId }) => AlarmContributorId === undefined);
    assert.deepEqual(Object.keys(whole.Trigger), [
      ...['Period', 'EvaluationPeriods', 'ComparisonOperator', 'Threshold', 'TreatMissingData'],
      ...['EvaluateLowSampleCountPercentile', 'Metrics'],
    ]);
    const one = bodies.find(({ AlarmContributorAttributes: named }) => named?.InstanceId === ids[0]);
    assert.match(one.AlarmContributorId, /^[0-9a-f]{16}$/);
    assert.equal(
      one.NewStateReason,
      'Threshold Crossed: 1 out of the last 1 datapoints was greater than the threshold (70.0). The most recent ' +
        'datapoint which crossed the threshold: [90.0 (23/09/26 19:57:05)] (minimum 1 datapoint for OK -> ALARM ' +
        'transition).',
    );
  });

  it('tells of the end of one series while the alarm stays on', async () => {
    const seen = endpoint.received.length;
    pass(90, 10, 10);
    const { Message } = JSON.parse((await endpoint.count(seen + 1))[seen]?.body ?? '{}');
    const { NewStateValue, AlarmContributorAttributes } = JSON.parse(Message);
    assert.deepEqual([NewStateValue, AlarmContributorAttributes], ['OK', { InstanceId: ids[2] }]);
    assert.equal((await found('each'))?.StateValue, 'ALARM');
    assert.equal((await contributors('each')).length, 1);
  });

  it('takes all metrics without GROUP BY as one series, and only those that WHERE names', async () => {
    await put('mean', 'select avg(CPUUtilization) from "AWS/EC2" where InstanceId != \'nobody\'', { Threshold: 50 });
    await put('calm', `SELECT MAX(CPUUtilization) FROM "AWS/EC2" WHERE InstanceId = '${ids[1]}'`, { Threshold: 30 });
    await put('none', 'SELECT MAX(CPUUtilization) FROM SCHEMA("AWS/EC2", Nothing)');
    pass(100, 0, 80);
    const states = await Promise.all(['mean', 'calm', 'none'].map(async (name) => (await found(name))?.StateValue));
    assert.deepEqual(states, ['ALARM', 'OK', 'INSUFFICIENT_DATA']);
    assert.deepEqual(await contributors('mean'), []);
  });

  it('refuses queries that do not parse, and what may not stand beside them', async () => {
    const invalid = (message: RegExp) => ({ name: 'ValidationException', message });
    for (const text of [
      'SELECT P99(x) FROM y',
      'SELECT MAX(x) FROM',
      'SELECT MAX(x) FROM y WHERE z > 1',
      'SELECT MAX(x) FROM y LIMIT all',
      'SELECT MAX(x) FROM y GROUP InstanceId',
      'SELECT MAX(x) FROM y ORDER BY x',
    ])
      await assert.rejects(put('x', text), invalid(/^Error in expression/), text);
    await assert.rejects(put('x', EACH, { MetricName: 'x' }), invalid(/MetricName must not be specified/));
    await assert.rejects(put('x', 'm1 + 1'), { name: 'InvalidParameterValueException' });
    await assert.rejects(contributors('gone'), { name: 'ResourceNotFoundException' });
  });

  it('reads every clause', () => {
    const text =
      `SELECT SUM(Load) FROM SCHEMA("A/B", Team, "Na me") WHERE Team = 'x' AND "Na me" != 'y' ` +
      'GROUP BY Team ORDER BY SUM() ASC LIMIT 5';
    const { id: _, label: __, expression: ___, ...query } = parseInsights('q', undefined, text);
    assert.deepEqual(query, {
      ...{ namespace: 'A/B', metricName: 'Load', statistic: 'Sum', schema: ['Team', 'Na me'], groupBy: ['Team'] },
      conditions: [
        { key: 'Team', isEqual: true, value: 'x' },
        { key: 'Na me', isEqual: false, value: 'y' },
      ],
    });
  });
});
