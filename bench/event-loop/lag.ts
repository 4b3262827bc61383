/** Loaded into the service before it: measures its event loop, and tells it to the parent when asked. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** How often it is looked: a lag shorter than this hurts nobody. */
const RESOLUTION_MS = 2;

export interface Lag {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

if (isMainThread && process.send !== undefined) {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  // It measures the time between two looks.
  const lag = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  process.on('message', (message) => {
    const { max } = histogram;
    const [p50, p99] = [histogram.percentile(50), histogram.percentile(99)];
    if (message === 'report') process.send?.({ p50: lag(p50), p99: lag(p99), max: lag(max) } satisfies Lag);
    histogram.reset();
  });
  process.channel?.unref();
}
