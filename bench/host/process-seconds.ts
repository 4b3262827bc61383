import { readStat, TICKS_PER_SECOND } from '../process-stat.ts';

/** CPU seconds of these processes with all their threads, as far as they live. */
export function processSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticks(pid), 0) / TICKS_PER_SECOND;
}

/** `utime` and `stime`. */
function ticks(pid: number): number {
  const field = readStat(pid);
  return field === undefined ? 0 : field(14) + field(15);
}
