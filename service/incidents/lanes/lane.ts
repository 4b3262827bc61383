/** A lane: workers that do one kind of work and never wait for those of another lane. */
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';

export interface Work {
  readonly name: string;
  /** Done at the same time. */
  readonly workers: number;
  /** Does one due thing; false when nothing is due, or when nothing could be done with it. */
  readonly takeOne: (signal: AbortSignal) => Promise<boolean>;
  /** When the next thing becomes due, later than now; undefined when nothing is known to. */
  readonly nextDueMs: () => Promise<number | undefined>;
  /** How much is due now, and since when. */
  readonly backlog: () => Promise<Backlog>;
}

export interface Backlog {
  readonly due: number;
  readonly oldestDueMs: number | null;
}

/** How a lane does, for whoever asks whether the service is well. */
export interface LaneHealth extends Backlog {
  readonly name: string;
  /** When a worker last finished something; since the start when none has. */
  readonly lastMovedMs: number;
}

export interface Lane {
  /** Works until the signal aborts; resolves when what is under way has ended. */
  run(signal: AbortSignal): Promise<void>;
  /** Something may be due. */
  wake(): void;
  takeOne(signal: AbortSignal): Promise<boolean>;
  health(): Promise<LaneHealth>;
}

/** How often to look when nothing is known to be due: a safety net, `wake` is the normal way. */
const IDLE_MS = 5_000;
/** The shortest rest: whatever goes wrong, other work of this thread has its turn. */
const LEAST_REST_MS = 20;

export function createLane(work: Work, { clock, log }: { readonly clock: Clock; readonly log: Log }): Lane {
  const sleepers = new Set<AbortController>();
  let wakes = 0;
  let lastMovedMs = clock.now();

  async function takeOne(signal: AbortSignal): Promise<boolean> {
    const done = await work.takeOne(signal);
    if (done) lastMovedMs = clock.now();
    return done;
  }

  /**
   * Milliseconds to wait. A database that does not answer now (locked, disk full) is not a reason to end: it is asked
   * again.
   */
  async function doOrRest(signal: AbortSignal): Promise<number> {
    try {
      if (await takeOne(signal)) return 0;
      const due = (await work.nextDueMs()) ?? Number.POSITIVE_INFINITY;
      return due - clock.now();
    } catch (error) {
      if (!signal.aborted) log.error({ lane: work.name, err: error }, 'the lane could not work; will try again');
      return IDLE_MS;
    }
  }

  async function worker(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const seen = wakes;
      const rest = await doOrRest(signal);
      if (rest === 0 || seen !== wakes) continue;
      const sleeper = new AbortController();
      sleepers.add(sleeper);
      const restMs = Math.max(LEAST_REST_MS, Math.min(rest, IDLE_MS));
      await clock.sleep(restMs, AbortSignal.any([signal, sleeper.signal]));
      sleepers.delete(sleeper);
    }
  }

  return {
    takeOne,
    wake() {
      wakes++;
      for (const sleeper of sleepers) sleeper.abort();
    },
    async run(signal) {
      await Promise.all(Array.from({ length: work.workers }, () => worker(signal)));
    },
    async health() {
      return { name: work.name, lastMovedMs, ...(await work.backlog()) };
    },
  };
}
