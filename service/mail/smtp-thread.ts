/** SMTP in a thread of its own. Whatever happens to that thread, the mails that it had fail for now, and no others. */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { within } from '../shared/deadline.ts';
import { type Receipt, readReceipts } from '../shared/receipt.ts';
import { fromWire } from '../shared/wire-error.ts';
import type { Ended, Order, SmtpThreadData, ToThread } from './smtp-messages.ts';

export type SmtpOrder = Omit<Order, 'id'>;

interface Waiting {
  readonly worker: Worker;
  readonly receipt: Receipt | null;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  /** Runs when the mail was stopped, and the thread has not said that it ended. */
  timer?: NodeJS.Timeout;
}

/** For letting go of a connection, which takes no time: a thread that needs longer hangs. */
const STOP_MS = 5_000;
const ENTRY = new URL('./smtp-worker.ts', import.meta.url);

export class SmtpThread {
  private readonly data: SmtpThreadData;
  private readonly entry: URL;
  private readonly stopMs: number;
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | undefined;
  private last = 0;

  /** Nothing runs before the first mail. `entry` and `stopMs`: for tests. */
  constructor(data: SmtpThreadData, { entry = ENTRY, stopMs = STOP_MS } = {}) {
    this.data = data;
    this.entry = entry;
    this.stopMs = stopMs;
  }

  /**
   * Resolves when the server has taken the mail, and its receipt is written. Throws what `within` throws, and what
   * nodemailer says.
   */
  async send(order: SmtpOrder, signal: AbortSignal | undefined): Promise<void> {
    await within(this.data.limits.sendMs, signal, (ending) => this.handOver(order, ending));
  }

  /** Ends the thread in the middle of whatever it does; the next mail has a new one. */
  async end(): Promise<void> {
    await this.worker?.terminate();
  }

  private handOver({ raw, ...order }: SmtpOrder, ending: AbortSignal): Promise<void> {
    const id = ++this.last;
    const worker = this.start();
    // Others may use the bytes, too: the one copy is made here, and handed on.
    const own = new Uint8Array(raw);
    worker.postMessage({ ...order, id, raw: own } satisfies ToThread, [own.buffer]);
    worker.ref();
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { worker, receipt: order.receipt, resolve, reject });
      ending.addEventListener('abort', () => this.stop(id), { once: true });
    });
  }

  private stop(id: number): void {
    const waiting = this.waiting.get(id);
    if (waiting === undefined) return;
    waiting.worker.postMessage({ stop: id } satisfies ToThread);
    waiting.timer = setTimeout(() => void waiting.worker.terminate(), this.stopMs).unref();
  }

  private start(): Worker {
    if (this.worker !== undefined) return this.worker;
    const worker = new Worker(this.entry, { workerData: this.data });
    let cause: unknown;
    worker.on('message', ({ id, error }: Ended) => {
      const waiting = this.take(id);
      if (error === null) waiting?.resolve();
      else waiting?.reject(fromWire(error));
      if (this.waiting.size === 0) worker.unref();
    });
    worker.on('error', (error) => {
      cause = error;
    });
    worker.once('exit', () => this.died(worker, cause));
    this.worker = worker;
    return worker;
  }

  /** What it wrote down before it died was taken, although it could not say so any more. */
  private died(worker: Worker, cause: unknown): void {
    if (this.worker === worker) this.worker = undefined;
    const lost = [...this.waiting].filter(([, waiting]) => waiting.worker === worker);
    const taken = lost.length === 0 ? [] : this.written();
    for (const [id, { receipt }] of lost) {
      const isTaken = taken.some((line) => line.id === receipt?.id && line.owner === receipt.owner);
      if (isTaken) this.take(id)?.resolve();
      else this.take(id)?.reject(new Error('the thread that was sending it ended before its time', { cause }));
    }
  }

  private written() {
    try {
      return this.data.journal === null ? [] : readReceipts(readFileSync(this.data.journal, 'utf8'));
    } catch {
      return [];
    }
  }

  private take(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    clearTimeout(waiting?.timer);
    this.waiting.delete(id);
    return waiting;
  }
}
