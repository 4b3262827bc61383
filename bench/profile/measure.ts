/** Runs a command to its end and says what it took. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readStat, TICKS_PER_SECOND } from '../process-stat.ts';

export interface Measure {
  readonly wallMs: number;
  /** User and system time of the process and its threads. */
  readonly cpuMs: number;
  /** Highest resident size. */
  readonly peakMb: number;
}

const TICK_MS = 1000 / TICKS_PER_SECOND;
/** Both numbers only grow: the last look is at most this much before the end. */
const LOOK_MS = 10;

function look(pid: number): { cpuMs: number; peakMb: number } | undefined {
  try {
    const field = readStat(pid);
    if (field === undefined) return undefined;
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { cpuMs: (field(14) + field(15)) * TICK_MS, peakMb: Number(peak ?? 0) / 1024 };
  } catch {
    return undefined;
  }
}

/** Output is thrown away. Throws when the command fails. */
export function measure(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Measure> {
  return new Promise((done, fail) => {
    const start = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'], env });
    let last = { cpuMs: 0, peakMb: 0 };
    const timer = setInterval(() => {
      const now = child.pid === undefined ? undefined : look(child.pid);
      if (now !== undefined && now.peakMb > 0) last = now;
    }, LOOK_MS);
    child.once('error', (error) => {
      clearInterval(timer);
      fail(error);
    });
    child.once('exit', (code, signal) => {
      clearInterval(timer);
      const wallMs = performance.now() - start;
      if (code === 0) done({ wallMs, ...last });
      else fail(new Error(`${command} ${args.join(' ')} ended with ${code ?? signal}`));
    });
  });
}

/** The middle one by wall time. */
export function median(measures: readonly Measure[], by: (measure: Measure) => number): number {
  const sorted = measures.map(by).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
