import type { RunnerDeps } from '../step.ts';

/** How often the two clocks are compared. */
const LOOK_MS = 1_000;
/** NTP slews by less; somebody who sets the clock by less disturbs nothing. */
const JUMP_MS = 2_000;

/**
 * Waits are kept as times of day, so that they outlive the process. When somebody sets the clock, what is waited for
 * moves with it: nothing stands still for an hour because the clock went back, and nothing times out because it went
 * ahead.
 */
export async function watchClock(
  { store, clock, log }: Pick<RunnerDeps, 'store' | 'clock' | 'log'>,
  wake: () => void,
  signal: AbortSignal,
): Promise<void> {
  let offset = clock.now() - clock.steady();
  while (!signal.aborted) {
    await clock.sleep(LOOK_MS, signal);
    const jumped = clock.now() - clock.steady() - offset;
    if (Math.abs(jumped) < JUMP_MS) continue;
    try {
      await store.shiftTimes(jumped);
      offset += jumped;
      log.warn({ byMs: jumped }, 'the clock was set; waits move with it');
      wake();
    } catch (error) {
      log.warn({ err: error }, 'the clock was set, but the waits could not be moved yet');
    }
  }
}
