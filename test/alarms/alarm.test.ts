import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Alarm } from '../../service/alarms/alarm.ts';
import { readMessage } from '../../service/alarms/read-message.ts';
import {
  CHANGED_AT,
  composite,
  HOT_ID,
  metricStat,
  singleMetric,
  stateChangeEvent,
  TOPIC,
  withMetrics,
} from '../fixtures/alarms/messages.ts';

function alarmOf(message: unknown, topic = TOPIC): Alarm {
  const reading = readMessage(JSON.stringify(message), topic);
  if (reading.kind === 'other') assert.fail(reading.reason);
  return reading.alarm;
}

function reasonOf(message: unknown): string {
  const reading = readMessage(typeof message === 'string' ? message : JSON.stringify(message), TOPIC);
  assert.equal(reading.kind, 'other');
  return reading.kind === 'other' ? reading.reason : '';
}

describe('a single-metric alarm', () => {
  test('is read completely', () => {
    assert.deepEqual(alarmOf(singleMetric()), {
      key: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web CPU high',
      name: 'web CPU high',
      description: 'Pages the web team',
      arn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web CPU high',
      accountId: '111122223333',
      otherAccounts: [],
      watchesOwn: true,
      region: 'eu-west-1',
      state: 'ALARM',
      previousState: 'OK',
      reason: singleMetric().NewStateReason,
      changedAtMs: Date.UTC(2026, 10, 20, 3, 12, 41, 622),
      afterMuteWindow: false,
      metric: { namespace: 'AWS/EC2', name: 'CPUUtilization' },
      threshold: 80,
      comparison: 'GreaterThanThreshold',
      observed: 97.41,
      periodSeconds: 60,
      targets: { instanceIds: [HOT_ID], groups: [], wholeGroups: [], hosts: [] },
      contributor: null,
      composite: null,
      isCpu: true,
      cpuWhenAlarm: 'high',
      noFire: null,
      isMissingData: false,
      cpuPercent: 97.41,
      cpuQuery: {
        metrics: [
          {
            ...{ id: 'm1', namespace: 'AWS/EC2', name: 'CPUUtilization', stat: 'Average' },
            dimensions: [{ name: 'InstanceId', value: HOT_ID }],
          },
        ],
        expressions: [],
        returned: ['m1'],
        isHeadroom: false,
      },
      observedAtMs: Date.UTC(2026, 10, 20, 3, 11),
    });
  });

  test('on a group names the group and no instance', () => {
    const alarm = alarmOf(singleMetric({}, { Dimensions: [{ name: 'AutoScalingGroupName', value: 'web-prod' }] }));
    assert.deepEqual(alarm.targets, { instanceIds: [], groups: ['web-prod'], wholeGroups: ['web-prod'], hosts: [] });
  });

  test('with an extended statistic is read like any other', () => {
    const { Trigger, ...rest } = singleMetric();
    const { Statistic, ...trigger } = Trigger as Record<string, unknown>;
    const message = { ...rest, Trigger: { ...trigger, StatisticType: 'ExtendedStatistic', ExtendedStatistic: 'p99' } };
    assert.equal(alarmOf(message).threshold, 80);
  });

  test('of 2018 without an ARN takes region from the topic and is known by region, account and name', () => {
    const { AlarmArn, ...old } = singleMetric({ Region: 'EU - Ireland' });
    const alarm = alarmOf(old);
    assert.equal(alarm.arn, null);
    assert.equal(alarm.region, 'eu-west-1');
    assert.equal(alarm.key, 'eu-west-1/111122223333/web CPU high');
    assert.equal(alarmOf(old, '').key, '-/111122223333/web CPU high');
  });

  test('of the CloudWatch agent names instance and group at once', () => {
    const alarm = alarmOf(
      singleMetric(
        {},
        {
          Namespace: 'CWAgent',
          MetricName: 'cpu_usage_active',
          Dimensions: [
            { name: 'cpu', value: 'cpu-total' },
            { name: 'AutoScalingGroupName', value: 'web-prod' },
            { name: 'InstanceId', value: HOT_ID },
          ],
        },
      ),
    );
    assert.deepEqual(alarm.targets, { instanceIds: [HOT_ID], groups: ['web-prod'], wholeGroups: [], hosts: [] });
    assert.equal(alarm.isCpu, true);
  });

  test('of the CloudWatch agent without appended dimensions names a host, or the instance id in its host name', () => {
    const on = (host: string) =>
      alarmOf(singleMetric({}, { Namespace: 'CWAgent', Dimensions: [{ name: 'host', value: host }] })).targets;
    assert.deepEqual(on('ip-10-0-0-17.ec2.internal').hosts, ['ip-10-0-0-17.ec2.internal']);
    assert.deepEqual(on(`${HOT_ID}.eu-west-1.compute.internal`), {
      instanceIds: [HOT_ID],
      groups: [],
      wholeGroups: [],
      hosts: [],
    });
  });

  test("set by hand keeps the person's words and quotes no datapoint", () => {
    const alarm = alarmOf(singleMetric({ NewStateReason: 'fire drill [99.0 (20/11/26 03:11:00)] was greater than' }));
    assert.equal(alarm.observed, null);
    assert.equal(alarm.reason, 'fire drill [99.0 (20/11/26 03:11:00)] was greater than');
  });

  test('reads the newest datapoint whatever the order and spelling of the reason', () => {
    const observed = (reason: string) => alarmOf(singleMetric({ NewStateReason: reason })).observed;
    assert.equal(
      observed('Threshold Crossed: 2 datapoints [1.5 (31/12/25 23:59:00), 2.5 (01/01/26 00:00:00)] were …'),
      2.5,
    );
    assert.equal(
      observed('Threshold Crossed: 1 datapoint (7.9053535353535365) was not greater than …'),
      7.9053535353535365,
    );
    assert.equal(observed('Threshold Crossed: 1 datapoint [1.2E-4 (01/01/26 00:00:00)] was …'), 0.00012);
    assert.equal(
      observed(
        'Threshold Crossed: … The most recent datapoint which crossed the threshold: [30.0 (23/09/26 19:57:00)] …',
      ),
      30,
    );
    assert.equal(
      observed('Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints …'),
      null,
    );
  });

  test('that waited for the end of a mute window says so', () => {
    assert.equal(alarmOf(singleMetric({ ActionExecutedAfterMuteWindow: true })).afterMuteWindow, true);
  });

  test('tells an alarm on a busy CPU from one on an idle CPU', () => {
    const meaning = (trigger: Record<string, unknown>) => alarmOf(singleMetric({}, trigger)).cpuWhenAlarm;
    assert.equal(meaning({ ComparisonOperator: 'GreaterThanOrEqualToThreshold' }), 'high');
    assert.equal(meaning({ ComparisonOperator: 'LessThanThreshold', Threshold: 10 }), 'low');
    assert.equal(meaning({ ComparisonOperator: 'LessThanThreshold', MetricName: 'cpu_usage_idle' }), 'high');
    assert.equal(meaning({ ComparisonOperator: 'GreaterThanThreshold', MetricName: 'cpu_usage_idle' }), 'low');
    assert.equal(meaning({ MetricName: 'NetworkIn' }), null);
  });

  test('knows which metrics measure CPU use', () => {
    const isCpu = (MetricName: string) => alarmOf(singleMetric({}, { MetricName })).isCpu;
    for (const name of ['CPUUtilization', 'cpu_usage_user', 'procstat_cpu_usage', 'node_cpu_utilization', 'AppCpu']) {
      assert.equal(isCpu(name), true, name);
    }
    for (const name of [
      'CPUCreditBalance',
      'node_cpu_limit',
      'pod_cpu_reserved_capacity',
      'NetworkOut',
      'mem_used_percent',
    ]) {
      assert.equal(isCpu(name), false, name);
    }
  });
});

