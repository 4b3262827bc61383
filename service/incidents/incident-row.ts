import type { VerdictClass } from '../compare/differential.ts';
import type { GroupName, IncidentId, InstanceId } from '../shared/ids.ts';
import type { IncidentState } from './incident.ts';
import type { TriageMarks } from './triage/triage.ts';

/** An incident in a list. */
export interface IncidentRow {
  readonly id: IncidentId;
  readonly state: IncidentState;
  /** Of the alarm; null where its message does not say. */
  readonly accountId: string | null;
  readonly region: string | null;
  readonly group: GroupName | null;
  readonly alarmName: string;
  readonly hotInstance: InstanceId | null;
  readonly headline: string | null;
  readonly verdictClass: VerdictClass | null;
  readonly openedAtMs: number;
  /** When the alarm went back to OK; null while it is on. */
  readonly closedAtMs: number | null;
  /** An earlier incident had the same cause. */
  readonly again: boolean;
  /** The current step has failed and will be retried; null while all goes well. */
  readonly retry: IncidentRetry | null;
  /** Somebody tried the chain out: no alarm went off. */
  readonly isDrill?: true;
  /** It is the second recording of this incident. */
  readonly secondOf?: IncidentId;
  /** What people do about it; absent where nobody does anything. */
  readonly marks?: TriageMarks;
}

export interface IncidentRetry {
  readonly attempts: number;
  readonly reason: string;
  readonly nextAtMs: number;
}

/** The incident came into a state. */
export interface IncidentEvent {
  readonly atMs: number;
  readonly state: IncidentState;
  readonly detail: string;
}
