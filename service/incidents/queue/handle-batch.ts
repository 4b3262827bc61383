import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { IntakeResult } from '../intake.ts';
import type { QueueMessage, QueuePort } from '../ports.ts';
import { type MaxReceives, refusedWords, settlement } from './settle.ts';

/** Longer than handling ten messages takes, and short enough that those of a process that died come soon. */
export const HIDDEN_SECONDS = 60;
/** A third: one try may fail. */
const HIDE_AGAIN_MS = (HIDDEN_SECONDS * 1000) / 3;
/** At the end of the process, for what is under way, and then for telling the queue. */
const LEAVE_MS = 2_000;
/** Ids of messages that were refused, so that each is noted once however often it comes. */
const MAX_NOTED = 1_000;

export interface QueueCounts {
  received: number;
  deleted: number;
  /** Refused for good, each time that they came. */
  refused: number;
  /** Could not be settled then, and come again. */
  returned: number;
  /** Calls of the queue that failed. */
  failures: number;
}

export interface BatchDeps {
  readonly name: string;
  readonly queue: QueuePort;
  /** `refused`: what to note of a message that is refused for good; null: nothing. */
  readonly take: (message: QueueMessage, refused: string | null) => Promise<IntakeResult>;
  readonly clock: Clock;
  readonly log: Log;
}

/** One queue, and what is remembered of it from one batch to the next. */
export class BatchHandler {
  private readonly deps: BatchDeps;
  private readonly counts: QueueCounts;
  private readonly noted = new Set<string>();

  constructor(deps: BatchDeps, counts: QueueCounts) {
    this.deps = deps;
    this.counts = counts;
  }

  /**
   * Has the messages taken, one after the other in their order, keeps them hidden meanwhile, and deletes what is
   * settled. False when something around us did not let us: more messages would fare no better.
   */
  async handle(messages: readonly QueueMessage[], maxReceives: MaxReceives, signal: AbortSignal): Promise<boolean> {
    const open = new Set(messages);
    const done = new Set<QueueMessage>();
    const over = new AbortController();
    void this.keepHidden(open, over.signal);
    let well = true;
    for (const message of messages) {
      const taken = signal.aborted ? undefined : await this.orGone(this.take(message, maxReceives), signal);
      if (taken === undefined || taken === 'again') well = false;
      if (taken === 'delete') done.add(message);
      else if (taken !== undefined) open.delete(message);
    }
    over.abort();
    const unhandled = [...open].filter((message) => !done.has(message));
    return (await this.tell([...done], unhandled, signal)) && well;
  }

  failed(error: unknown, words: string): void {
    this.counts.failures++;
    this.deps.log.warn({ queue: this.deps.name, err: error }, words);
  }

  private async keepHidden(open: ReadonlySet<QueueMessage>, over: AbortSignal): Promise<void> {
    for (;;) {
      await this.deps.clock.sleep(HIDE_AGAIN_MS, over);
      if (over.aborted) return;
      try {
        await this.deps.queue.hide([...open], HIDDEN_SECONDS, over);
      } catch (error) {
        if (!over.aborted) this.failed(error, 'could not keep messages hidden: the queue may give them again');
      }
    }
  }

  private async take(message: QueueMessage, maxReceives: MaxReceives): Promise<'delete' | 'leave' | 'again'> {
    const words = this.noted.has(message.id) ? null : refusedWords(message.receives, maxReceives);
    const status = await this.statusOf(message, words);
    if (status >= 400 && status < 500) this.noteRefused(message.id);
    const next = settlement(status, message.receives, maxReceives);
    if (next.act === 'again') await this.giveBack(message, next.seconds, maxReceives);
    return next.act;
  }

  /** A bug in how one message is taken must not keep the others from being taken. */
  private async statusOf(message: QueueMessage, words: string | null): Promise<number> {
    try {
      return (await this.deps.take(message, words)).status;
    } catch (error) {
      this.deps.log.error({ queue: this.deps.name, id: message.id, err: error }, 'could not take a message of a queue');
      return 503;
    }
  }

  private noteRefused(id: string): void {
    this.counts.refused++;
    this.noted.add(id);
    const [oldest] = this.noted;
    if (this.noted.size > MAX_NOTED && oldest !== undefined) this.noted.delete(oldest);
  }

  private async giveBack(message: QueueMessage, seconds: number, maxReceives: MaxReceives): Promise<void> {
    this.counts.returned++;
    const { id, receives } = message;
    if (typeof maxReceives === 'number' && receives >= maxReceives) {
      const words = 'what could not be handled goes to the dead-letter queue; move it back once the fault is mended';
      this.deps.log.error({ queue: this.deps.name, id, receives }, words);
    }
    try {
      await this.deps.queue.hide([message], seconds);
    } catch (error) {
      this.failed(error, 'could not say when a message shall come again: it does when it is no longer hidden');
    }
  }

  /** What a process that ends has not come to is there at once for the next one. */
  private async tell(
    done: readonly QueueMessage[],
    unhandled: readonly QueueMessage[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const { queue } = this.deps;
    const late = signal.aborted ? AbortSignal.timeout(LEAVE_MS) : undefined;
    try {
      if (unhandled.length > 0) await queue.hide(unhandled, 0, late);
      if (done.length > 0) await queue.remove(done, late);
      this.counts.deleted += done.length;
      return true;
    } catch (error) {
      this.failed(error, 'could not delete what was handled: it comes again, and is known then');
      return false;
    }
  }

  /** Undefined when the process ends and the work does not: the message comes again. */
  private orGone<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    const over = new AbortController();
    const gone = new Promise<undefined>((resolve) => {
      const leave = () => void this.deps.clock.sleep(LEAVE_MS, over.signal).then(() => resolve(undefined));
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { signal: over.signal });
    });
    return Promise.race([work, gone]).finally(() => over.abort());
  }
}
