import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { type HttpEndpoint, httpEndpoint } from '../../support/sandbox/http-endpoint.ts';
import { type LocalFleet, localFleet } from '../../support/sandbox/local-fleet.ts';

const START = Date.UTC(2026, 10, 23, 10, 0, 0);
const PERIOD = 5;

describe('CloudWatch of the sandbox', () => {
  let sandbox: Sandbox;
  let cloudWatch: CloudWatchClient;
  let endpoint: HttpEndpoint;
  let topicArn: string;
  const fleet: LocalFleet = localFleet();
  let now = START;

  before(async () => {
    sandbox = await startSandbox({ fleet, metricPeriodSeconds: PERIOD, manualTicks: true, now: () => now });
    const client = {
      region: sandbox.region,
      endpoint: sandbox.endpoint,
      credentials: DEMO_CREDENTIALS,
      maxAttempts: 1,
    };
    cloudWatch = new CloudWatchClient(client);
    const sns = new SNSClient(client);
    endpoint = await httpEndpoint();
    topicArn = (await sns.send(new CreateTopicCommand({ Name: 'alarms' }))).TopicArn ?? '';
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'http', Endpoint: endpoint.url }));
    const [confirmation] = await endpoint.count(1);
    await fetch(JSON.parse(confirmation?.body ?? '{}').SubscribeURL);
    sns.destroy();
  });
  after(async () => {
    cloudWatch.destroy();
    await Promise.all([sandbox.close(), endpoint.close()]);
  });

  /** One period in which each instance has used this share of its CPUs. */
  function pass(...percents: readonly number[]): void {
    now += PERIOD * 1000;
    for (const [index, instance] of fleet.instances.entries()) {
      instance.cpuUsed += ((percents[index] ?? 0) / 100) * PERIOD * instance.cpus;
    }
    sandbox.tick();
  }

  const alarm = (name: string, overrides: Partial<PutMetricAlarmCommandInput> = {}): PutMetricAlarmCommandInput => ({
    AlarmName: name,
    Namespace: 'AWS/EC2',
    MetricName: 'CPUUtilization',
    Dimensions: [{ Name: 'InstanceId', Value: fleet.instances[0]?.id }],
    Statistic: 'Average',
    Period: PERIOD,
    EvaluationPeriods: 1,
    Threshold: 35,
    ComparisonOperator: 'GreaterThanThreshold',
    ...overrides,
  });

  async function stateOf(name: string) {
    const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
    return MetricAlarms?.[0];
  }

  it('measures CPUUtilization per instance and over the group', async () => {
    pass(10, 20, 90);
    pass(50, 20, 20);
    const query = (id: string, name: string, value: string | undefined, stat: string) => ({
      Id: id,
      MetricStat: {
        Metric: { Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Dimensions: [{ Name: name, Value: value }] },
        Period: PERIOD,
        Stat: stat,
      },
    });
    const ask = (ScanBy: 'TimestampAscending' | 'TimestampDescending') =>
      cloudWatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(START),
          EndTime: new Date(now),
          ScanBy,
          MetricDataQueries: [
            query('one', 'InstanceId', fleet.instances[0]?.id, 'Average'),
            query('average', 'AutoScalingGroupName', 'web-prod', 'Average'),
            query('maximum', 'AutoScalingGroupName', 'web-prod', 'Maximum'),
            query('count', 'AutoScalingGroupName', 'web-prod', 'SampleCount'),
            query('nobody', 'InstanceId', 'i-0ffffffffffffffff', 'Average'),
          ],
        }),
      );
    const rounded = (values: readonly number[] | undefined) => values?.map((value) => Math.round(value * 1000) / 1000);
    const { MetricDataResults: ascending = [] } = await ask('TimestampAscending');
    assert.deepEqual(
      ascending.map((result) => [result.Id, rounded(result.Values), result.StatusCode]),
      [
        ['one', [10, 50], 'Complete'],
        ['average', [40, 30], 'Complete'],
        ['maximum', [90, 50], 'Complete'],
        ['count', [3, 3], 'Complete'],
        ['nobody', [], 'Complete'],
      ],
    );
    assert.deepEqual(
      ascending[0]?.Timestamps?.map((time) => time.getTime()),
      [START, START + 5000],
    );
    const { MetricDataResults: descending = [] } = await ask('TimestampDescending');
    assert.deepEqual(rounded(descending[0]?.Values), [50, 10]);
    const { Metrics = [] } = await cloudWatch.send(new ListMetricsCommand({ Namespace: 'AWS/EC2' }));
    assert.equal(Metrics.length, 4);
  });

  it('publishes exactly the message of CloudWatch when an alarm goes off', async () => {
    await cloudWatch.send(
      new PutMetricAlarmCommand(
        alarm('fire "é"', {
          AlarmDescription: 'hot',
          EvaluationPeriods: 2,
          AlarmActions: [topicArn],
          TreatMissingData: 'notBreaching',
        }),
      ),
    );
    const configured = new Date(now).toISOString().replace('Z', '+0000');
    pass(40);
    assert.equal((await stateOf('fire "é"'))?.StateValue, 'ALARM', 'the period before was hot too');
    const body = JSON.parse((await endpoint.count(2))[1]?.body ?? '{}');
    assert.equal(body.Subject, 'ALARM: "fire "_"" in US East (N. Virginia)');
    const changed = new Date(now).toISOString().replace('Z', '+0000');
    assert.equal(
      body.Message,
      '{"AlarmName":"fire \\"é\\"","AlarmDescription":"hot","AWSAccountId":"000000000000",' +
        `"AlarmConfigurationUpdatedTimestamp":"${configured}","NewStateValue":"ALARM",` +
        '"NewStateReason":"Threshold Crossed: 2 out of the last 2 datapoints [40.0 (23/11/26 10:00:10), ' +
        '50.0 (23/11/26 10:00:05)] ' +
        'were greater than the threshold (35.0) (minimum 2 datapoints for OK -> ALARM transition).",' +
        `"StateChangeTime":"${changed}","Region":"US East (N. Virginia)",` +
        '"AlarmArn":"arn:aws:cloudwatch:us-east-1:000000000000:alarm:fire \\"é\\"",' +
        '"ActionExecutedAfterMuteWindow":false,' +
        `"OldStateValue":"INSUFFICIENT_DATA","OKActions":[],"AlarmActions":["${topicArn}"],` +
        '"InsufficientDataActions":[],' +
        '"Trigger":{"MetricName":"CPUUtilization","Namespace":"AWS/EC2","StatisticType":"Statistic",' +
        '"Statistic":"AVERAGE","Unit":null,' +
        `"Dimensions":[{"value":"${fleet.instances[0]?.id}","name":"InstanceId"}],"Period":5,"EvaluationPeriods":2,` +
        '"ComparisonOperator":"GreaterThanThreshold","Threshold":35.0,"TreatMissingData":"notBreaching",' +
        '"EvaluateLowSampleCountPercentile":""}}',
    );
  });

  it('acts once per transition, reports OK only when asked to, and keeps a history', async () => {
    await cloudWatch.send(
      new PutMetricAlarmCommand(alarm('once', { AlarmActions: [topicArn], OKActions: [topicArn] })),
    );
    const seen = endpoint.received.length;
    pass(80);
    pass(80);
    pass(5);
    await endpoint.count(seen + 2);
    const subjects = endpoint.received.slice(seen).map((each) => JSON.parse(each.body).Subject);
    assert.deepEqual(subjects.toSorted(), [
      'ALARM: "once" in US East (N. Virginia)',
      'OK: "once" in US East (N. Virginia)',
    ]);
    const state = await stateOf('once');
    assert.match(
      state?.StateReason ?? '',
      /was not greater than the threshold \(35\.0\) \(minimum 1 datapoint for ALARM -> OK transition\)\.$/,
    );
    const { AlarmHistoryItems = [] } = await cloudWatch.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'once', HistoryItemType: 'StateUpdate' }),
    );
    assert.equal(AlarmHistoryItems.length, 2);
    assert.equal(AlarmHistoryItems[0]?.HistorySummary, 'Alarm updated from ALARM to OK');
  });

  it('publishes SetAlarmState at once with the given reason, and the next evaluation puts the truth back', async () => {
    await cloudWatch.send(new PutMetricAlarmCommand(alarm('manual', { AlarmActions: [topicArn] })));
    pass(1);
    const seen = endpoint.received.length;
    await cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'manual', StateValue: 'ALARM', StateReason: 'a drill' }),
    );
    const body = JSON.parse((await endpoint.count(seen + 1))[seen]?.body ?? '{}');
    assert.equal(JSON.parse(body.Message).NewStateReason, 'a drill');
    assert.equal((await stateOf('manual'))?.StateValue, 'ALARM');
    pass(1);
    assert.equal((await stateOf('manual'))?.StateValue, 'OK');
  });

  it('lets an alarm without data be insufficient, breaching, or as it was', async () => {
    const dimensions = { Dimensions: [{ Name: 'InstanceId', Value: 'i-0eeeeeeeeeeeeeeee' }] };
    await cloudWatch.send(new PutMetricAlarmCommand(alarm('none', { ...dimensions, TreatMissingData: 'breaching' })));
    await cloudWatch.send(new PutMetricAlarmCommand(alarm('kept', { ...dimensions, TreatMissingData: 'ignore' })));
    await cloudWatch.send(new SetAlarmStateCommand({ AlarmName: 'kept', StateValue: 'OK', StateReason: 'x' }));
    pass(1);
    assert.equal(
      (await stateOf('none'))?.StateReason,
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].',
    );
    assert.equal((await stateOf('kept'))?.StateValue, 'OK');
    await cloudWatch.send(new PutMetricAlarmCommand(alarm('none', dimensions)));
    pass(1);
    assert.equal((await stateOf('none'))?.StateValue, 'INSUFFICIENT_DATA');
    assert.equal((await stateOf('none'))?.StateReason, 'Insufficient Data: 1 datapoint was unknown.');
    await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['none', 'kept'] }));
    assert.equal(await stateOf('none'), undefined);
  });

  it('alarms on metrics that clients put, with percentiles', async () => {
    const at = new Date(now);
    await cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'App',
        MetricData: [
          { MetricName: 'Latency', Timestamp: at, Values: [10, 20, 900], Counts: [50, 49, 1], Unit: 'Milliseconds' },
        ],
      }),
    );
    const statistics = await cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'App',
        MetricName: 'Latency',
        StartTime: new Date(now - 60_000),
        EndTime: new Date(now + 60_000),
        Period: 60,
        Statistics: ['Average', 'Maximum', 'SampleCount'],
      }),
    );
    const [point] = statistics.Datapoints ?? [];
    assert.deepEqual(
      [point?.Average, point?.Maximum, point?.SampleCount, point?.Unit],
      [23.8, 900, 100, 'Milliseconds'],
    );
    const input = alarm('slow', {
      Namespace: 'App',
      MetricName: 'Latency',
      Dimensions: [],
      Threshold: 15,
      ExtendedStatistic: 'p99',
    });
    const { Statistic: _, ...extended } = input;
    await cloudWatch.send(new PutMetricAlarmCommand(extended));
    pass(1);
    assert.equal((await stateOf('slow'))?.StateValue, 'ALARM');
    assert.match((await stateOf('slow'))?.StateReason ?? '', /\[20\.0 \(/);
  });

  it('refuses bad ids, periods, operators and unknown alarms', async () => {
    const rejects = (overrides: Partial<PutMetricAlarmCommandInput>, name = 'InvalidParameterValueException') =>
      assert.rejects(cloudWatch.send(new PutMetricAlarmCommand(alarm('bad', overrides))), { name });
    await rejects({ Period: 7 });
    await rejects({ ComparisonOperator: 'GreaterThanUpperThreshold' });
    await rejects({ ComparisonOperator: 'Bigger' as 'GreaterThanThreshold' }, 'ValidationException');
    await rejects({ DatapointsToAlarm: 2 });
    await rejects({ AlarmActions: ['sns'] });
    await rejects({ Threshold: undefined }, 'MissingRequiredParameterException');
    await assert.rejects(
      cloudWatch.send(new SetAlarmStateCommand({ AlarmName: 'no', StateValue: 'OK', StateReason: 'x' })),
      {
        name: 'ResourceNotFound',
      },
    );
    await assert.rejects(
      cloudWatch.send(new SetAlarmStateCommand({ AlarmName: 'no', StateValue: 'BURNING' as 'OK', StateReason: 'x' })),
      {
        name: 'ValidationException',
        message: /Value 'BURNING' at 'stateValue' .* enum value set: \[INSUFFICIENT_DATA, ALARM, OK\]$/,
      },
    );
    const query = {
      Id: 'Upper',
      MetricStat: { Metric: { Namespace: 'a', MetricName: 'b' }, Period: 60, Stat: 'Average' },
    };
    await assert.rejects(
      cloudWatch.send(
        new GetMetricDataCommand({ StartTime: new Date(0), EndTime: new Date(now), MetricDataQueries: [query] }),
      ),
      { name: 'ValidationException' },
    );
  });

  it('refuses questions for metrics that are too large or meaningless, in the words of CloudWatch', async () => {
    const Metric = { Namespace: 'a', MetricName: 'b' };
    const query = (Id: string, stat: object = {}) => ({
      Id,
      MetricStat: { Metric, Period: 60, Stat: 'Average', ...stat },
    });
    const refused = (queries: ReturnType<typeof query>[], expected: object, changes: object = {}) =>
      assert.rejects(
        cloudWatch.send(
          new GetMetricDataCommand({
            ...{ StartTime: new Date(0), EndTime: new Date(now), MetricDataQueries: queries },
            ...changes,
          }),
        ),
        expected,
      );
    const many = Array.from({ length: 501 }, (_, at) => query(`q${at}`));
    const message = 'The collection MetricDataQueries must not have a size greater than 500.';
    await refused(many, { name: 'ValidationException', message });
    await refused([query('a'), query('a')], { name: 'ValidationException', message: /are not unique/ });
    const badPeriod = {
      name: 'InvalidParameterValueException',
      message: /Period must be 1, 5, 10, 20, 30 or a multiple/,
    };
    for (const Period of [0, 59, 90.5, 61]) await refused([query('a', { Period })], badPeriod);
    await refused([query('a', { Stat: 'Mean' })], { name: 'InvalidParameterValueException' });
    const Dimensions = Array.from({ length: 31 }, (_, at) => ({ Name: `d${at}`, Value: 'v' }));
    const tooMany = 'The collection Dimensions must not have a size greater than 30.';
    await refused([query('a', { Metric: { ...Metric, Dimensions } })], { message: tooMany });
    await refused([query('a')], { name: 'ValidationException' }, { ScanBy: 'Newest' });
    await refused([query('a')], { message: /StartTime must be less than/ }, { EndTime: new Date(0) });
    await refused([], { name: 'MissingRequiredParameterException' });
  });

  it('takes the compressed bodies that clients make of large PutMetricData calls', async () => {
    const MetricData = Array.from({ length: 300 }, (_, index) => ({
      MetricName: 'Many',
      Value: index,
      Timestamp: new Date(now),
      Dimensions: [{ Name: 'queue', Value: `queue number ${index}` }],
    }));
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Bulk', MetricData }));
    const { Metrics = [] } = await cloudWatch.send(new ListMetricsCommand({ Namespace: 'Bulk' }));
    assert.equal(Metrics.length, 300);
  });
});
