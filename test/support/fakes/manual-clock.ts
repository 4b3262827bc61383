import type { Clock } from '../../../service/shared/clock.ts';

/** A clock that the test owns: time moves only by `advance`, and a sleep ends when its time has come. */
export class ManualClock implements Clock {
  private at: number;
  private elapsed = 0;
  private sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  constructor(startMs: number) {
    this.at = startMs;
  }

  now(): number {
    return this.at;
  }

  steady(): number {
    return this.elapsed;
  }

  /** Somebody sets the clock: no time passes. */
  set(byMs: number): void {
    this.at += byMs;
    this.sleepers = this.sleepers.map((sleeper) => ({ ...sleeper, until: sleeper.until + byMs }));
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      this.sleepers.push({ until: this.at + ms, wake: resolve });
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  advance(ms: number): void {
    this.at += ms;
    this.elapsed += ms;
    const due = this.sleepers.filter((sleeper) => sleeper.until <= this.at);
    this.sleepers = this.sleepers.filter((sleeper) => sleeper.until > this.at);
    for (const sleeper of due) sleeper.wake();
  }
}

/** More than the work between two moments of a fake world takes. */
const TURNS_A_STEP = 5;
const MOST_STEPS = 20_000;

/**
 * Lets time pass in steps of `stepMs` until `done`, with some turns of the event loop after each: how busy the machine
 * is makes no difference to what happens when.
 */
export async function letTimePass(
  clock: ManualClock,
  stepMs: number,
  awaited: string,
  done: () => boolean,
): Promise<void> {
  for (let step = 0; !done(); step++) {
    if (step > MOST_STEPS) throw new Error(`not within ${step} steps of ${stepMs} ms: ${awaited}`);
    clock.advance(stepMs);
    for (let turn = 0; turn < TURNS_A_STEP; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}