describe('an alarm over several metrics', () => {
  test('says which of them another account has', () => {
    const stat = { Metric: { Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Dimensions: [] }, Period: 60 };
    const named = { value: 'i-0a1b2c3d4e5f60718', name: 'InstanceId' };
    const Metrics = ['999999999999', '111122223333', undefined].map((AccountId, at) => ({
      ...{ Id: `m${at}`, AccountId },
      MetricStat: { ...stat, Metric: { ...stat.Metric, Dimensions: [named] } },
    }));
    const { Trigger, ...message } = singleMetric() as { Trigger: object };
    const reading = readMessage(JSON.stringify({ ...message, Trigger: { Period: 60, Metrics } }), TOPIC);
    assert.ok(reading.kind === 'alarm' && Trigger);
    assert.deepEqual(reading.alarm.otherAccounts, ['999999999999']);
    assert.equal(reading.alarm.watchesOwn, true);
  });

  test('names the instances and groups of all of them, each once', () => {
    const alarm = alarmOf(
      withMetrics([
        metricStat('m1', { InstanceId: HOT_ID }),
        metricStat('m2', { InstanceId: 'i-0aaaaaaaaaaaaaaa1' }),
        metricStat('m3', { InstanceId: HOT_ID, AutoScalingGroupName: 'web-prod' }),
        { Id: 'e1', Expression: 'MAX(METRICS())', Label: 'hottest', ReturnData: true, Period: 60 },
      ]),
    );
    assert.deepEqual(alarm.targets, {
      instanceIds: [HOT_ID, 'i-0aaaaaaaaaaaaaaa1'],
      groups: ['web-prod'],
      wholeGroups: [],
      hosts: [],
    });
    assert.deepEqual(alarm.metric, { namespace: 'AWS/EC2', name: 'CPUUtilization' });
    assert.equal(alarm.periodSeconds, 120);
  });

  test('tells the groups that it names without an instance from those that only say where an instance is', () => {
    const { targets } = alarmOf(
      withMetrics([
        metricStat('m1', { InstanceId: HOT_ID, AutoScalingGroupName: 'web-prod' }),
        metricStat('m2', { AutoScalingGroupName: 'api-prod' }),
        { Id: 'e1', Expression: 'MAX([m1, m2])', ReturnData: true },
      ]),
    );
    assert.deepEqual(targets.groups, ['web-prod', 'api-prod']);
    assert.deepEqual(targets.wholeGroups, ['api-prod']);
  });

  test('without a CPU metric has no single metric', () => {
    const alarm = alarmOf(
      withMetrics([
        metricStat('m1', { InstanceId: HOT_ID }, 'NetworkIn'),
        metricStat('m2', { InstanceId: HOT_ID }, 'NetworkOut'),
      ]),
    );
    assert.equal(alarm.metric, null);
    assert.equal(alarm.isCpu, false);
  });

  test('as an anomaly band has no threshold, and the reason says on which side it left the band', () => {
    const band = (value: string) =>
      alarmOf(
        withMetrics(
          [
            metricStat('m1', { InstanceId: HOT_ID }),
            { Id: 'ad1', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)', ReturnData: true },
          ],
          {
            NewStateReason:
              `Thresholds Crossed: 1 out of the last 1 datapoints [${value} (20/11/26 03:11:00)] ` +
              'was less than the lower thresholds [10.5] or greater than the upper thresholds [60.25] ' +
              '(minimum 1 datapoint for OK -> ALARM transition).',
          },
          {
            ComparisonOperator: 'LessThanLowerOrGreaterThanUpperThreshold',
            Threshold: undefined,
            ThresholdMetricId: 'ad1',
          },
        ),
      );
    assert.equal(band('97.4').cpuWhenAlarm, 'high');
    assert.equal(band('97.4').threshold, null);
    assert.equal(band('97.4').observed, 97.4);
    assert.equal(band('2.0').cpuWhenAlarm, 'low');
  });
});

