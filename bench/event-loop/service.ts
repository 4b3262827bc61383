/** The real service as a process of its own, over a data folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TOPIC } from '../intake/deliveries.ts';
import { readStat, TICKS_PER_SECOND } from '../process-stat.ts';
import type { Lag } from './lag.ts';

const ROOT = join(import.meta.dirname, '../..');
const START_MS = 60_000;

export interface RunningService {
  readonly url: string;
  /** Since the last time it was asked. */
  lag(): Promise<Lag>;
  /** CPU seconds since the process began, of its first thread and of all. */
  cpuSeconds(): { readonly main: number; readonly all: number };
  /** Of the process at its largest, MB. */
  peakMb(): number;
  stop(): Promise<void>;
}

export async function startService(
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Promise<RunningService> {
  const child = spawn(
    process.execPath,
    ['--import', join(import.meta.dirname, 'lag.ts'), join(ROOT, 'service/cli/main.ts'), 'serve'],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: {
        PATH: process.env.PATH,
        ...{ DATA_DIR: folder, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn', SOURCE_EXCERPTS: 'off' },
        SNS_TOPIC_ARNS: TOPIC,
        ...more,
      },
    },
  );
  const { pid } = child;
  if (pid === undefined) throw new Error('The service did not start.');
  const url = await addressOf(child);
  return {
    url,
    async lag() {
      const answer = once(child, 'message') as Promise<[Lag]>;
      child.send('report');
      return (await answer)[0];
    },
    cpuSeconds: () => ({ main: seconds(`${pid}/task/${pid}`), all: seconds(pid) }),
    peakMb: () => peakOf(pid),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The service says on stderr where it listens; all else that it says is passed on. */
async function addressOf(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.includes('http')) process.stderr.write(text);
  });
  for (let waited = 0; waited < START_MS && child.exitCode === null; waited += 20) {
    const url = /^Smokejumper: (http\S+)$/m.exec(said)?.[1];
    if (url !== undefined) return url;
    await pause(20);
  }
  child.kill('SIGKILL');
  throw new Error(`The service does not listen: ${said}`);
}

/** User and system time. */
function seconds(task: Parameters<typeof readStat>[0]): number {
  const stat = readStat(task);
  return stat === undefined ? Number.NaN : (stat(14) + stat(15)) / TICKS_PER_SECOND;
}

function peakOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1000;
}
