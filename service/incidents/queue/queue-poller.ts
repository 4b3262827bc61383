/** Fetches the messages of one queue, for as long as the service runs, whatever happens to the queue. */
import { explain } from '../../shared/errors.ts';
import { type BatchDeps, BatchHandler, HIDDEN_SECONDS, type QueueCounts } from './handle-batch.ts';
import type { MaxReceives } from './settle.ts';

/** What a queue has done since the process began, for whoever asks whether the service is well. */
export interface QueueFacts extends Readonly<QueueCounts> {
  readonly name: string;
  /** Since the queue last answered; since the start when it has not. */
  readonly silentMs: number;
}

export interface QueuePoller {
  /** Polls until the signal aborts; resolves when what was fetched is settled or given back, within some seconds. */
  run(signal: AbortSignal): Promise<void>;
  facts(): QueueFacts;
}

export interface QueuePollerDeps extends BatchDeps {
  /** From 0 to 1: several services that lost the same queue do not come back as one. */
  readonly random: () => number;
}

/** Between two tries after a failure: 1, 2, 4 … seconds. */
const FIRST_REST_MS = 1_000;
const MAX_REST_MS = 60_000;
/** An answer without messages comes after 20 s. What does not wait must not be asked again at once. */
const EMPTY_REST_MS = 1_000;
/** Whether there is a dead-letter queue is for the owner of the queue to change at any time. */
const POLICY_MS = 10 * 60_000;
const POLICY_AGAIN_MS = 60_000;

export function createQueuePoller(deps: QueuePollerDeps): QueuePoller {
  const { clock, name, queue } = deps;
  const counts: QueueCounts = { received: 0, deleted: 0, refused: 0, returned: 0, failures: 0 };
  const handler = new BatchHandler(deps, counts);
  let answeredAt = clock.steady();
  let failing = 0;
  let maxReceives: MaxReceives;
  let policyDueAt = Number.NEGATIVE_INFINITY;

  async function readPolicy(signal: AbortSignal): Promise<void> {
    if (clock.steady() < policyDueAt) return;
    try {
      maxReceives = await queue.maxReceives(signal);
      policyDueAt = clock.steady() + POLICY_MS;
    } catch (error) {
      policyDueAt = clock.steady() + POLICY_AGAIN_MS;
      if (!signal.aborted) handler.failed(error, 'could not ask a queue whether it has a dead-letter queue');
    }
  }

  /** Milliseconds to rest. */
  async function poll(signal: AbortSignal): Promise<number> {
    await readPolicy(signal);
    const askedAt = clock.steady();
    const messages = await queue.receive(HIDDEN_SECONDS, signal);
    answeredAt = clock.steady();
    counts.received += messages.length;
    if (!(await handler.handle(messages, maxReceives, signal))) return restMs();
    failing = 0;
    return messages.length === 0 && answeredAt - askedAt < EMPTY_REST_MS ? EMPTY_REST_MS : 0;
  }

  function restMs(): number {
    const ms = Math.min(FIRST_REST_MS * 2 ** Math.min(failing++, 16), MAX_REST_MS);
    return ms * (0.5 + deps.random() / 2);
  }

  return {
    facts: () => ({ name, ...counts, silentMs: clock.steady() - answeredAt }),
    async run(signal) {
      while (!signal.aborted) {
        const ms = await poll(signal).catch((error: unknown) => {
          if (!signal.aborted) handler.failed(error, `could not read a queue; will try again: ${explain(error)}`);
          return restMs();
        });
        if (ms > 0) await clock.sleep(ms, signal);
      }
    },
  };
}