describe('a Metrics Insights alarm', () => {
  const query = (Expression: string) => [{ Id: 'q', Expression, ReturnData: true, Period: 60 }];
  const perInstance = query(
    'SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId) GROUP BY InstanceId ORDER BY AVG() DESC',
  );

  test('names the instance in the message of its contributor, whose key is its own', () => {
    const one = (id: string, instance: string) =>
      alarmOf(
        withMetrics(perInstance, { AlarmContributorId: id, AlarmContributorAttributes: { InstanceId: instance } }),
      );
    const alarm = one('2868f7dcc58a8caf', HOT_ID);
    assert.deepEqual(alarm.targets.instanceIds, [HOT_ID]);
    assert.deepEqual(alarm.contributor, { id: '2868f7dcc58a8caf', attributes: { InstanceId: HOT_ID } });
    assert.deepEqual(alarm.metric, { namespace: 'AWS/EC2', name: 'CPUUtilization' });
    assert.equal(alarm.isCpu, true);
    assert.notEqual(alarm.key, one('0000000000000000', 'i-0aaaaaaaaaaaaaaa1').key);
  });

  test('speaks for all in its own message, which is left to the contributors', () => {
    assert.match(reasonOf(withMetrics(perInstance)), /"web CPU high" covers all its time series/);
  });

  test('without groups is read from its WHERE', () => {
    const targets = (where: string) =>
      readMessage(
        JSON.stringify(withMetrics(query(`SELECT MAX("CPUUtilization") FROM "AWS/EC2" WHERE ${where}`))),
        TOPIC,
      );
    const reading = targets(`AutoScalingGroupName = 'web or not' AND "InstanceId" = '${HOT_ID}' LIMIT 5`);
    assert.deepEqual(reading.kind === 'alarm' && reading.alarm.targets, {
      instanceIds: [HOT_ID],
      groups: ['web or not'],
      wholeGroups: [],
      hosts: [],
    });
    assert.equal(targets(`AutoScalingGroupName != 'web'`).kind, 'other');
    assert.equal(targets(`AutoScalingGroupName = 'a' OR AutoScalingGroupName = 'b'`).kind, 'other');
  });
});

