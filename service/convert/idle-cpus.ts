/** How many processors have nothing to do: on a busy machine a second thread takes its time from the first. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';

/**
 * Threads that run or want to, this one included: the fourth field of Linux' /proc/loadavg,
 * `0.20 0.18 0.12 2/301 4711`. A moment's number, where the load average still tells of the minute before.
 */
export function runningThreads(loadavgText: string): number | undefined {
  const running = /^(?:[\d.]+ ){3}(\d+)\/\d+ /.exec(loadavgText)?.[1];
  return running === undefined ? undefined : Number(running);
}

function readRunning(): number | undefined {
  try {
    return runningThreads(readFileSync('/proc/loadavg', 'utf8'));
  } catch {
    return undefined;
  }
}

/** Of the processors that this process may use; the one it runs on counts as idle. */
export function idleProcessors(): number {
  const running = readRunning() ?? Math.round(loadavg()[0] ?? 0) + 1;
  return Math.min(availableParallelism(), cpus().length - (running - 1));
}
