import type { InstanceId } from '../shared/ids.ts';
import { formatAge } from '../shared/text/duration.ts';
import { formatPercent } from '../shared/text/number.ts';
import { type AlarmDatapoint, explains, highestSince } from './alarm-datapoint.ts';
import type { CpuPoint, Departure } from './member.ts';

/** More have left in a rollout; the first ones say enough. */
const MOST = 3;

/**
 * Of instances that have left: those that were as hot as the alarm saw, or of which CloudWatch has no figure of that
 * time. `i-0abc… had 97 %, and was terminated 2 min ago.`
 */
export function departedWords(
  datapoint: AlarmDatapoint,
  departures: readonly Departure[],
  cpu: ReadonlyMap<InstanceId, readonly CpuPoint[]>,
  now: number,
): string[] {
  return departures
    .flatMap(({ instanceId, how, atMs }) => {
      const points = cpu.get(instanceId) ?? [];
      const left = `was ${how} ${formatAge(now - atMs)}`;
      const highest = highestSince(datapoint, points, now);
      if (highest === undefined) return `${instanceId} ${left}; CloudWatch has no figure of it.`;
      const had = `${instanceId} had ${formatPercent(highest / 100)}, and ${left}.`;
      return explains(datapoint, points, now) ? had : [];
    })
    .slice(0, MOST);
}
