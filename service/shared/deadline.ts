/** Work that waits for others: it ends at a deadline, or when the caller no longer wants it, whatever it waits for. */

export class DeadlineError extends Error {
  readonly ms: number;

  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'DeadlineError';
    this.ms = ms;
  }
}

export class InterruptedError extends Error {
  constructor(cause: unknown) {
    super('interrupted', { cause });
    this.name = 'InterruptedError';
  }
}

/**
 * Does `work` with a signal that aborts after `ms` (with a `DeadlineError`) or with `signal` (an `InterruptedError`),
 * and throws that at once, also where the work does not heed its signal: a DNS look-up cannot be ended. The signal
 * aborts as well when the work fails, so that nothing of it goes on.
 */
export async function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw new InterruptedError(signal.reason);
  const own = new AbortController();
  const timer = setTimeout(() => own.abort(new DeadlineError(ms)), ms);
  const interrupt = () => own.abort(new InterruptedError(signal?.reason));
  signal?.addEventListener('abort', interrupt, { once: true });
  const aborted = new Promise<never>((_, reject) => {
    own.signal.addEventListener('abort', () => reject(own.signal.reason), { once: true });
  });
  // Nobody may be listening any more.
  aborted.catch(() => undefined);
  try {
    return await Promise.race([work(own.signal), aborted]);
  } catch (error) {
    // What was under way says in words of its own that it was aborted.
    if (own.signal.aborted) throw own.signal.reason;
    own.abort(error);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', interrupt);
  }
}

/** What `work` gives, or an `InterruptedError` as soon as the signal aborts; the work goes on for others. */
export function untilAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const interrupt = () => reject(new InterruptedError(signal.reason));
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', interrupt));
  });
}
