import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { readStat, TICKS_PER_SECOND } from '../process-stat.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface BenchedService {
  readonly url: string;
  /** CPU of all its threads so far. */
  cpuMs(): number;
  residentMb(): number;
  stop(): Promise<void>;
}

/** A real `smokejumper serve`; its log goes into a file, as it would. */
export async function startBenchedService(
  folder: string,
  environment: Readonly<Record<string, string>>,
  nodeOptions: readonly string[],
): Promise<BenchedService> {
  const child = spawn(process.execPath, [...nodeOptions, join(ROOT, 'service/cli/main.ts'), 'serve'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: folder, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await Promise.race([
    listening(child, join(folder, 'service.log')),
    exited.then(() => Promise.reject(new Error(`the service ended; see ${join(folder, 'service.log')}`))),
  ]);
  const stat = (field: number) => readStat(child.pid ?? 0)?.(field) ?? 0;
  return {
    url,
    cpuMs: () => ((stat(14) + stat(15)) * 1000) / TICKS_PER_SECOND,
    // Pages of 4 KiB.
    residentMb: () => (stat(24) * 4096) / 1e6,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function listening(child: ChildProcess, logFile: string): Promise<string> {
  const log = createWriteStream(logFile);
  return new Promise((resolve) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log.write(text);
      const found = /^Smokejumper: (http\S+)$/m.exec(text)?.[1];
      if (found) resolve(found);
    });
  });
}
