import type { StepRun } from '../../incidents/observe-steps.ts';
import type { QueueFacts } from '../../incidents/queue/queue-poller.ts';
import type { StoreCounts } from '../../incidents/store-port.ts';
import { processMetrics } from './process-metrics.ts';
import type { Family } from './prometheus-text.ts';
import { queueFamilies } from './queue-metrics.ts';
import { StepMetrics } from './step-metrics.ts';
import { type UpkeepDeps, upkeepFamilies } from './upkeep-metrics.ts';

export interface ServiceMetrics {
  /** For `observeSteps`. */
  readonly step: (run: StepRun) => void;
  readonly families: (counts: StoreCounts) => Promise<Family[]>;
}

export interface MetricsOptions extends UpkeepDeps {
  readonly version: string;
  /** Rejected notifications that were only counted, since the process began. */
  readonly unrecorded: () => number;
  readonly queues: () => readonly QueueFacts[];
  /** See `watchLoop`. */
  readonly longestHoldMs: () => number;
}

/**
 * Everything beyond incidents by state and notifications by outcome: how the engine does, and the process that it
 * runs in.
 */
export function createMetrics(deps: MetricsOptions): ServiceMetrics {
  const steps = new StepMetrics();
  const process = processMetrics(deps.version, deps.longestHoldMs);
  return {
    step: steps.add,
    families: async (counts) => [
      ...factFamilies(counts, deps.now()),
      unrecordedFamily(deps.unrecorded()),
      ...queueFamilies(deps.queues()),
      ...(await upkeepFamilies(deps)),
      ...steps.families(),
      ...process(),
    ],
  };
}

function unrecordedFamily(value: number): Family {
  return {
    name: 'smokejumper_rejected_unrecorded_total',
    help: 'Rejected notifications beyond those that the notification log takes in a minute.',
    type: 'counter',
    samples: [{ value }],
  };
}

function factFamilies(facts: StoreCounts, nowMs: number): Family[] {
  const gauge = (name: string, help: string, value: number | null): Family => ({
    name,
    help,
    type: 'gauge',
    samples: value === null ? [] : [{ value }],
  });
  const { oldestUnfinishedMs: oldest, lastNotificationMs: last } = facts;
  return [
    {
      name: 'smokejumper_captures',
      help: 'Captures by instance role and outcome.',
      type: 'gauge',
      samples: facts.captures.map(({ role, outcome, n }) => ({ labels: { role, outcome }, value: n })),
    },
    {
      name: 'smokejumper_baselines',
      help: 'Recordings of healthy members that are kept, by outcome.',
      type: 'gauge',
      samples: Object.entries(facts.baselines).map(([outcome, n]) => ({ labels: { outcome }, value: n })),
    },
    gauge('smokejumper_incidents_burning', 'Incidents whose alarm is still in ALARM.', facts.burning),
    gauge('smokejumper_incidents_retrying', 'Incidents whose current step failed and will be retried.', facts.retrying),
    gauge(
      'smokejumper_oldest_unfinished_incident_seconds',
      'Age of the oldest incident not yet reported; 0 when there is none. A report takes a minute or two.',
      oldest === null ? 0 : Math.max(0, (nowMs - oldest) / 1000),
    ),
    gauge(
      'smokejumper_last_notification_timestamp_seconds',
      'When the latest message from a trusted topic arrived, in seconds since 1970; absent before the first.',
      last === null ? null : last / 1000,
    ),
    gauge(
      'smokejumper_artifact_bytes',
      'Total size of the stored files; identical ones count each time.',
      facts.artifactBytes,
    ),
  ];
}
