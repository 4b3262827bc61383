/** What becomes of a message in the queue once we know what it is. */

/** After how many receives the queue puts a message aside; `null`: never; undefined: nobody could say. */
export type MaxReceives = number | null | undefined;

export type Settlement =
  | { readonly act: 'delete' }
  /** It stays: the queue gives it again, or puts it aside. */
  | { readonly act: 'leave' }
  | { readonly act: 'again'; readonly seconds: number };

/** How long a fault that may pass is waited for: 5, 10, 20 … seconds; ten receives take a quarter of an hour. */
const FIRST_AGAIN_SECONDS = 5;
const MAX_AGAIN_SECONDS = 300;
/** Where nobody could say whether there is a dead-letter queue, it would have the message by then. */
const MANY_RECEIVES = 10;

/**
 * Deleted is what is stored, and what is refused for good by a queue that would give it again for days. A queue with a
 * redrive policy puts that aside itself, whole, for whoever wants to look at it.
 * @param status of `IntakeResult`
 */
export function settlement(status: number, receives: number, maxReceives: MaxReceives): Settlement {
  if (status < 300) return { act: 'delete' };
  if (status >= 500) return { act: 'again', seconds: againSeconds(receives) };
  return isPutAside(receives, maxReceives) ? { act: 'leave' } : { act: 'delete' };
}

/** What the notification log says of a message that is refused for good. */
export function refusedWords(receives: number, maxReceives: MaxReceives): string {
  return isPutAside(receives, maxReceives)
    ? 'It stays in the queue, which puts it into its dead-letter queue.'
    : 'It is deleted from the queue.';
}

function isPutAside(receives: number, maxReceives: MaxReceives): boolean {
  if (maxReceives === undefined) return receives < MANY_RECEIVES;
  return maxReceives !== null;
}

function againSeconds(receives: number): number {
  return Math.min(FIRST_AGAIN_SECONDS * 2 ** Math.min(receives - 1, 16), MAX_AGAIN_SECONDS);
}
