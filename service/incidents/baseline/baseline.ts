import type { IncidentPlan } from '../../rules/rule-book.ts';
import type { CaptureId, GroupName, InstanceId } from '../../shared/ids.ts';
import type { Capture, Failure } from '../incident.ts';

/** Where a group is: two accounts, or regions, may each have one of the same name. */
export interface GroupPlace {
  readonly group: GroupName;
  readonly accountId: string | null;
  readonly region: string | null;
}

/** A short recording of a healthy member at a quiet moment: one that is under way, or what came of it. */
export interface Baseline extends GroupPlace {
  readonly id: CaptureId;
  /** Null where nothing could be recorded: the group is gone, for one. */
  readonly instanceId: InstanceId | null;
  /** `launch template web v7`; null: not known. */
  readonly launchedBy: string | null;
  /** Before the recording. */
  readonly cpuPercent: number | null;
  readonly seconds: number;
  readonly hz: number;
  readonly plan?: IncidentPlan;
  readonly begunAtMs: number;
  readonly startAtMs: number | null;
  readonly commandId: string | null;
  readonly outcome: Capture['outcome'];
  readonly failure: Failure | null;
  /** Failed tries of what is done with it now. */
  readonly attempts: number;
}

export interface ClaimedBaseline extends Baseline {
  /** An alarm of its group waits for its turn or is captured, or one of which the group is not known yet. */
  readonly makesWay: boolean;
}

/** With a failure it ends at once, and counts as the try of its day. */
export type NewBaseline = Omit<Baseline, 'startAtMs' | 'commandId' | 'outcome' | 'attempts'>;
