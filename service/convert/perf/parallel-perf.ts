/** A long `perf script` text read by two threads: this one takes the first half, a worker the second. */
import { once } from 'node:events';
import { promises } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { parseHeaderLine } from '../../profile/perf-script/line.ts';
import type { PerfPart } from '../../profile/perf-script/sample-store.ts';
import type { Profile } from '../../profile/profile.ts';
import { idleProcessors } from '../idle-cpus.ts';
import type { PerfLoadOptions } from '../load-options.ts';
import { compileCacheEnvironment } from '../worker-environment.ts';
import { type PerfJob, perfParser, readPerfFile } from './perf-file.ts';

/** Stacks have at most some kB: a text without a blank line in so many bytes is not split. */
const SEARCH_BYTES = 1 << 17;

/** What this thread has read when the worker begins, less what it could read while it then identifies the functions. */
const HEAD_START_BYTES = 48e6;

/** Where a sample surely begins: behind a blank line, with its time. Frames may have a blank line before them, too. */
function sampleStart(text: Buffer): number | undefined {
  for (let blank = text.indexOf('\n\n'); blank >= 0; blank = text.indexOf('\n\n', blank + 2)) {
    const end = text.indexOf('\n', blank + 2);
    const line = text.toString('utf8', blank + 2, end < 0 ? text.length : end);
    if (end >= 0 && !line.startsWith('#') && parseHeaderLine(line)?.time != null) return blank + 2;
  }
  return undefined;
}

/**
 * A byte of the file at which a sample begins, so that both threads are ready at once. Undefined when there is none.
 */
async function middle(path: string): Promise<{ split: number; size: number } | undefined> {
  const file = await promises.open(path);
  try {
    const { size } = await file.stat();
    const from = Math.floor((size + Math.min(HEAD_START_BYTES, size / 8)) / 2);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SEARCH_BYTES), 0, SEARCH_BYTES, from);
    const start = sampleStart(buffer.subarray(0, bytesRead));
    return start === undefined ? undefined : { split: from + start, size };
  } finally {
    await file.close();
  }
}

function startWorker(job: PerfJob): Worker {
  const env = compileCacheEnvironment();
  return new Worker(new URL('./perf-worker.ts', import.meta.url), {
    workerData: job,
    ...(env === undefined ? {} : { env }),
  });
}

/**
 * The same profile as one thread makes of it. `path` must be a plain file that is not compressed. Undefined when the
 * text cannot be split or, unless `threads` says 2, no processor is idle.
 */
export async function loadPerfInParallel(path: string, options: PerfLoadOptions): Promise<Profile | undefined> {
  if (options.threads !== 2 && idleProcessors() < 2) return undefined;
  const place = await middle(path);
  if (place === undefined) return undefined;
  // A function cannot be sent to a worker.
  const { onProgress, ...rest } = options;
  const job: PerfJob = { path, range: { from: place.split, to: place.size }, options: rest };
  const worker = startWorker(job);
  try {
    // Waiting begins now: a worker that fails at once must not be missed. An error rejects it.
    const answer = once(worker, 'message') as Promise<[PerfPart]>;
    answer.catch(() => undefined);
    const parser = await perfParser(options);
    const both = onProgress && ((read: number, own = 1) => onProgress((read / own) * place.size, place.size));
    readPerfFile(parser, path, { from: 0, to: place.split }, both);
    parser.identify();
    const [part] = await answer;
    parser.absorb(part);
    return parser.finish();
  } finally {
    await worker.terminate();
  }
}
