import { z } from 'zod';
import { readStatistic } from '../statistic.ts';
import {
  dimensions,
  optionalFlag,
  optionalList,
  optionalNumber,
  optionalStringMap,
  optionalText,
  unnamed,
} from './lenient-fields.ts';
import type { RawAlarm, RawMetric } from './raw-alarm.ts';

const Metric = z.object({ Namespace: optionalText, MetricName: optionalText, Dimensions: dimensions });
const MetricStat = z.object({ Metric, Period: optionalNumber, Stat: optionalText });
const Query = z.object({
  Id: optionalText,
  ReturnData: optionalFlag,
  Expression: optionalText,
  MetricStat: MetricStat.nullish().catch(null),
  AccountId: optionalText,
});
const Trigger = Metric.extend({
  Period: optionalNumber,
  Statistic: optionalText,
  ExtendedStatistic: optionalText,
  ComparisonOperator: optionalText,
  Threshold: optionalNumber,
  Metrics: optionalList,
});
/** The metric of an alarm that has one. */
const ALONE = 'm1';
const Child = z.object({ Arn: z.string() });

const SnsAlarm = z.object({
  AlarmName: z.string(),
  AlarmDescription: optionalText,
  AlarmArn: optionalText,
  AWSAccountId: optionalText,
  NewStateValue: optionalText,
  OldStateValue: optionalText,
  NewStateReason: optionalText,
  StateChangeTime: optionalText,
  ActionExecutedAfterMuteWindow: optionalFlag,
  AlarmContributorId: optionalText,
  AlarmContributorAttributes: optionalStringMap,
  AlarmRule: optionalText,
  TriggeringChildren: optionalList,
  Trigger: Trigger.nullish().catch(null),
});

/** The `Message` of an alarm action on SNS. Undefined when it is not one (no `AlarmName`). */
export function readSnsAlarm(message: unknown): RawAlarm | undefined {
  const parsed = SnsAlarm.safeParse(message);
  if (!parsed.success) return undefined;
  const alarm = parsed.data;
  const trigger = alarm.Trigger ?? null;
  const queries = (trigger?.Metrics ?? [])
    .flatMap((entry) => Query.safeParse(entry).data ?? [])
    .map((query, at) => ({ ...query, id: query.Id ?? unnamed(at) }));
  const contributorId = alarm.AlarmContributorId;
  return {
    name: alarm.AlarmName,
    description: alarm.AlarmDescription,
    arn: alarm.AlarmArn,
    accountId: alarm.AWSAccountId,
    // `Region` holds the display name ("EU - Ireland"), which has changed over the years.
    region: null,
    state: alarm.NewStateValue,
    previousState: alarm.OldStateValue,
    reason: alarm.NewStateReason ?? '',
    changedAt: alarm.StateChangeTime,
    afterMuteWindow: alarm.ActionExecutedAfterMuteWindow,
    // A suppressed action sends no message.
    suppressedBy: null,
    threshold: trigger?.Threshold ?? null,
    comparison: trigger?.ComparisonOperator ?? null,
    periodSeconds: trigger?.Period ?? null,
    metrics: [
      ...(trigger ? toMetric(ALONE, { Metric: trigger, Period: trigger.Period, Stat: statOf(trigger) }, null) : []),
      ...queries.flatMap(({ id, MetricStat: stat, AccountId }) => (stat ? toMetric(id, stat, AccountId) : [])),
    ],
    expressions: queries.flatMap(({ id, Expression: text }) => (text === null ? [] : [{ id, text }])),
    returned: queries.length > 0 ? queries.flatMap((query) => (query.ReturnData ? [query.id] : [])) : [ALONE],
    contributor:
      contributorId === null ? null : { id: contributorId, attributes: alarm.AlarmContributorAttributes ?? {} },
    composite:
      alarm.AlarmRule === null
        ? null
        : {
            rule: alarm.AlarmRule,
            childrenArns: alarm.TriggeringChildren.flatMap((child) => Child.safeParse(child).data?.Arn ?? []),
          },
  };
}

function statOf({ Statistic, ExtendedStatistic }: z.infer<typeof Trigger>): string | null {
  return ExtendedStatistic ?? Statistic;
}

function toMetric(id: string, stat: z.infer<typeof MetricStat>, accountId: string | null): RawMetric[] {
  const { Namespace: namespace, MetricName: name, Dimensions } = stat.Metric;
  if (namespace === null || name === null) return [];
  const common = { id, namespace, name, dimensions: Dimensions, accountId };
  return [{ ...common, periodSeconds: stat.Period, stat: readStatistic(stat.Stat) }];
}
