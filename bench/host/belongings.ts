import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before a command: the kernel kills it when this process is gone, also by SIGKILL. */
export const WITH_US: readonly string[] = ['setpriv', '--pdeathsig', 'KILL', '--'];

/** What must not outlive the benchmark: undone in reverse order, whatever ends it. */
export class Belongings {
  readonly #closers: (() => Promise<void> | void)[] = [];
  #closed: Promise<void> | undefined;

  add(closer: () => Promise<void> | void): void {
    this.#closers.push(closer);
  }

  /** A new folder. */
  folder(prefix: string): string {
    const folder = mkdtempSync(join(tmpdir(), prefix));
    this.add(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }

  /** A command that runs until it is killed. */
  spawn(words: readonly string[], options: SpawnOptions): ChildProcess {
    const [command = '', ...args] = [...WITH_US, ...words];
    const child = spawn(command, args, options);
    const closed = once(child, 'close');
    this.add(async () => {
      child.kill('SIGKILL');
      await closed;
    });
    return child;
  }

  /** Whoever calls it second waits as well. */
  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    for (const closer of this.#closers.splice(0).reverse()) {
      try {
        await closer();
      } catch (error) {
        process.stderr.write(`could not clean up: ${String(error)}\n`);
      }
    }
  }
}

const open: Belongings[] = [];

/** Runs `work`, and closes what it has started. */
export async function withBelongings<T>(work: (belongings: Belongings) => Promise<T>): Promise<T> {
  const belongings = new Belongings();
  open.push(belongings);
  try {
    return await work(belongings);
  } finally {
    await belongings.close();
    open.splice(open.indexOf(belongings), 1);
  }
}

/** Ctrl-C and the like: everything is closed, the innermost first, and the exit code says so (128 + 2). */
export function closeOnSignals(): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, async () => {
      for (const belongings of [...open].reverse()) await belongings.close();
      process.exit(130);
    });
  }
}
