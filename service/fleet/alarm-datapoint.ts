/** The alarm's own datapoint as a check of the choice: whoever is called hot must have been that hot. */
import { BURNING_SHARE } from './burning-share.ts';
import type { CpuPoint } from './member.ts';

/** What the alarm saw. */
export interface AlarmDatapoint {
  /** Of all CPUs of a host. */
  readonly percent: number;
  /** The start of its period. */
  readonly atMs: number;
  readonly periodMs: number;
}

/** EC2 publishes CPUUtilization every five minutes, unless detailed monitoring is on. */
export const BASIC_MONITORING_MS = 5 * 60_000;
/** What the agent counts inside and the hypervisor outside differ by some points, calm hosts included. */
const SLACK_PERCENT = 5;

/** The highest figure from the time of the datapoint on; undefined when CloudWatch has none of that time. */
export function highestSince({ atMs }: AlarmDatapoint, points: readonly CpuPoint[], now: number): number | undefined {
  const spacing = spacingOf(points);
  const since = points.filter((point) => point.atMs + spacing > atMs && point.atMs <= now);
  return since.length === 0 ? undefined : Math.max(...since.map(({ percent }) => percent));
}

/**
 * Whether an instance was as hot as the alarm saw, or at least as a member that counts as hot beside a hot one.
 * Datapoints that cover more time than that of the alarm may hold as much calm besides. Undefined without a figure.
 */
export function explains(datapoint: AlarmDatapoint, points: readonly CpuPoint[], now: number): boolean | undefined {
  const highest = highestSince(datapoint, points, now);
  if (highest === undefined) return undefined;
  const wanted = Math.min(BURNING_SHARE * datapoint.percent, datapoint.percent - SLACK_PERCENT);
  return highest >= wanted * Math.min(1, datapoint.periodMs / spacingOf(points));
}

/** The time that each of the points covers. */
function spacingOf(points: readonly CpuPoint[]): number {
  const times = [...new Set(points.map(({ atMs }) => atMs))].sort((a, b) => a - b);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  return gaps.length === 0 ? BASIC_MONITORING_MS : Math.min(...gaps);
}