describe('a composite alarm', () => {
  test('carries its rule and the children that set it off, and no targets of its own', () => {
    const alarm = alarmOf(composite());
    assert.deepEqual(alarm.targets, { instanceIds: [], groups: [], wholeGroups: [], hosts: [] });
    assert.deepEqual(alarm.composite, {
      rule: 'ALARM("web CPU high") AND NOT ALARM("deploying")',
      childrenArns: ['arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web CPU high'],
    });
    assert.equal(alarm.isCpu, false);
  });

  test('with children that are not alarm ARNs is read without them', () => {
    const alarm = alarmOf(composite({ TriggeringChildren: [{ Arn: 'arn:aws:s3:::bucket' }, null, { Arn: 5 }] }));
    assert.deepEqual(alarm.composite?.childrenArns, []);
  });
});

describe('an EventBridge event', () => {
  test('gives the same alarm as the SNS message', () => {
    const fromEvent = alarmOf(stateChangeEvent());
    const fromSns = alarmOf(singleMetric());
    assert.deepEqual({ ...fromEvent, reason: '', comparison: null }, { ...fromSns, reason: '', comparison: null });
  });

  test('of a contributor names its instance and has no previous state', () => {
    const event = stateChangeEvent(
      {
        previousState: undefined,
        alarmContributor: { id: 'c1', attributes: { InstanceId: HOT_ID } },
        configuration: {
          metrics: [{ id: 'q', expression: 'SELECT MAX(CPUUtilization) FROM "AWS/EC2" GROUP BY InstanceId' }],
        },
      },
      { 'detail-type': 'CloudWatch Alarm Contributor State Change' },
    );
    const alarm = alarmOf(event);
    assert.equal(alarm.previousState, null);
    assert.equal(alarm.contributor?.id, 'c1');
    assert.deepEqual(alarm.targets.instanceIds, [HOT_ID]);
  });

  test('whose owner silenced the alarm is left alone, with the reason', () => {
    assert.match(
      reasonOf(
        stateChangeEvent({
          muteDetail: { mutedBy: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm-mute-rule:deploys' },
        }),
      ),
      /held back by an alarm mute rule/,
    );
    const suppressed = { value: 'ALARM', reason: '', timestamp: CHANGED_AT, actionsSuppressedBy: 'WaitPeriod' };
    assert.match(reasonOf(stateChangeEvent({ state: suppressed })), /actions suppressor \(WaitPeriod\)/);
    assert.equal(alarmOf(stateChangeEvent({ state: { ...suppressed, value: 'OK' } })).state, 'OK');
  });

  test('about a changed configuration is not an alarm', () => {
    assert.match(
      reasonOf(stateChangeEvent({}, { 'detail-type': 'CloudWatch Alarm Configuration Change' })),
      /"CloudWatch Alarm Configuration Change" from "aws\.cloudwatch" is not a change of an alarm's state/,
    );
  });

  test('of a Lambda action holds the same alarm', () => {
    const { detail, resources, account } = stateChangeEvent() as Record<string, unknown>;
    const alarm = alarmOf({
      source: 'aws.cloudwatch',
      alarmArn: (resources as string[])[0],
      accountId: account,
      region: 'eu-west-1',
      alarmData: detail,
    });
    assert.deepEqual(alarm, alarmOf(stateChangeEvent()));
  });
});

describe('what is not for us gets a reason in words', () => {
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    [
      'plain text',
      'AWS Budgets: you have gone over',
      /^The message is text, not an alarm: "AWS Budgets: you have gone over"\.$/,
    ],
    ['text with control characters', 'a\u0007\r\nb', /"a\\u0007\\r\\nb"/],
    ['an empty message', '', /The message is text, not an alarm: ""/],
    ['a JSON list', [1, 2], /a list of 2 items/],
    ['a JSON number', 7, /"7", not an alarm/],
    [
      'a launch of Auto Scaling',
      { Event: 'autoscaling:EC2_INSTANCE_LAUNCH', AutoScalingGroupName: 'web' },
      /Auto Scaling reports "autoscaling:EC2_INSTANCE_LAUNCH" in the group "web"/,
    ],
    ['some other JSON', { a: 1, b: 2 }, /JSON without an AlarmName \(keys: "a", "b"\)/],
    ['an alarm in an unknown state', singleMetric({ NewStateValue: 'BURNING' }), /unknown state "BURNING"/],
    ['an alarm without a state', singleMetric({ NewStateValue: 5 }), /unknown state "null"/],
    [
      'an alarm without a time',
      singleMetric({ StateChangeTime: 'yesterday' }),
      /does not say when its state changed \("yesterday"\)/,
    ],
    ['a name that CloudWatch would refuse', singleMetric({ AlarmName: 'x'.repeat(256) }), /256 characters/],
    [
      'CPU for the whole account',
      singleMetric({}, { Dimensions: [] }),
      /watches "AWS\/EC2 CPUUtilization" for the whole account, without naming/,
    ],
    [
      'a database',
      singleMetric({}, { Namespace: 'AWS/RDS', Dimensions: [{ name: 'DBInstanceIdentifier', value: 'main' }] }),
      /for "DBInstanceIdentifier=main", which names neither/,
    ],
    [
      'an instance id that is none',
      singleMetric({}, { Dimensions: [{ name: 'InstanceId', value: 'i-0a1b; rm -rf /' }] }),
      /for "InstanceId=i-0a1b; rm -rf \/", which names neither an EC2 instance/,
    ],
    ['an alarm that hides what it watches', singleMetric({ Trigger: null }), /does not say what it watches/],
  ];
  for (const [what, message, expected] of cases) test(what, () => assert.match(reasonOf(message), expected));
});

