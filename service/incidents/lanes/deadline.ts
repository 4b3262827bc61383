import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';

/** What is aborted gets this long to end by itself; what does not obey is left alone. */
const OBEY_MS = 5_000;

/** The work was told to stop because the service ends: it says nothing about the work. */
export class Stopped extends Error {}

/**
 * Runs work with an end: past `ms` its signal aborts, and it fails with `STEP_TIMED_OUT`, also when it hangs in a call
 * that obeys no signal. Throws `Stopped` when `signal` aborted first.
 */
export async function withDeadline<T>(
  { clock, ms, what }: { readonly clock: Clock; readonly ms: number; readonly what: string },
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const over = new AbortController();
  const both = AbortSignal.any([signal, late.signal]);
  const timeUp = (async () => {
    await clock.sleep(ms, AbortSignal.any([signal, over.signal]));
    if (over.signal.aborted) return;
    if (!signal.aborted) late.abort();
    await clock.sleep(OBEY_MS, over.signal);
  })();
  const hangs = timeUp.then(() => Promise.reject(new Stopped()));
  try {
    return await Promise.race([work(both), hangs]);
  } catch (error) {
    if (signal.aborted) throw new Stopped();
    if (!late.signal.aborted) throw error;
    throw new AppError('STEP_TIMED_OUT', `${what} did not end within ${ms / 1000} s.`, {
      retry: 'later',
      cause: error,
    });
  } finally {
    over.abort();
    hangs.catch(() => undefined);
  }
}
