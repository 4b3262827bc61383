import type { Clock } from '../../../service/shared/clock.ts';

/** A clock that the test owns: time moves only by `advance`, and a sleep ends when its time has come. */
export class ManualClock implements Clock {
  private at: number;
  private sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  constructor(startMs: number) {
    this.at = startMs;
  }

  now(): number {
    return this.at;
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
    const due = this.sleepers.filter((sleeper) => sleeper.until <= this.at);
    this.sleepers = this.sleepers.filter((sleeper) => sleeper.until > this.at);
    for (const sleeper of due) sleeper.wake();
  }
}
