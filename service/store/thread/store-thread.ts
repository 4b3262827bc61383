/**
 * The store in threads of its own: a lock, a slow disk or a long query never holds up who asks. One thread writes, one
 * reads for pages and metrics.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { IncidentStore } from '../../incidents/store-port.ts';
import { AppError } from '../../shared/errors.ts';
import { fromWire } from '../../shared/wire-error.ts';
import { CONNECTION_OF, type StoreCall, storeOf } from '../store-calls.ts';
import type { Answer, Opened, Request, StoreThreadData } from './messages.ts';
import { SentJournal } from './sent-journal.ts';

/** Longer than a connection waits for a lock (`busy_timeout`), and than any query should take. */
const ANSWER_MS = 15_000;
/** How long closing waits for what is under way. */
const CLOSE_MS = 2_000;

/** In the data folder; the thread that sends mail writes there, too. */
export const SENT_JOURNAL = 'sent.journal';

export interface StoreThreads {
  readonly store: IncidentStore;
  close(): Promise<void>;
  /** Ends a thread in the middle of whatever it does: for tests of what follows. */
  kill(mode: StoreThreadData['mode']): Promise<void>;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

class StoreThread {
  private readonly data: StoreThreadData;
  private readonly answerMs: number;
  private readonly waiting = new Map<number, Waiting>();
  private worker: Promise<Worker> | undefined;
  /** The thread itself, from its first moment on. */
  private running: Worker | undefined;
  private last = 0;
  private isClosed = false;

  constructor(data: StoreThreadData, answerMs: number) {
    this.data = data;
    this.answerMs = answerMs;
  }

  /** Throws what opening the database throws. */
  async open(): Promise<void> {
    await this.start();
  }

  async call(call: StoreCall): Promise<unknown> {
    if (this.isClosed) throw new AppError('STORE_CLOSED', 'The store is closed: the service is ending.');
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      // A thread that is being opened may take for ever, too.
      const timer = setTimeout(() => this.settle(id)?.reject(late(call, this.answerMs)), this.answerMs);
      this.waiting.set(id, { resolve, reject, timer });
      this.start().then(
        (worker) => {
          if (this.waiting.has(id)) worker.postMessage({ id, call } satisfies Request);
        },
        (error: unknown) => this.settle(id)?.reject(error),
      );
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const worker = await this.worker?.catch(() => undefined);
    if (worker === undefined) return;
    const ended = once(worker, 'exit');
    worker.postMessage('close');
    const timer = setTimeout(() => void worker.terminate(), CLOSE_MS);
    await ended;
    clearTimeout(timer);
  }

  /** Also one that is still being opened. */
  async kill(): Promise<void> {
    await this.running?.terminate();
  }

  /** The one that runs, else a new one: a thread that died is replaced at the next call. */
  private start(): Promise<Worker> {
    this.worker ??= this.launch().catch((error: unknown) => {
      this.worker = undefined;
      throw error;
    });
    return this.worker;
  }

  private async launch(): Promise<Worker> {
    const worker = new Worker(new URL('./store-worker.ts', import.meta.url), { workerData: this.data });
    this.running = worker;
    const opened = await new Promise<Opened>((resolve, reject) => {
      worker.once('message', resolve);
      worker.on('error', reject);
      worker.once('exit', () => {
        reject(gone());
        this.died(worker);
      });
    });
    if (!opened.opened) throw fromWire(opened.error);
    worker.on('message', (answer: Answer) => {
      const waiting = this.settle(answer.id);
      if ('error' in answer) waiting?.reject(fromWire(answer.error));
      else waiting?.resolve(answer.value);
    });
    return worker;
  }

  /** Nobody waits for one that another has replaced already. */
  private died(worker: Worker): void {
    if (this.running !== worker) return;
    this.running = undefined;
    this.worker = undefined;
    for (const id of [...this.waiting.keys()]) this.settle(id)?.reject(gone());
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    clearTimeout(waiting?.timer);
    this.waiting.delete(id);
    return waiting;
  }
}

function late([method]: StoreCall, ms: number): AppError {
  return new AppError('STORE_TIMED_OUT', `The database did not answer \`${method}\` within ${ms / 1000} s.`, {
    retry: 'later',
    hint: 'Check that nothing else has locked it, and the disk of DATA_DIR.',
  });
}

function gone(): AppError {
  return new AppError('STORE_THREAD_DIED', 'The thread of the database ended; a new one takes over.', {
    retry: 'later',
  });
}

/** Opens the database in `DATA_DIR`, and brings it to the newest schema. Throws what `openDatabase` throws. */
export async function openStoreThreads(
  { dataFolder, migrations }: Omit<StoreThreadData, 'mode'>,
  { answerMs = ANSWER_MS }: { readonly answerMs?: number } = {},
): Promise<StoreThreads> {
  const threads = {
    writing: new StoreThread({ dataFolder, migrations, mode: 'writing' }, answerMs),
    reading: new StoreThread({ dataFolder, migrations, mode: 'reading' }, answerMs),
  };
  // First the one that makes what the other reads.
  await threads.writing.open();
  await threads.reading.open();
  const journal = new SentJournal(join(dataFolder, SENT_JOURNAL));
  const store = storeOf(async (call) => {
    journal.before(call);
    const answer = await threads[CONNECTION_OF[call[0]]].call(call);
    journal.after(call, answer);
    return answer;
  });
  for (const receipt of journal.left) {
    await threads.writing.call(['settleDelivery', { ...receipt, state: 'sent', note: null }]);
  }
  if (journal.left.length > 0) journal.clear();
  return {
    store,
    async close() {
      journal.close();
      // The last one to close a database tidies it up, which only a connection that writes can do.
      await threads.reading.close();
      await threads.writing.close();
    },
    kill: (mode) => threads[mode].kill(),
  };
}
