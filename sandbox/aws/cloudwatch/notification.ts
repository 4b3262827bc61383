import type { Alarm, AlarmConfiguration, AlarmState, CompositeAlarm, Contributor, MetricAlarm } from './alarm.ts';
import type { InsightsQuery } from './insights/insights-query.ts';
import { JavaDouble, javaJson } from './java-json.ts';
import { awsTime } from './reason.ts';
import { STATISTICS } from './statistics.ts';

/** CloudWatch shortens alarm names so that the subject stays below 100 characters. */
const MAX_SUBJECT = 99;

/** Names as CloudWatch writes them; SNS messages carry them instead of the region code. */
const REGION_NAMES: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-central-1': 'EU (Frankfurt)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
};

export interface AlarmNotification {
  readonly subject: string;
  /** The JSON text of the SNS message, members in CloudWatch's order (2026). */
  readonly message: string;
}

/**
 * What CloudWatch publishes when an alarm has gone from `from` to its present state, or, while it stays as it is, one
 * of its time series.
 */
export function alarmNotification(
  alarm: Alarm,
  { from, contributor }: { readonly from: AlarmState; readonly contributor: Contributor | undefined },
  { region, accountId }: { readonly region: string; readonly accountId: string },
): AlarmNotification {
  const regionName = REGION_NAMES[region] ?? region;
  const change = { from, regionName, accountId, contributor };
  return {
    subject: subjectOf(contributor?.state ?? alarm.status.value, alarm.configuration.name, regionName),
    message: javaJson(alarm.type === 'MetricAlarm' ? metricMembers(alarm, change) : compositeMembers(alarm, change)),
  };
}

interface Change {
  readonly from: AlarmState;
  readonly regionName: string;
  readonly accountId: string;
  readonly contributor: Contributor | undefined;
}

function metricMembers(alarm: MetricAlarm, change: Change) {
  const { contributor } = change;
  return {
    ...whose(alarm, change),
    AlarmConfigurationUpdatedTimestamp: awsTime(alarm.configuration.updatedAt),
    ...what(alarm, change),
    ActionExecutedAfterMuteWindow: false,
    OldStateValue: change.from,
    AlarmContributorId: contributor?.id,
    AlarmContributorAttributes: contributor && Object.fromEntries(contributor.attributes),
    ...actionsOf(alarm),
    Trigger: alarm.configuration.query ? queryTrigger(alarm, alarm.configuration.query) : metricTrigger(alarm),
  };
}

function compositeMembers(alarm: CompositeAlarm, change: Change) {
  return {
    ...whose(alarm, change),
    ...what(alarm, change),
    ...actionsOf(alarm),
    ActionExecutedAfterMuteWindow: false,
    OldStateValue: change.from,
    AlarmRule: alarm.configuration.ruleText,
    TriggeringChildren: alarm.triggering.map(({ arn, state, since }) => ({
      Arn: arn,
      State: { Value: state, Timestamp: awsTime(since) },
    })),
  };
}

function whose({ configuration }: Alarm, { accountId }: Change) {
  return {
    AlarmName: configuration.name,
    AlarmDescription: configuration.description ?? null,
    AWSAccountId: accountId,
  };
}

function what({ configuration, status }: Alarm, { regionName, contributor }: Change) {
  return {
    NewStateValue: contributor?.state ?? status.value,
    NewStateReason: contributor?.reason ?? status.reason,
    StateChangeTime: awsTime(contributor?.since ?? status.updatedAt),
    Region: regionName,
    AlarmArn: configuration.arn,
  };
}

function actionsOf({ configuration: { actions } }: Alarm) {
  return { OKActions: actions.OK, AlarmActions: actions.ALARM, InsufficientDataActions: actions.INSUFFICIENT_DATA };
}

function metricTrigger({ configuration }: MetricAlarm) {
  const simple = STATISTICS.some((statistic) => statistic === configuration.statistic);
  return {
    MetricName: configuration.metric.name,
    Namespace: configuration.metric.namespace,
    StatisticType: simple ? 'Statistic' : 'ExtendedStatistic',
    ...(simple ? { Statistic: configuration.statistic.toUpperCase() } : { ExtendedStatistic: configuration.statistic }),
    Unit: configuration.unit ?? null,
    Dimensions: configuration.metric.dimensions.map(({ name, value }) => ({ value, name })),
    ...judgement(configuration),
  };
}

function queryTrigger({ configuration }: MetricAlarm, { expression, id, label }: InsightsQuery) {
  const query = { Expression: expression, Id: id, Label: label, ReturnData: true, Period: configuration.period };
  return { ...judgement(configuration), Metrics: [query] };
}

function judgement(configuration: AlarmConfiguration) {
  return {
    Period: configuration.period,
    EvaluationPeriods: configuration.evaluationPeriods,
    DatapointsToAlarm: configuration.datapointsToAlarm,
    ComparisonOperator: configuration.comparison,
    Threshold: new JavaDouble(configuration.threshold),
    TreatMissingData: configuration.treatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: '',
  };
}

/** One line of ASCII below 100 characters, by SNS's rules. */
function subjectOf(state: AlarmState, name: string, regionName: string): string {
  const ascii = name.replace(/[^\x20-\x7e]+/g, '_');
  const frame = (text: string) => `${state}: "${text}" in ${regionName}`;
  const room = MAX_SUBJECT - frame('').length;
  return frame(ascii.length <= room ? ascii : `${ascii.slice(0, room - 3)}...`);
}
