import type { Limits } from '../../service/rules/decide.ts';

/** Much is allowed, and to alarms of `cpuAlarm` all of it. */
export function limits(changes: Partial<Limits> = {}): Limits {
  return {
    maxPerGroup: { max: 12, windowMs: 86_400_000 },
    maxOverall: { max: 500, windowMs: 86_400_000 },
    cooldownMs: 900_000,
    maxAlarmAgeMs: 900_000,
    include: [],
    exclude: [],
    place: { region: 'us-east-1', accounts: ['123456789012'] },
    queue: { atOnce: 10, captureMs: 60_000 },
    ...changes,
  };
}
