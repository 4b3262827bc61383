import { readFileSync } from 'node:fs';

/** USER_HZ, in which Linux reports CPU time to programs on all machines that Node runs on, whatever its own tick. */
export const TICKS_PER_SECOND = 100;

/**
 * Fields of /proc/PID/stat (of a thread: PID/task/TID) by their numbers in proc(5), from the fourth on; undefined when
 * the process is gone.
 */
export function readStat(pid: number | `${number}/task/${number}`): ((field: number) => number) | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, field 2, stands in parentheses and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (field) => Number(fields[field - 3]);
  } catch {
    return undefined;
  }
}
