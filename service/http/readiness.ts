/** Whether the service can do its work, in words for whoever is woken. */
import type { LaneHealth } from '../incidents/lanes/lane.ts';
import type { QueueFacts } from '../incidents/queue/queue-poller.ts';
import { DeadlineError, within } from '../shared/deadline.ts';

/** What the engine, the store and the process tell. Each may hang: whoever asks has a deadline. */
export interface Health {
  lanes(): Promise<readonly LaneHealth[]>;
  queues(): readonly Pick<QueueFacts, 'name' | 'silentMs'>[];
  /** Reads and begins to write; throws when the database does not let us. */
  checkStore(): Promise<void>;
  /** Of the disk with DATA_DIR. */
  disk(): Promise<{ readonly freeBytes: number; readonly totalBytes: number }>;
  /** Longest time in the last minute for which nothing else was answered. */
  longestHoldMs(): number;
  /** Why the rules file as it is now does not apply; null where it does, or there is none. */
  rulesFault(): string | null;
  readonly stopping: boolean;
}

export interface HealthLimits {
  readonly maxBacklogMs: number;
  readonly minFreeBytes: number;
}

/** A probe is given up after a few seconds, and then nobody reads why. */
const DEADLINE_MS = 2_000;
/** Steps take seconds, the longest (an analysis, an installation of perf) a minute or two. */
const STUCK_MS = 5 * 60_000;
/** A queue answers within 28 s, if only that it is empty; what AWS or a network does wrong for a minute passes. */
const MAX_SILENT_MS = 5 * 60_000;
/** SNS waits 15 s for an answer, balancers and people less. */
const MAX_HOLD_MS = 5_000;
/** Part of the disk that shall stay free. Of a large disk that would be far more than anybody needs. */
const MIN_FREE_SHARE = 0.05;
const MAX_FREE_BYTES = 1e9;

/** Why the service is not ready, one sentence each; empty when it is. Never rejects, and takes no longer than 2 s. */
export async function whyNotReady(
  health: Health,
  limits: HealthLimits,
  now: number,
  deadlineMs = DEADLINE_MS,
): Promise<readonly string[]> {
  const hold = health.longestHoldMs();
  const fault = health.rulesFault();
  const reasons = await Promise.all([
    health.stopping ? ['The service is shutting down.'] : [],
    fault === null ? [] : [`The rules file is refused, and the rules of before apply. ${fault}`],
    hold <= MAX_HOLD_MS ? [] : [`Within the last minute nothing was answered for ${seconds(hold)}.`],
    health.queues().flatMap(queueReasons),
    answered('The database', deadlineMs, async () => {
      await health.checkStore();
      return [];
    }),
    answered('The disk', deadlineMs, async () => diskReasons(await health.disk(), limits)),
    answered('The engine', deadlineMs, async () =>
      (await health.lanes()).flatMap((lane) => laneReasons(lane, limits, now)),
    ),
  ]);
  return reasons.flat();
}

async function answered(
  who: string,
  deadlineMs: number,
  ask: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  try {
    return await within(deadlineMs, undefined, ask);
  } catch (error) {
    if (error instanceof DeadlineError) return [`${who} did not answer within ${seconds(deadlineMs)}.`];
    // Anybody may ask, so paths and statements stay inside.
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    return [`${who} cannot be used (${String(code ?? name)}).`];
  }
}

function diskReasons(disk: Awaited<ReturnType<Health['disk']>>, { minFreeBytes }: HealthLimits): readonly string[] {
  const wanted = Math.max(minFreeBytes, Math.min(disk.totalBytes * MIN_FREE_SHARE, MAX_FREE_BYTES));
  if (disk.freeBytes >= wanted) return [];
  return [
    `The disk with DATA_DIR has ${megabytes(disk.freeBytes)} left; below ${megabytes(wanted)} it is nearly full.`,
  ];
}

function queueReasons({ name, silentMs }: ReturnType<Health['queues']>[number]): readonly string[] {
  if (silentMs <= MAX_SILENT_MS) return [];
  return [`The queue ${name} could not be read for ${minutes(silentMs)}; the log says why.`];
}

function laneReasons(lane: LaneHealth, limits: HealthLimits, now: number): readonly string[] {
  if (lane.due === 0 || lane.oldestDueMs === null) return [];
  const late = now - lane.oldestDueMs;
  // Work that has only just become due cannot have moved, however long nothing did before.
  const still = Math.min(late, now - lane.lastMovedMs);
  if (still > STUCK_MS) {
    return [`Nothing has moved in ${lane.name} for ${minutes(still)}, though ${lane.due} are due.`];
  }
  if (late <= limits.maxBacklogMs) return [];
  return [`The oldest of ${lane.due} in ${lane.name} has been due for ${minutes(late)}.`];
}

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;
const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
