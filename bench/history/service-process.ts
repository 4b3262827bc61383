/** The real service on a filled store, as a process of its own, and the CPU time that it takes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TOPIC } from '../intake/deliveries.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');

export interface RunningService {
  readonly url: string;
  /** Milliseconds of CPU since its start, of all its threads. */
  readonly cpuMs: () => number;
  readonly close: () => Promise<void>;
}

export async function startService(dataFolder: string, certificates: string): Promise<RunningService> {
  const child = spawn(process.execPath, [CLI, 'serve'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: dataFolder,
      SNS_TOPIC_ARNS: TOPIC,
      SNS_CERTIFICATE_ORIGIN: certificates,
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      // Nobody listens there: nothing of this reaches AWS.
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      // What is there shall stay there: the cost of tidying up is not what is measured.
      RETENTION_DAYS: '0',
      RETENTION_MB: '0',
      NOTIFICATION_DAYS: '0',
      NOTIFICATION_BODY_DAYS: '0',
    },
  });
  const url = await listening(child);
  return {
    url,
    cpuMs: () => cpuMs(child.pid as number),
    async close() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The address, from the log. What it says afterwards is read and dropped. */
async function listening(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The service ended: ${said.join('\n')}`)));
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      if (said.length < 20) said.push(line);
      const [, url] = /"url":"(http:[^"]+)"/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
}

/** Of /proc/PID/task/TID/schedstat the first number: nanoseconds on a CPU. /proc/PID/stat counts in ticks of 10 ms. */
function cpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) => {
    try {
      return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
    } catch {
      return 0;
    }
  });
  return nanoseconds.reduce((sum, ns) => sum + ns, 0) / 1e6;
}
