import type { InstanceId } from '../shared/ids.ts';
import type { CpuPoint } from './member.ts';

/**
 * One point is often the edge of a spike; with more than three, a fire of some minutes drowns in the calm before it.
 */
const POINTS = 3;

export interface RecentCpu {
  /** Mean of the points below, percent of the instance. */
  readonly percent: number;
  readonly points: number;
}

/**
 * The mean CPU of each instance over the newest 2–3 points in time that they have in common, so that nobody is compared
 * at noon with another at five past. "In common" means: at least half of the instances with data have it. CloudWatch is
 * late for single instances, and waiting for the last one would hide a fire that began with the newest point. An
 * instance that has none of those points is judged by its own newest ones. Instances without data are left out.
 * @param now points that start later are not believed
 */
export function recentCpu(
  cpu: ReadonlyMap<InstanceId, readonly CpuPoint[]>,
  instances: readonly InstanceId[],
  now: number,
): ReadonlyMap<InstanceId, RecentCpu> {
  const known = new Map(
    instances.map((id) => [id, newestFirst(cpu.get(id) ?? [], now)] as const).filter(([, points]) => points.length > 0),
  );
  const common = commonTimes([...known.values()]);
  return new Map(
    [...known].map(([id, points]) => {
      const shared = points.filter((point) => common.has(point.atMs));
      return [id, mean(shared.length > 0 ? shared : points.slice(0, POINTS))];
    }),
  );
}

/** One point per time, newest first. */
function newestFirst(points: readonly CpuPoint[], now: number): readonly CpuPoint[] {
  const byTime = new Map<number, CpuPoint>();
  for (const point of points) {
    if (Number.isFinite(point.percent) && point.atMs <= now) byTime.set(point.atMs, point);
  }
  return [...byTime.values()].sort((a, b) => b.atMs - a.atMs);
}

function commonTimes(lists: readonly (readonly CpuPoint[])[]): ReadonlySet<number> {
  const holders = new Map<number, number>();
  for (const point of lists.flat()) holders.set(point.atMs, (holders.get(point.atMs) ?? 0) + 1);
  const common = [...holders].filter(([, count]) => 2 * count >= lists.length).map(([at]) => at);
  return new Set(common.sort((a, b) => b - a).slice(0, POINTS));
}

function mean(points: readonly CpuPoint[]): RecentCpu {
  return { percent: points.reduce((sum, point) => sum + point.percent, 0) / points.length, points: points.length };
}

/** Of an even number, the mean of the middle two; undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
