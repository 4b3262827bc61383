import { createHash } from 'node:crypto';
import type { AlarmConfiguration, Contributor, MetricAlarm } from '../alarm.ts';
import type { AlarmState } from '../alarm-state.ts';
import { evaluate } from '../evaluate.ts';
import type { Metric, MetricPoint, MetricStore } from '../metric-store.ts';
import { reasonOf } from '../reason.ts';
import type { InsightsQuery } from './insights-query.ts';

/** One time series of a query, by the values of its GROUP BY. */
interface Series {
  readonly attributes: ReadonlyMap<string, string>;
  readonly points: readonly MetricPoint[];
}

export interface SeriesEvaluation {
  /** Of the alarm; undefined: as it is. */
  readonly state: AlarmState | undefined;
  readonly reason: string;
  /** Of an alarm with GROUP BY: every series with the state that it has now. */
  readonly contributors: readonly Contributor[];
}

/** Judges each series of the alarm's query alone; one in ALARM is enough. */
export function evaluateSeries(alarm: MetricAlarm, query: InsightsQuery, store: MetricStore, nowMs: number) {
  const judged = seriesOf(query, store).map(({ attributes, points }): Contributor => {
    const id = contributorId(attributes);
    const before = alarm.contributors.find((each) => each.id === id);
    const evaluation = evaluate(alarm.configuration, points, nowMs);
    // A contributor without data is not told of: it stays as it was.
    const told = evaluation.state === 'INSUFFICIENT_DATA' ? undefined : evaluation.state;
    if (told === undefined || told === before?.state)
      return before ?? { id, attributes, state: 'OK', reason: '', since: new Date(nowMs) };
    const reason = reasonOf(alarm.configuration, told, evaluation);
    return { id, attributes, state: told, reason, since: new Date(nowMs) };
  });
  return { ...overall(alarm.configuration, judged), contributors: judged } satisfies SeriesEvaluation;
}

function overall(alarm: AlarmConfiguration, series: readonly Contributor[]): Omit<SeriesEvaluation, 'contributors'> {
  const high = series.filter(({ state }) => state === 'ALARM').length;
  const reason = `${high} out of ${series.length} time series evaluated to ALARM`;
  if (series.length > 0) return { state: high > 0 ? 'ALARM' : 'OK', reason };
  const none = { missing: 'INSUFFICIENT_DATA', ignore: undefined, breaching: 'ALARM', notBreaching: 'OK' } as const;
  return { state: none[alarm.treatMissingData ?? 'missing'], reason };
}

function seriesOf(query: InsightsQuery, store: MetricStore): readonly Series[] {
  const groups = new Map<string, { attributes: Map<string, string>; points: MetricPoint[] }>();
  for (const metric of store.all().filter((each) => isMeant(query, each))) {
    const values = query.groupBy.map((key) => [key, dimensionOf(metric, key)] as const);
    if (values.some(([, value]) => value === undefined)) continue;
    const attributes = new Map(values.map(([key, value]) => [key, value ?? '']));
    const key = JSON.stringify([...attributes]);
    const group = groups.get(key) ?? { attributes, points: [] };
    group.points.push(...metric.points);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ attributes, points }) => ({
    attributes,
    points: points.toSorted((one, other) => one.atMs - other.atMs),
  }));
}

function isMeant(query: InsightsQuery, metric: Metric): boolean {
  const { schema, conditions } = query;
  const hasSchema =
    schema === undefined ||
    (schema.length === metric.dimensions.length && schema.every((key) => dimensionOf(metric, key) !== undefined));
  return (
    metric.namespace === query.namespace &&
    metric.name === query.metricName &&
    hasSchema &&
    conditions.every(({ key, isEqual, value }) => (dimensionOf(metric, key) === value) === isEqual)
  );
}

function dimensionOf(metric: Metric, key: string): string | undefined {
  return metric.dimensions.find(({ name }) => name === key)?.value;
}

/** 16 hex digits, as CloudWatch's. */
function contributorId(attributes: ReadonlyMap<string, string>): string {
  return createHash('sha256')
    .update(JSON.stringify([...attributes]))
    .digest('hex')
    .slice(0, 16);
}
