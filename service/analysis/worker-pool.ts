/** Worker threads that do jobs one by one. Whatever happens in one of them ends the job it had, and nothing else. */
import { Worker } from 'node:worker_threads';
import { compileCacheEnvironment } from '../convert/worker-environment.ts';
import type { JobOptions } from '../incidents/files/analysis-port.ts';
import { AppError } from '../shared/errors.ts';
import { fromWire, type WireError } from '../shared/wire-error.ts';
import { buffersIn } from './hand-over.ts';

export interface PoolOptions {
  readonly entry: URL;
  /** Threads at most; one is started when there is a job and none is free. */
  readonly workers: number;
  /** V8's heap in each. Typed arrays lie outside of it: what is decoded has limits of its own. */
  readonly memoryMb: number;
  /** From when a job begins; who takes longer hangs. */
  readonly deadlineMs: number;
  /** A thread without work gives its memory back after this. */
  readonly idleMs: number;
}

/** Jobs of pages that wait at most: each keeps a request open. */
const MOST_WAITING = 32;
/** What a worker sends back. */
type Answer = { readonly value: unknown } | { readonly error: WireError };

interface Waiting {
  readonly job: unknown;
  /** What is being done, in words for an error: `The analysis of inc-1`. */
  readonly name: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One thread and the job that it has. */
class Thread {
  private readonly worker: Worker;
  private current: Waiting | null = null;
  private timer: NodeJS.Timeout | undefined;
  private reason: AppError | null = null;
  private readonly options: PoolOptions;
  private readonly onFree: (thread: Thread) => void;

  constructor(options: PoolOptions, onFree: (thread: Thread) => void, onEnd: (thread: Thread) => void) {
    this.options = options;
    this.onFree = onFree;
    this.worker = startWorker(options);
    this.worker.on('message', (answer: Answer) => this.answered(answer));
    this.worker.on('messageerror', (cause) => this.end(this.crash(cause)));
    this.worker.on('error', (cause) => {
      this.reason ??= this.crash(cause);
    });
    this.worker.once('exit', () => {
      clearTimeout(this.timer);
      const lost = this.take();
      onEnd(this);
      lost?.reject(this.reason ?? crashed(lost.name, undefined));
    });
  }

  get isFree(): boolean {
    return this.current === null && this.reason === null;
  }

  has(waiting: Waiting): boolean {
    return this.current === waiting;
  }

  begin(waiting: Waiting): void {
    const { deadlineMs } = this.options;
    clearTimeout(this.timer);
    this.current = waiting;
    this.worker.ref();
    this.timer = setTimeout(() => this.end(timedOut(waiting.name, deadlineMs)), deadlineMs);
    try {
      this.worker.postMessage(waiting.job, [...buffersIn(waiting.job)]);
    } catch (cause) {
      // What cannot be sent (a function, memory that others use) is a bug of who asks: his job fails, nobody waits.
      this.end(this.crash(cause));
    }
  }

  /** The job, if there is one, fails with this error; the thread takes no other. */
  end(reason: AppError): void {
    this.reason ??= reason;
    void this.worker.terminate();
  }

  private answered(answer: Answer): void {
    if (this.reason !== null) return;
    const done = this.take();
    clearTimeout(this.timer);
    this.worker.unref();
    this.timer = setTimeout(() => this.end(interrupted('A thread without work')), this.options.idleMs).unref();
    if ('error' in answer) done?.reject(fromWire(answer.error));
    else done?.resolve(answer.value);
    this.onFree(this);
  }

  private take(): Waiting | null {
    const { current } = this;
    this.current = null;
    return current;
  }

  private crash(cause: unknown): AppError {
    const name = this.current?.name ?? 'A job';
    const { code } = cause as NodeJS.ErrnoException;
    return code === 'ERR_WORKER_OUT_OF_MEMORY' ? outOfMemory(name, this.options, cause) : crashed(name, cause);
  }
}

export class WorkerPool {
  private readonly options: PoolOptions;
  private readonly threads = new Set<Thread>();
  private readonly ahead: Waiting[] = [];
  private readonly behind: Waiting[] = [];
  private isClosed = false;

