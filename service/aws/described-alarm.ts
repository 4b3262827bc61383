import type { AlarmContributor, Dimension, Metric, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { RawAlarm, RawMetric } from '../alarms/shapes/raw-alarm.ts';

/** The metric of an alarm that has one, as in its messages. */
const ALONE = 'm1';

/** An alarm as DescribeAlarms gives it, in the shape that its messages are brought to. */
export function toRawAlarm(alarm: MetricAlarm, contributor: AlarmContributor | null = null): RawAlarm {
  const queries = alarm.Metrics ?? [];
  const changedAt = contributor?.StateTransitionedTimestamp ?? alarm.StateTransitionedTimestamp;
  return {
    name: alarm.AlarmName ?? '',
    description: alarm.AlarmDescription ?? null,
    arn: alarm.AlarmArn ?? null,
    accountId: null,
    region: null,
    state: alarm.StateValue ?? null,
    previousState: null,
    reason: contributor?.StateReason ?? alarm.StateReason ?? '',
    changedAt: (changedAt ?? alarm.StateUpdatedTimestamp)?.toISOString() ?? null,
    afterMuteWindow: false,
    suppressedBy: null,
    threshold: alarm.Threshold ?? null,
    comparison: alarm.ComparisonOperator ?? null,
    periodSeconds: alarm.Period ?? queries.find(({ Period }) => Period !== undefined)?.Period ?? null,
    metrics: [
      ...toMetric(ALONE, alarm, { Period: alarm.Period, Stat: alarm.ExtendedStatistic ?? alarm.Statistic }, undefined),
      ...queries.flatMap(({ Id, MetricStat: stat, AccountId }) => toMetric(Id, stat?.Metric, stat, AccountId)),
    ],
    expressions: queries.flatMap(({ Id, Expression }) =>
      Id === undefined || Expression === undefined ? [] : [{ id: Id, text: Expression }],
    ),
    returned:
      queries.length > 0
        ? queries.flatMap(({ Id, ReturnData }) => (Id !== undefined && ReturnData === true ? [Id] : []))
        : [ALONE],
    contributor:
      contributor === null
        ? null
        : { id: contributor.ContributorId ?? '', attributes: contributor.ContributorAttributes ?? {} },
    composite: null,
  };
}

function toMetric(
  id: string | undefined,
  metric: Metric | undefined,
  stat: { readonly Period?: number | undefined; readonly Stat?: string | undefined } | undefined,
  accountId: string | undefined,
): RawMetric[] {
  const { Namespace: namespace, MetricName: name, Dimensions = [] } = metric ?? {};
  if (id === undefined || namespace === undefined || name === undefined) return [];
  const dimensions = Dimensions.flatMap(toDimension);
  const common = { id, namespace, name, dimensions, accountId: accountId ?? null };
  return [{ ...common, periodSeconds: stat?.Period ?? null, stat: stat?.Stat ?? null }];
}

function toDimension({ Name, Value }: Dimension) {
  return Name === undefined || Value === undefined ? [] : [{ name: Name, value: Value }];
}
