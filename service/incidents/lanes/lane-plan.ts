import type { IncidentState } from '../incident.ts';

/** How long a step may take, and for how long a fault that may pass is borne before the step is given up. */
interface StepTimes {
  readonly deadlineMs: number;
  /** From the first failure. Null: for ever, ever more seldom. */
  readonly patienceMs: number | null;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const STEP_TIMES: Readonly<Partial<Record<IncidentState, StepTimes>>> = {
  // CloudWatch may be minutes late with the figures that tell who is hot.
  accepted: { deadlineMs: 90 * SECOND, patienceMs: 5 * MINUTE },
  // A capture that begins later shows another fire than the one that woke us.
  targeted: { deadlineMs: 60 * SECOND, patienceMs: 3 * MINUTE },
  // What is recorded waits on the instance for an hour.
  dispatched: { deadlineMs: 5 * MINUTE, patienceMs: 30 * MINUTE },
  collected: { deadlineMs: 4 * MINUTE, patienceMs: 5 * MINUTE },
  analyzed: { deadlineMs: 4 * MINUTE, patienceMs: 5 * MINUTE },
  // The report of a failure and the mail: somebody waits for them.
  failed: { deadlineMs: 4 * MINUTE, patienceMs: null },
  reported: { deadlineMs: 2 * MINUTE, patienceMs: null },
};

/** Capture waits on AWS, analysis on processors, reports on both, delivery on mail servers. */
export const LANES = {
  capture: ['accepted', 'targeted', 'dispatched'],
  analysis: ['collected'],
  report: ['analyzed', 'failed'],
  delivery: ['reported'],
} as const satisfies Record<string, readonly IncidentState[]>;

export type LaneName = keyof typeof LANES;

/** What may be captured at the same time. */
export interface CaptureCaps {
  readonly atOnce: number;
  readonly perGroup: number;
  readonly perAccount: number;
}

/** Workers of each lane. A worker of the capture lane is busy only while it asks AWS, not while an instance records. */
export function workersOf(caps: CaptureCaps): Readonly<Record<LaneName | 'outbox', number>> {
  return { capture: Math.min(caps.atOnce + 2, 16), analysis: 2, report: 4, delivery: 2, outbox: 4 };
}
