/** The shapes of alarms with an example each; docs/alarms.md prints what becomes of them. */
import {
  composite,
  HOT_ID,
  metricStat,
  singleMetric,
  stateChangeEvent,
  withMetrics,
} from '../../fixtures/alarms/messages.ts';

export interface Shape {
  /** For the files that are of it. */
  readonly id: string;
  readonly words: string;
  readonly message: unknown;
  /** Of an alarm that is profiled: why so. What is ignored has its reason from the service itself. */
  readonly why?: string;
}

type Json = Readonly<Record<string, unknown>>;

const OTHER_ID = 'i-0aaaaaaaaaaaaaaa1';
const GROUP = { AutoScalingGroupName: 'web-prod' };
const INSTANCE = { InstanceId: HOT_ID };

/** An alarm on one metric. */
function on(MetricName: string, dimensions: Readonly<Record<string, string>>, trigger: Json = {}, changes: Json = {}) {
  const Dimensions = Object.entries(dimensions).map(([name, value]) => ({ name, value }));
  return singleMetric(changes, { MetricName, Dimensions, ...trigger });
}

/** An alarm on an expression over `m1`, `m2`, … of the instance. */
function math(Expression: string, names: readonly string[], trigger: Json = {}) {
  const metrics = names.map((name, at) => metricStat(`m${at + 1}`, INSTANCE, name));
  return withMetrics([{ Id: 'e1', Expression, ReturnData: true }, ...metrics], {}, trigger);
}

function over(Expression: string, first: Readonly<Record<string, string>>, second: Readonly<Record<string, string>>) {
  return withMetrics([{ Id: 'e1', Expression, ReturnData: true }, metricStat('m1', first), metricStat('m2', second)]);
}

function band(observed: string) {
  const NewStateReason =
    `Thresholds Crossed: 1 out of the last 1 datapoints [${observed} (20/11/26 03:11:00)] was less than the lower ` +
    'thresholds [10.5] or greater than the upper thresholds [60.25].';
  const metrics = [
    metricStat('m1', INSTANCE),
    { Id: 'ad1', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)', ReturnData: true },
  ];
  const trigger = { ComparisonOperator: 'LessThanLowerOrGreaterThanUpperThreshold', Threshold: undefined };
  return withMetrics(metrics.with(0, { ...metrics[0], ReturnData: true }), { NewStateReason }, trigger);
}

function insights(Expression: string, changes: Json = {}) {
  return withMetrics([{ Id: 'q1', Expression, ReturnData: true }], changes);
}

const AGENT = { Namespace: 'CWAgent' };
const BELOW = { ComparisonOperator: 'LessThanThreshold', Threshold: 20 };
const CONTRIBUTOR = { AlarmContributorId: 'c1', AlarmContributorAttributes: INSTANCE };
const PER_INSTANCE = 'SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId) GROUP BY InstanceId';
const MISSING =
  'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].';
const SUPPRESSED = {
  value: 'ALARM',
  reason: '',
  timestamp: '2026-11-20T03:12:41.622+0000',
  actionsSuppressedBy: 'WaitPeriod',
};
const { AlarmArn: _, ...NOWHERE } = singleMetric();

