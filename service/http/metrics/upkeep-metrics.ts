/** What waits, what was deleted, and what room there is: of a service that is left alone for months. */
import type { LaneHealth } from '../../incidents/lanes/lane.ts';
import type { HousekeepingFacts } from '../../incidents/retention/housekeeping.ts';
import { within } from '../../shared/deadline.ts';
import { byLabel, type Family } from './prometheus-text.ts';

export interface UpkeepDeps {
  readonly lanes: () => Promise<readonly LaneHealth[]>;
  readonly housekeeping: () => HousekeepingFacts;
  /** Of the disk with DATA_DIR. */
  readonly disk: () => Promise<{ readonly freeBytes: number; readonly totalBytes: number }>;
  readonly now: () => number;
}

/** Whoever scrapes gives up after some seconds, and then has nothing at all. */
const DEADLINE_MS = 2_000;

/** What cannot be asked now is absent: the other metrics are not. */
export async function upkeepFamilies({ lanes, housekeeping, disk, now }: UpkeepDeps): Promise<Family[]> {
  const [waiting, room] = await Promise.all([orNothing(lanes), orNothing(disk)]);
  return [...laneFamilies(waiting ?? [], now()), ...housekeepingFamilies(housekeeping()), ...diskFamilies(room)];
}

async function orNothing<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await within(DEADLINE_MS, undefined, ask);
  } catch {
    return null;
  }
}

function laneFamilies(lanes: readonly LaneHealth[], nowMs: number): Family[] {
  const late = ({ oldestDueMs }: LaneHealth) => (oldestDueMs === null ? 0 : Math.max(0, (nowMs - oldestDueMs) / 1000));
  const of = (value: (lane: LaneHealth) => number) => Object.fromEntries(lanes.map((lane) => [lane.name, value(lane)]));
  return [
    byLabel(
      { name: 'smokejumper_lane_due', help: 'Work that is due now, by lane.', type: 'gauge' },
      'lane',
      of(({ due }) => due),
    ),
    byLabel(
      {
        name: 'smokejumper_lane_oldest_due_seconds',
        help: 'For how long the oldest work of a lane has been due; 0 when there is none.',
        type: 'gauge',
      },
      'lane',
      of(late),
    ),
  ];
}

function housekeepingFamilies({ pruned, runs, failures, lastRunMs }: HousekeepingFacts): Family[] {
  const { fileBytes, ...rows } = pruned;
  const counter = (name: string, help: string, value: number): Family => ({
    name,
    help,
    type: 'counter',
    samples: [{ value }],
  });
  return [
    {
      name: 'smokejumper_housekeeping_last_run_timestamp_seconds',
      help: 'When a run last came to its end, in seconds since 1970; absent before the first.',
      type: 'gauge',
      samples: lastRunMs === null ? [] : [{ value: lastRunMs / 1000 }],
    },
    counter('smokejumper_housekeeping_runs_total', 'Runs that were begun: one every ten minutes.', runs),
    counter('smokejumper_housekeeping_failures_total', 'Runs that failed; the next one goes on.', failures),
    byLabel(
      {
        name: 'smokejumper_deleted_total',
        help: 'What was deleted because it is kept no longer; bodies are the texts of notifications.',
        type: 'counter',
      },
      'what',
      rows,
    ),
    counter('smokejumper_deleted_file_bytes_total', 'Total size of the files that were deleted.', fileBytes),
  ];
}

function diskFamilies(disk: Awaited<ReturnType<UpkeepDeps['disk']>> | null): Family[] {
  if (disk === null) return [];
  const gauge = (name: string, help: string, value: number): Family => ({
    name,
    help,
    type: 'gauge',
    samples: [{ value }],
  });
  return [
    gauge('smokejumper_disk_free_bytes', 'Room on the disk with DATA_DIR that the service may use.', disk.freeBytes),
    gauge('smokejumper_disk_size_bytes', 'Size of the disk with DATA_DIR.', disk.totalBytes),
  ];
}
