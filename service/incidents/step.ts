import type { Clock } from '../shared/clock.ts';
import type { IncidentId } from '../shared/ids.ts';
import type { Log } from '../shared/log.ts';
import type { Receipt } from '../shared/receipt.ts';
import type { BaselineDeps } from './baseline/baseline-deps.ts';
import type { Incident, IncidentState } from './incident.ts';
import type { CaptureCaps } from './lanes/lane-plan.ts';
import type { SecondDeps } from './second/second-work.ts';
import type { Changes, Delivery, IncidentStore } from './store-port.ts';

/** What a step says when it is done for now. Repeating any step is harmless. */
export type StepOutcome =
  | { readonly kind: 'advance'; readonly to: IncidentState; readonly detail: string; readonly changes?: Changes }
  /** `told`: the outbox has new rows. */
  | { readonly kind: 'wait'; readonly ms: number; readonly told?: true };

/** Does the next thing for an incident; throws `AppError` when it cannot (the runner repeats or gives up). */
export type Step = (incident: Incident, signal: AbortSignal) => Promise<StepOutcome>;

/** A step of what is recorded: of an incident, or of something that is no incident. */
export type RecordingStep = (
  recorded: Pick<Incident, 'id' | 'plan' | 'attempts' | 'openedAtMs'>,
  signal: AbortSignal,
) => Promise<StepOutcome>;

export type Steps = Readonly<Partial<Record<IncidentState, Step>>>;

/** A delivery that `owner` has claimed. */
export type ClaimedDelivery = Delivery & Receipt;

/** Hands a report over to one recipient. Throws `AppError`. */
export type Deliver = (delivery: ClaimedDelivery, signal: AbortSignal) => Promise<void>;

/** What the lanes work with. */
export interface RunnerDeps {
  readonly store: IncidentStore;
  readonly steps: Steps;
  readonly deliver: Deliver;
  readonly caps: CaptureCaps;
  readonly clock: Clock;
  readonly log: Log;
  /** Unique per process: tells our leases from those of a dead one. */
  readonly owner: string;
  /** What is recorded once more; absent: nothing. */
  readonly second?: SecondDeps;
  /** Recordings of healthy members; absent: none. */
  readonly baseline?: BaselineDeps;
  /** The one incident that is worked on; absent: all. */
  readonly only?: IncidentId;
  /** A piece of work begins; call what it gives when that ends. */
  readonly onBegin?: (what: string) => () => void;
  readonly onMove?: (incident: Incident, to: IncidentState, detail: string) => void;
  /** The outbox has new rows. */
  readonly onTold?: () => void;
}