export const SHAPES: readonly Shape[] = [
  { id: 'instance', words: 'a CPU metric of one instance', message: singleMetric(), why: 'It names the instance.' },
  {
    id: 'group',
    words: 'a CPU metric of an Auto Scaling group',
    message: on('CPUUtilization', GROUP),
    why: 'A figure of a group names no instance: its busiest member in service is the hot one.',
  },
  {
    id: 'event',
    words: 'the same as an EventBridge event, or from a Lambda action',
    message: stateChangeEvent(),
    why: 'An event does not carry the comparison; its reason quotes it.',
  },
  {
    id: 'agent',
    words: 'a metric of the CloudWatch agent with instance and group',
    message: on('cpu_usage_active', { ...GROUP, ...INSTANCE, cpu: 'cpu-total' }, AGENT),
    why: 'The group only says where the instance is.',
  },
  {
    id: 'host',
    words: 'a metric of the CloudWatch agent with `host` alone',
    message: on('cpu_usage_active', { host: 'ip-10-0-0-17.ec2.internal' }, AGENT),
    why:
      'EC2 is asked who has that private DNS name, else that address, else that Name tag. ' +
      'Nobody, or several: the report says so, with the candidates.',
  },
  {
    id: 'idle-left',
    words: '`100 - m1` of idle time',
    message: math('100 - m1', ['cpu_usage_idle']),
    why: 'Less idle time is more of the value.',
  },
  {
    id: 'idle-low',
    words: 'idle time below a threshold',
    message: on('cpu_usage_idle', INSTANCE, { ...AGENT, ...BELOW }),
    why: 'Idle time falls when the CPU is busy.',
  },
  {
    id: 'fill',
    words: '`FILL(m1, 0)`, `CEIL`, `FLOOR`, `SORT` and the like',
    message: math('FILL(m1, 0)', ['CPUUtilization']),
    why: 'The value grows with the metric.',
  },
  {
    id: 'sum',
    words: '`m1 + m2` of user and system time',
    message: math('m1 + m2', ['cpu_usage_user', 'cpu_usage_system']),
    why: 'The value grows with both; the datapoint is the CPU use of the host.',
  },
  {
    id: 'headroom',
    words: '`100 - m1` of CPU use below a threshold',
    message: math('100 - m1', ['CPUUtilization'], BELOW),
    why: 'Little headroom is a busy CPU.',
  },
  {
    id: 'ratio',
    words: '`m1 / m2`: CPU use for each request',
    message: math('m1 / m2', ['CPUUtilization', 'RequestCount']),
    why: 'The value grows with CPU use. Its datapoint is no percentage, so the choice is not held against it.',
  },
  {
    id: 'if',
    words: '`IF(m1 > 80, 1, 0)`, comparisons, `AND`, `OR`',
    message: math('IF(m1 > 80, 1, 0)', ['CPUUtilization']),
    why: 'Neither branch is below the other when the condition holds.',
  },
  {
    id: 'max-groups',
    words: '`MAX([m1, m2])` over two groups',
    message: over('MAX([m1, m2])', GROUP, { AutoScalingGroupName: 'api-prod' }),
    why: 'All members of both are looked at, and the one that was as hot as the alarm saw is the hot one.',
  },
  {
    id: 'max-instances',
    words: '`MAX([m1, m2])`, `AVG(METRICS())` over several instances',
    message: over('MAX([m1, m2])', INSTANCE, { InstanceId: OTHER_ID }),
    why: 'The busiest of them is the hot one; its peers are of its own group.',
  },
  {
    id: 'mixed',
    words: '`MAX([m1, m2])` over an instance and a group',
    message: over('MAX([m1, m2])', INSTANCE, GROUP),
    why: 'The instance and each member of the group may be it.',
  },
  {
    id: 'band-above',
    words: '`ANOMALY_DETECTION_BAND`, left above',
    message: band('97.4'),
    why: 'The reason quotes both edges.',
  },
  {
    id: 'contributor',
    words: 'Metrics Insights, the message of one contributor',
    message: insights(PER_INSTANCE, CONTRIBUTOR),
    why: 'It names the instance or group that it is about.',
  },
  {
    id: 'insights-where',
    words: 'Metrics Insights with `WHERE AutoScalingGroupName = …`',
    message: insights(`SELECT MAX(CPUUtilization) FROM "AWS/EC2" WHERE AutoScalingGroupName = 'web-prod'`),
    why: 'An equality holds for each series.',
  },
  {
    id: 'composite',
    words: 'a composite alarm',
    message: composite(),
    why:
      'Its children in ALARM are asked for and read as alarms; instances and groups of those count that tell of a ' +
      'busy CPU. Each other group among them gets an incident of its own; what does not count is named in the report.',
  },
  {
    id: 'process',
    words: 'CPU of a process, container or pod on a named instance',
    message: on('procstat_cpu_usage', INSTANCE, AGENT),
    why: 'It is CPU use. The datapoint is not that of the host, so the choice is not held against it.',
  },
  {
    id: 'by-hand',
    words: 'set by hand (`set-alarm-state`)',
    message: singleMetric({ NewStateReason: 'testing the alarm' }),
    why: 'A drill is wanted; there is no datapoint to hold the choice against.',
  },
  { id: 'scale-in', words: 'a CPU metric below a threshold (scaling in)', message: on('CPUUtilization', GROUP, BELOW) },
  {
    id: 'math-scale-in',
    words: 'the same through an expression',
    message: math('FILL(m1, 0)', ['CPUUtilization'], BELOW),
  },
  { id: 'band-below', words: '`ANOMALY_DETECTION_BAND`, left below', message: band('2.0') },
  {
    id: 'missing-data',
    words: 'missing data, treated as breaching',
    message: singleMetric({ NewStateReason: MISSING }),
  },
  { id: 'iowait', words: 'time that CPUs wait for disks', message: on('cpu_usage_iowait', INSTANCE, AGENT) },
  { id: 'steal', words: 'time that the hypervisor gave to others', message: on('cpu_usage_steal', INSTANCE, AGENT) },
  { id: 'guest', words: 'time that virtual machines got', message: on('cpu_usage_guest', INSTANCE, AGENT) },
  { id: 'credits', words: 'CPU credits', message: on('CPUSurplusCreditBalance', INSTANCE) },
  { id: 'change', words: '`RATE(m1)`, `DIFF(m1)`, `STDDEV(m1)`', message: math('RATE(m1)', ['CPUUtilization']) },
  {
    id: 'unknown-function',
    words: 'a function that is not known here',
    message: math('FROBNICATE(m1)', ['CPUUtilization']),
  },
  {
    id: 'both-ways',
    words: 'an expression that is high for a busy CPU and for a calm one',
    message: math('ABS(m1 - 50)', ['CPUUtilization']),
  },
  { id: 'unreadable', words: 'an expression that cannot be read', message: math('m1 +', ['CPUUtilization']) },
  { id: 'not-cpu', words: 'a metric other than CPU use', message: on('NetworkIn', INSTANCE) },
  {
    id: 'several-not-cpu',
    words: 'an expression over several such metrics',
    message: math('SUM(METRICS())', ['NetworkIn', 'NetworkOut']),
  },
  {
    id: 'search',
    words: '`SEARCH(…)`',
    message: withMetrics([
      { Id: 'e1', Expression: `MAX(SEARCH('{AWS/EC2,InstanceId} CPUUtilization', 'Average'))`, ReturnData: true },
    ]),
  },
  { id: 'insights-all', words: 'Metrics Insights, the message for all contributors', message: insights(PER_INSTANCE) },
  { id: 'account', words: 'a metric of the whole account', message: on('CPUUtilization', {}) },
  {
    id: 'resource',
    words: 'a metric of something that is no instance',
    message: on('CPUUtilization', { DBInstanceIdentifier: 'main' }, { Namespace: 'AWS/RDS' }),
  },
  {
    id: 'node',
    words: 'an EKS node without `InstanceId`',
    why: 'The node is looked up by its name, as a host is.',
    message: on(
      'node_cpu_utilization',
      { NodeName: 'ip-10-0-0-1.ec2.internal', ClusterName: 'prod' },
      { Namespace: 'ContainerInsights' },
    ),
  },
  {
    id: 'region',
    words: 'an alarm of another region',
    message: singleMetric({ AlarmArn: 'arn:aws:cloudwatch:us-west-2:111122223333:alarm:web CPU high' }),
  },
  {
    id: 'foreign',
    words: 'an alarm of an account that is not configured',
    message: { ...NOWHERE, AWSAccountId: '999999999999' },
  },
  {
    id: 'foreign-metric',
    words: 'an alarm on a metric of such an account',
    message: withMetrics([{ ...metricStat('m1', INSTANCE), AccountId: '999999999999', ReturnData: true }]),
  },
  {
    id: 'suppressed',
    words: 'a composite whose actions are suppressed',
    message: stateChangeEvent({ state: SUPPRESSED }),
  },
  { id: 'ok', words: 'the state OK', message: singleMetric({ NewStateValue: 'OK', OldStateValue: 'ALARM' }) },
  {
    id: 'no-data',
    words: 'the state INSUFFICIENT_DATA',
    message: singleMetric({ NewStateValue: 'INSUFFICIENT_DATA' }),
  },
  { id: 'no-trigger', words: 'an alarm that does not say what it watches', message: singleMetric({ Trigger: null }) },
  {
    id: 'no-time',
    words: 'an alarm that does not say when',
    message: singleMetric({ StateChangeTime: '2023-08-04T12: 56: 46.138+0000' }),
  },
  {
    id: 'configuration',
    words: 'a change of the configuration of an alarm',
    message: stateChangeEvent({}, { 'detail-type': 'CloudWatch Alarm Configuration Change' }),
  },
  {
    id: 'scaling',
    words: 'a message of Auto Scaling',
    message: { Event: 'autoscaling:EC2_INSTANCE_TERMINATE', AutoScalingGroupName: 'web-prod' },
  },
  { id: 'text', words: 'text', message: 'Hello' },
];
