import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface ServiceProcess {
  readonly url: string;
  /** What it has logged so far, the newest last; for the moment when something goes wrong. */
  readonly log: () => readonly string[];
  readonly exited: Promise<number | null>;
  /** To what `imported` listens with, if anything. */
  tell(message: string): void;
  stop(): Promise<void>;
  /** SIGKILL: no handler runs. */
  kill(): Promise<void>;
}

/**
 * Starts `smokejumper serve` as its own process, as in production; resolves when it listens. `imported`: a file that is
 * loaded before, and that may be told something.
 */
export async function startServiceProcess(
  environment: Readonly<Record<string, string>>,
  imported?: string,
): Promise<ServiceProcess> {
  const before = imported === undefined ? [] : ['--import', imported];
  const child = spawn(process.execPath, [...before, join(ROOT, 'service/cli/main.ts'), 'serve'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'ignore', 'pipe', ...(imported === undefined ? [] : (['ipc'] as const))],
  });
  const lines: string[] = [];
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await listening(child, lines, exited);
  return {
    url,
    log: () => lines,
    exited,
    tell(message) {
      // One that is gone hears nothing.
      if (child.connected) child.send(message, () => undefined);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      const killTimer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(killTimer);
    },
  };
}

function listening(child: ChildProcess, lines: string[], exited: Promise<number | null>): Promise<string> {
  return new Promise((resolve, reject) => {
    let rest = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        lines.push(line);
        const found = /^Smokejumper: (http\S+)$/.exec(line)?.[1];
        if (found) resolve(found);
      }
      if (lines.length > 500) lines.splice(0, lines.length - 500);
    });
    void exited.then((code) => reject(new Error(`the service ended with ${code}:\n${lines.slice(-20).join('\n')}`)));
  });
}
