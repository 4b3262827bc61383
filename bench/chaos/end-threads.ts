/**
 * `node --import` of this file: a process whose worker threads can be ended in the middle of whatever they do, by who
 * started it. The service knows nothing of it.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import { isMainThread, type Worker, type WorkerOptions } from 'node:worker_threads';
import type { ThreadKind } from './thread-kinds.ts';

const running = new Map<Worker, ThreadKind>();

function kindOf(entry: string | URL, { workerData }: WorkerOptions): ThreadKind | undefined {
  switch (basename(String(entry))) {
    case 'store-worker.ts':
      return (workerData as { readonly mode: string }).mode === 'writing' ? 'store that writes' : 'store that reads';
    case 'smtp-worker.ts':
      return 'SMTP';
    case 'worker.ts':
      return 'analysis';
    default:
      return undefined;
  }
}

function watchThreads(): void {
  const threads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof Worker };
  threads.Worker = class extends threads.Worker {
    constructor(entry: string | URL, options: WorkerOptions = {}) {
      super(entry, options);
      const kind = kindOf(entry, options);
      if (kind === undefined) return;
      running.set(this, kind);
      this.once('exit', () => running.delete(this));
    }
  };
  syncBuiltinESMExports();
}

if (isMainThread) {
  watchThreads();
  process.on('message', (wanted: ThreadKind) => {
    for (const [worker, kind] of running) if (kind === wanted) void worker.terminate();
  });
  // Who listens must not keep the process from its end.
  process.channel?.unref();
}