describe('hostile input', () => {
  test('odd types in minor fields cost only those fields', () => {
    const alarm = alarmOf(
      singleMetric(
        {
          AlarmDescription: { a: 1 },
          OldStateValue: 'WEIRD',
          AWSAccountId: 12,
          AlarmContributorAttributes: [1],
          AlarmArn: 'arn:x',
        },
        { Threshold: 'eighty', Period: null, ComparisonOperator: 7 },
      ),
    );
    assert.deepEqual(
      [alarm.description, alarm.previousState, alarm.accountId, alarm.contributor, alarm.arn, alarm.threshold],
      [null, null, null, null, null, null],
    );
    assert.deepEqual([alarm.periodSeconds, alarm.comparison, alarm.targets.instanceIds], [null, null, [HOT_ID]]);
  });

  test('numbers out of all bounds are treated as missing', () => {
    const text = JSON.stringify(singleMetric()).replace('"Threshold":80', '"Threshold":1e999');
    const reading = readMessage(text, TOPIC);
    assert.equal(reading.kind === 'alarm' && reading.alarm.threshold, null);
    const reason = `Threshold Crossed: 1 datapoint [1E999 (20/11/26 03:11:00)] was …`;
    assert.equal(alarmOf(singleMetric({ NewStateReason: reason })).observed, null);
  });

  test('names keep every character, also the ones that break other formats', () => {
    const name = '<b>`$(id)` 100 %\r\nBcc: x \u202e é 🔥 ;:';
    const alarm = alarmOf(
      singleMetric({ AlarmName: name, AlarmArn: `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${name}` }),
    );
    assert.equal(alarm.name, name);
    assert.match(alarm.key, /^arn:aws:cloudwatch/);
  });

  test('long texts are cut, but never inside a character', () => {
    const alarm = alarmOf(singleMetric({ NewStateReason: `x${'🔥'.repeat(5000)}` }));
    assert.ok(alarm.reason.length <= 2048);
    assert.ok(alarm.reason.isWellFormed());
  });

  test('prototype keys among attributes and dimensions do no harm', () => {
    const text = JSON.stringify(
      singleMetric({ AlarmContributorId: 'c', AlarmContributorAttributes: { P: '1' } }),
    ).replace('"P"', '"__proto__"');
    assert.equal(readMessage(text, TOPIC).kind, 'alarm');
    assert.equal(({} as Record<string, unknown>).P, undefined);
  });

  test('reading never throws and always ends in an alarm or a reason', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((Trigger) => JSON.stringify(singleMetric({ Trigger }))),
      fc.jsonValue().map((detail) => JSON.stringify(stateChangeEvent({}, { detail }))),
      fc
        .dictionary(fc.constantFrom(...Object.keys(singleMetric())), fc.jsonValue())
        .map((o) => JSON.stringify(singleMetric(o))),
    );
    fc.assert(
      fc.property(anything, fc.string(), (message, topic) => {
        const reading = readMessage(message, topic);
        if (reading.kind === 'other') assert.ok(reading.reason.endsWith('.') && reading.reason.length < 1000);
        else assert.ok(Number.isFinite(reading.alarm.changedAtMs) && reading.alarm.key !== '');
      }),
    );
  });

  test('a query crafted to be slow is read fast', () => {
    const evil = `SELECT AVG(CPUUtilization) FROM "AWS/EC2" ${' WHERE'.repeat(40_000)} GROUP BY`;
    const started = process.cpuUsage().user;
    readMessage(JSON.stringify(withMetrics([{ Id: 'q', Expression: evil }])), TOPIC);
    readMessage(JSON.stringify(singleMetric({ NewStateReason: `Threshold Crossed: ${'1'.repeat(200_000)}` })), TOPIC);
    assert.ok(process.cpuUsage().user - started < 1_000_000);
  });
});

test('the statistic of an alarm is read from each shape that has one, and a sum is no percentage', () => {
  const stats = (message: unknown) => alarmOf(message).cpuQuery?.metrics.map(({ stat }) => stat);
  const sns = (trigger: object) => stats(singleMetric({}, { Statistic: undefined, ...trigger }));
  assert.deepEqual(sns({ Statistic: 'MAXIMUM' }), ['Maximum']);
  assert.deepEqual(sns({ ExtendedStatistic: 'p99.9' }), ['p99.9']);
  for (const Statistic of ['SUM', 'SAMPLE_COUNT', 'FROBNICATED', null]) assert.equal(sns({ Statistic }), undefined);
  const query = [{ Id: 'q1', Expression: `SELECT MAX(CPUUtilization) FROM "AWS/EC2" WHERE InstanceId = '${HOT_ID}'` }];
  assert.deepEqual(stats(withMetrics(query)), ['Maximum']);
});
