/** The alarm's own value, asked for one instance: which series, and what they say of its CPU. */
import type { InstanceId } from '../shared/ids.ts';
import { valueAt } from './metric-math/alarm-value.ts';
import type { Dimension } from './shapes/raw-alarm.ts';

export interface SeriesQuery {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  /** `Average`, `p99`. */
  readonly stat: string;
}

/** The value of an alarm that is a percentage of all CPUs of a host, or what is left of it to 100. */
export interface CpuQuery {
  /** With the dimensions that the alarm has. */
  readonly metrics: readonly (SeriesQuery & { readonly id: string })[];
  /** Of metric math. */
  readonly expressions: readonly { readonly id: string; readonly text: string }[];
  readonly returned: readonly string[];
  readonly isHeadroom: boolean;
}

export interface SeriesPoint {
  readonly atMs: number;
  readonly percent: number;
}

const OF_NOBODY: readonly string[] = ['AutoScalingGroupName', 'InstanceId', 'host', 'NodeName'];

/** The series of one instance, in the order of `metrics`. For the metric of a group that is a guess. */
export function seriesOf(query: CpuQuery, instanceId: InstanceId): SeriesQuery[] {
  return query.metrics.map(({ namespace, name, stat, dimensions }) => ({
    ...{ namespace, name, stat },
    dimensions: dimensions.some((one) => one.name === 'InstanceId')
      ? dimensions.map((one) => (one.name === 'InstanceId' ? { ...one, value: instanceId } : one))
      : [...dimensions.filter((one) => !OF_NOBODY.includes(one.name)), { name: 'InstanceId', value: instanceId }],
  }));
}

/** CPU use at each time that all series have. */
export function percentOf(query: CpuQuery, series: readonly (readonly SeriesPoint[])[]): SeriesPoint[] {
  const byTime = series.map((points) => new Map(points.map(({ atMs, percent }) => [atMs, percent])));
  const [first, ...more] = byTime;
  return [...(first?.keys() ?? [])].flatMap((atMs) => {
    if (!more.every((one) => one.has(atMs))) return [];
    const figures = query.metrics.map(({ id }, at): [string, number] => [id, byTime[at]?.get(atMs) ?? Number.NaN]);
    const value = valueAt(query, new Map(figures));
    return value === undefined ? [] : [{ atMs, percent: query.isHeadroom ? 100 - value : value }];
  });
}

/** Whether it is what EC2 says of an instance anyway. */
export function isPlainCpu({ metrics }: CpuQuery): boolean {
  return metrics.every(
    ({ namespace, name, stat }) => namespace === 'AWS/EC2' && name === 'CPUUtilization' && stat === 'Average',
  );
}

/** `CWAgent cpu_usage_user and CWAgent cpu_usage_system (Average)` */
export function queryWords({ metrics }: CpuQuery): string {
  const names = [...new Set(metrics.map(({ namespace, name }) => `${namespace} ${name}`))];
  const stats = [...new Set(metrics.map(({ stat }) => stat))];
  return `${names.join(' and ')} (${stats.join(', ')})`;
}
