import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { IncidentStore } from '../store-port.ts';
import { addPruned, NOTHING_PRUNED, type Pruned, type RetentionPolicy } from './retention.ts';

/** Between two runs: what becomes too old within it does no harm. */
const EVERY_MS = 600_000;
/** Rows of a step: some 10 ms of the thread that also writes what arrives. */
const STEP_ROWS = 100;
/** Reports read in a step, which takes about as long. */
const FILL_ROWS = 10;
/** Between two steps: whoever waits for the database goes first. */
const PAUSE_MS = 50;
/** Steps of a run. 200,000 rows: what is left over goes in the next one. */
const MAX_STEPS = 2_000;
/** Of 256, in which a run looks for files that nothing refers to: all of them within three hours. */
const SWEPT = 16;
const FOLDERS = 256;

export interface HousekeepingFacts {
  /** Since the start of the process. */
  readonly pruned: Pruned;
  readonly runs: number;
  readonly failures: number;
  /** When a run last came to its end. */
  readonly lastRunMs: number | null;
}

export interface Housekeeping {
  /** Deletes what is kept no longer, now and every ten minutes, until the signal aborts; notes what an update left. */
  run(signal: AbortSignal): Promise<void>;
  facts(): HousekeepingFacts;
}

export interface HousekeepingDeps {
  readonly store: IncidentStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: RetentionPolicy;
}

/** So that nothing grows without end: deletes in small steps, and goes on where a crash or an error stopped it. */
export function createHousekeeping(deps: HousekeepingDeps): Housekeeping {
  const { clock, log, store, policy } = deps;
  let pruned = NOTHING_PRUNED;
  let runs = 0;
  let failures = 0;
  let lastRunMs: number | null = null;
  let nextFolder = 0;

  /** The folders are swept in turn, some each time. */
  async function sweep(signal: AbortSignal): Promise<Pruned> {
    let found = NOTHING_PRUNED;
    for (let swept = 0; swept < SWEPT && !signal.aborted; swept++) {
      const folder = nextFolder;
      // Before it is swept: one that cannot be must not keep the others from it.
      nextFolder = (nextFolder + 1) % FOLDERS;
      found = addPruned(found, await store.sweepFiles(folder, clock.now()));
      await clock.sleep(PAUSE_MS, signal);
    }
    return found;
  }

  /** What reports of an earlier version say of functions, until all of it is noted. */
  async function fill(signal: AbortSignal): Promise<void> {
    for (let step = 0; step < MAX_STEPS && !signal.aborted; step++) {
      if (!(await store.fillHistory(FILL_ROWS))) return;
      await clock.sleep(PAUSE_MS, signal);
    }
  }

  async function once(signal: AbortSignal): Promise<void> {
    const deleted = await pruneAll({ store, policy, signal, clock, maxSteps: MAX_STEPS });
    await fill(signal);
    const swept = await sweep(signal);
    const all = addPruned(deleted, swept);
    pruned = addPruned(pruned, all);
    if (signal.aborted) return;
    lastRunMs = clock.now();
    if (Object.values(all).some((count) => count > 0)) log.info({ ...all }, 'deleted what is kept no longer');
  }

  return {
    facts: () => ({ pruned, runs, failures, lastRunMs }),
    async run(signal) {
      while (!signal.aborted) {
        runs++;
        try {
          await once(signal);
        } catch (error) {
          // Closing down, a store that is gone is nothing to speak of.
          if (signal.aborted) return;
          failures++;
          log.warn({ err: error }, 'could not delete what is kept no longer; will try again');
        }
        await clock.sleep(EVERY_MS, signal);
      }
    },
  };
}

/** Steps until there is nothing more to do. */
export async function pruneAll(options: {
  readonly store: IncidentStore;
  readonly policy: RetentionPolicy;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly maxSteps: number;
}): Promise<Pruned> {
  const { store, policy, clock, signal, maxSteps } = options;
  let pruned = NOTHING_PRUNED;
  for (let step = 0; step < maxSteps && !signal.aborted; step++) {
    const { more, ...done } = await store.prune(policy, clock.now(), STEP_ROWS);
    pruned = addPruned(pruned, done);
    if (!more) break;
    await clock.sleep(PAUSE_MS, signal);
  }
  return pruned;
}

/** All files that nothing refers to, at once. */
export async function sweepAll(store: IncidentStore, clock: Clock, signal: AbortSignal): Promise<Pruned> {
  let pruned = NOTHING_PRUNED;
  for (let folder = 0; folder < FOLDERS && !signal.aborted; folder++) {
    pruned = addPruned(pruned, await store.sweepFiles(folder, clock.now()));
  }
  return pruned;
}
