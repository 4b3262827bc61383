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

/** JSON inside JSON: clipping would break it. */
const json = z.string().nullish().catch(null);
const State = z.object({
  value: optionalText,
  reason: optionalText,
  reasonData: json,
  timestamp: optionalText,
  actionsSuppressedBy: optionalText,
});
const Metric = z.object({ namespace: optionalText, name: optionalText, dimensions });
const MetricStat = z.object({ metric: Metric, period: optionalNumber, stat: optionalText });
const Query = z.object({
  id: optionalText,
  returnData: optionalFlag,
  expression: optionalText,
  metricStat: MetricStat.nullish().catch(null),
  accountId: optionalText,
});
const Detail = z.object({
  alarmName: z.string(),
  state: State,
  previousState: State.nullish().catch(null),
  alarmContributor: z.object({ id: z.string(), attributes: optionalStringMap }).nullish().catch(null),
  muteDetail: z.record(z.string(), z.unknown()).nullish().catch(null),
  configuration: z
    .object({ description: optionalText, metrics: optionalList, alarmRule: optionalText })
    .nullish()
    .catch(null),
});

const Event = z.object({
  'detail-type': z.string().regex(/^CloudWatch Alarm (?:Contributor )?State Change$/),
  source: z.literal('aws.cloudwatch'),
  account: optionalText,
  region: optionalText,
  resources: optionalList,
  detail: Detail,
});
const LambdaAction = z.object({
  source: z.literal('aws.cloudwatch'),
  alarmArn: optionalText,
  accountId: optionalText,
  region: optionalText,
  alarmData: Detail,
});

/** `state.reasonData`: metric alarms give threshold and period, composites list what set them off. */
const ReasonData = z.object({ threshold: optionalNumber, period: optionalNumber, triggeringAlarms: optionalList });
const Triggering = z.object({ arn: z.string() });

/**
 * An EventBridge state-change event (a rule may send them to SNS), or the event of a Lambda action, which holds the
 * same detail under other names. Undefined when it is neither.
 */
export function readEventAlarm(message: unknown): RawAlarm | undefined {
  const event = Event.safeParse(message);
  if (event.success) {
    const { resources, account, region, detail } = event.data;
    return toRaw(detail, { arn: typeof resources[0] === 'string' ? resources[0] : null, accountId: account, region });
  }
  const action = LambdaAction.safeParse(message);
  if (!action.success) return undefined;
  const { alarmArn, accountId, region, alarmData } = action.data;
  return toRaw(alarmData, { arn: alarmArn, accountId, region });
}

function toRaw(detail: z.infer<typeof Detail>, where: Pick<RawAlarm, 'arn' | 'accountId' | 'region'>): RawAlarm {
  const { state, configuration, alarmContributor } = detail;
  const data = readReasonData(state.reasonData);
  const queries = (configuration?.metrics ?? [])
    .flatMap((entry) => Query.safeParse(entry).data ?? [])
    .map((query, at) => ({ ...query, id: query.id ?? unnamed(at) }));
  const metrics = queries.flatMap((query) =>
    query.metricStat ? toMetric(query.id, query.metricStat, query.accountId) : [],
  );
  const rule = configuration?.alarmRule ?? null;
  return {
    ...where,
    name: detail.alarmName,
    description: configuration?.description ?? null,
    state: state.value,
    previousState: detail.previousState?.value ?? null,
    reason: state.reason ?? '',
    changedAt: state.timestamp,
    afterMuteWindow: false,
    suppressedBy: suppression(detail),
    threshold: data?.threshold ?? null,
    // State-change events do not tell it.
    comparison: null,
    periodSeconds: data?.period ?? metrics[0]?.periodSeconds ?? null,
    metrics,
    expressions: queries.flatMap(({ id, expression: text }) => (text === null ? [] : [{ id, text }])),
    returned: queries.flatMap((query) => (query.returnData ? [query.id] : [])),
    contributor: alarmContributor ? { id: alarmContributor.id, attributes: alarmContributor.attributes ?? {} } : null,
    composite:
      rule === null
        ? null
        : {
            rule,
            childrenArns: (data?.triggeringAlarms ?? []).flatMap(
              (child) => Triggering.safeParse(child).data?.arn ?? [],
            ),
          },
  };
}

/** Events come even when the owner has silenced the actions of the alarm; then we are silent too. */
function suppression(detail: z.infer<typeof Detail>): string | null {
  if (detail.muteDetail) return 'an alarm mute rule';
  const by = detail.state.actionsSuppressedBy;
  return by === null ? null : `its actions suppressor (${by})`;
}

function readReasonData(text: string | null | undefined): z.infer<typeof ReasonData> | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return ReasonData.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function toMetric(id: string, stat: z.infer<typeof MetricStat>, accountId: string | null): RawMetric[] {
  const { namespace, name, dimensions: named } = stat.metric;
  if (namespace === null || name === null) return [];
  const common = { id, namespace, name, dimensions: named, accountId };
  return [{ ...common, periodSeconds: stat.period, stat: readStatistic(stat.stat) }];
}
