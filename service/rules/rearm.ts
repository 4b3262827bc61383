import type { PastCapture } from './notification-facts.ts';

/** Below it, two alarms of one fire differ by their minute only. In percent of all CPUs. */
const CLEARLY_MORE_POINTS = 10;
/** 40 % to 50 % is a quarter more work; 85 % to 95 % is not, but … */
const CLEARLY_MORE_WORK = 1.25;
/** … takes two thirds of what was left to the instance. */
const REST_LEFT = 0.5;

/**
 * The highest CPU that captures of a scope were made at, in percent; null where one of them does not tell: nothing can
 * then be said to be worse.
 */
export function highWater(captures: readonly PastCapture[]): number | null {
  let highest: number | null = null;
  for (const { cpuPercent } of captures) {
    if (cpuPercent === null) return null;
    highest = Math.max(highest ?? cpuPercent, cpuPercent);
  }
  return highest;
}

/** Whether a fire is another one than that of before, by how much it burns: both in percent of all CPUs. */
export function isClearlyWorse(now: number, before: number): boolean {
  if (now - before < CLEARLY_MORE_POINTS) return false;
  return now >= before * CLEARLY_MORE_WORK || 100 - now <= (100 - before) * REST_LEFT;
}
