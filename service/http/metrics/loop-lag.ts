import { monitorEventLoopDelay } from 'node:perf_hooks';

/** The window moves on by this, and spans six of them: readers neither miss a block nor take it from each other. */
const PART_MS = 10_000;
const PARTS = 6;

export interface LoopLag {
  /** Longest delay of the event loop within the last minute, in milliseconds. */
  readonly longestMs: () => number;
  readonly stop: () => void;
}

/** Watches the event loop of this thread. */
export function watchLoop(): LoopLag {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const window = new SlidingMaximum(PARTS);
  const timer = setInterval(() => {
    window.begin(delay.max);
    delay.reset();
  }, PART_MS).unref();
  return {
    longestMs: () => Math.max(0, delay.max, window.maximum()) / 1e6,
    stop() {
      clearInterval(timer);
      delay.disable();
    },
  };
}

/** Maximum of the last so many finished parts. */
export class SlidingMaximum {
  private readonly parts: number[] = [];
  private readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  /** A part is over, with this as its maximum. */
  begin(finished: number): void {
    this.parts.push(finished);
    if (this.parts.length > this.size) this.parts.shift();
  }

  maximum(): number {
    return Math.max(0, ...this.parts);
  }
}
