import type { Alarm } from '../alarms/alarm.ts';
import type { MemberVerdict } from '../fleet/choice.ts';
import type { IncidentPlan } from '../rules/rule-book.ts';
import type { CaptureId, GroupName, IncidentId, InstanceId } from '../shared/ids.ts';

/**
 * A state names a fact that is already durable; the runner does the next step.
 * Read it as: from → where a step may lead, first where it leads when all goes well. What leads nowhere is an end.
 */
export const TRANSITIONS = {
  accepted: ['targeted', 'failed', 'lapsed'],
  targeted: ['dispatched', 'failed'],
  dispatched: ['collected', 'failed'],
  collected: ['analyzed', 'failed'],
  analyzed: ['reported', 'failed'],
  failed: ['reported'],
  reported: ['notified'],
  notified: [],
  throttled: [],
  lapsed: [],
} as const satisfies Record<string, readonly string[]>;

export type IncidentState = keyof typeof TRANSITIONS;

export const STATES = Object.keys(TRANSITIONS) as readonly IncidentState[];
/** States in which nothing more happens. */
export const FINAL_STATES: readonly IncidentState[] = STATES.filter(isFinal);
/** The states of an incident that goes well, in order. */
export const WAY: readonly IncidentState[] = wayFrom('accepted');

export function isFinal(state: IncidentState): boolean {
  return TRANSITIONS[state].length === 0;
}

export function canTransition(from: IncidentState, to: IncidentState): boolean {
  return (TRANSITIONS[from] as readonly string[]).includes(to);
}

function wayFrom(state: IncidentState): IncidentState[] {
  const [next] = TRANSITIONS[state];
  return next === undefined ? [state] : [state, ...wayFrom(next)];
}

/** Why something was given up, for the report. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface Incident {
  readonly id: IncidentId;
  readonly state: IncidentState;
  readonly alarm: Alarm;
  readonly group: GroupName | null;
  readonly hotInstance: InstanceId | null;
  readonly members: readonly MemberVerdict[];
  readonly failure: Failure | null;
  /** Failed attempts at the current step. */
  readonly attempts: number;
  /** When the first of them failed. */
  readonly failingSinceMs: number | null;
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
  /** What the rules file said when it was opened; absent where there was none. */
  readonly plan?: IncidentPlan;
}

/** Of a capture that is a recording of another moment and stands in for a peer. */
export interface CaptureBaseline {
  /** What launched the instance: `launch template web v7`; null: not known. */
  readonly launchedBy: string | null;
  /** Its CPUUtilization before the recording; null: not known. */
  readonly cpuPercent: number | null;
}

export interface Capture {
  readonly id: CaptureId;
  readonly incidentId: IncidentId;
  readonly instanceId: InstanceId;
  readonly role: 'hot' | 'peer';
  readonly seconds: number;
  readonly hz: number;
  /** The wall-clock start that all captures of the incident share; null until dispatched. */
  readonly startAtMs: number | null;
  readonly commandId: string | null;
  readonly outcome: 'pending' | 'collected' | 'failed';
  readonly failure: Failure | null;
  /** Absent: it was recorded for the incident. */
  readonly baseline?: CaptureBaseline;
}

/** Name of the artifact that holds what a capture brought back. */
export function captureFile({ id }: { readonly id: string }): string {
  return `${id}.capture.gz`;
}