  constructor(options: PoolOptions) {
    this.options = options;
  }

  /** Bytes in the job are handed over: the caller must not use them any more. */
  run(job: unknown, name: string, { signal, ahead = false }: JobOptions = {}): Promise<unknown> {
    if (this.isClosed || signal?.aborted) return Promise.reject(interrupted(name));
    if (!ahead && this.behind.length >= MOST_WAITING) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const stop = () => this.stop(waiting);
      /** Once it is over, nobody listens to the signal. */
      const last = <T>(settle: (outcome: T) => void) => {
        return (outcome: T) => {
          signal?.removeEventListener('abort', stop);
          settle(outcome);
        };
      };
      const waiting: Waiting = { job, name, resolve: last(resolve), reject: last(reject) };
      signal?.addEventListener('abort', stop, { once: true });
      (ahead ? this.ahead : this.behind).push(waiting);
      this.next();
    });
  }

  /** What is under way and what waits fails with `INTERRUPTED`. */
  close(): void {
    this.isClosed = true;
    for (const waiting of [...this.ahead.splice(0), ...this.behind.splice(0)])
      waiting.reject(interrupted(waiting.name));
    for (const thread of this.threads) thread.end(interrupted('The work'));
  }

  private next(): void {
    if (this.ahead.length + this.behind.length === 0) return;
    const thread = [...this.threads].find(({ isFree }) => isFree) ?? this.start();
    if (thread === null) return;
    const waiting = this.ahead.shift() ?? this.behind.shift();
    if (waiting === undefined) return;
    thread.begin(waiting);
    this.next();
  }

  private start(): Thread | null {
    if (this.threads.size >= this.options.workers) return null;
    const thread = new Thread(
      this.options,
      () => this.next(),
      (ended) => {
        this.threads.delete(ended);
        this.next();
      },
    );
    this.threads.add(thread);
    return thread;
  }

  private stop(waiting: Waiting): void {
    for (const queue of [this.ahead, this.behind]) {
      const at = queue.indexOf(waiting);
      if (at < 0) continue;
      queue.splice(at, 1);
      waiting.reject(interrupted(waiting.name));
    }
    for (const thread of this.threads) if (thread.has(waiting)) thread.end(interrupted(waiting.name));
  }
}

/**
 * At the limit Node lets a thread have 16 MB more until it has ended it. One collection may move the whole young
 * generation, 48 MB by default: then V8 gives up, and with it the whole process.
 */
const YOUNG_MB = 12;

function startWorker({ entry, memoryMb }: PoolOptions): Worker {
  return new Worker(entry, {
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: YOUNG_MB },
    // It needs nothing of the environment, which holds secrets.
    env: compileCacheEnvironment() ?? {},
  });
}

function crashed(name: string, cause: unknown): AppError {
  return new AppError('ANALYSIS_CRASHED', `${name} ended before its time: its thread is gone.`, {
    cause,
    retry: 'later',
    hint: 'The log of the service has the details.',
  });
}

function outOfMemory(name: string, { memoryMb }: PoolOptions, cause: unknown): AppError {
  return new AppError('ANALYSIS_OUT_OF_MEMORY', `${name} needed more than ${memoryMb} MB of memory.`, {
    cause,
    hint: 'Raise ANALYSIS_MEMORY_MB, or record for a shorter time.',
  });
}

function timedOut(name: string, deadlineMs: number): AppError {
  return new AppError('ANALYSIS_TIMED_OUT', `${name} was not done within ${Math.round(deadlineMs / 1000)} s.`, {
    hint: 'Check that the machine of the service has a processor to spare, or record for a shorter time.',
  });
}

function busy(): AppError {
  return new AppError('ANALYSIS_BUSY', `${MOST_WAITING} other files are being made; this one would wait too long.`, {
    retry: 'later',
    hint: 'Try again in a minute.',
  });
}

function interrupted(name: string): AppError {
  return new AppError('INTERRUPTED', `${name} was interrupted.`, { retry: 'later' });
}
