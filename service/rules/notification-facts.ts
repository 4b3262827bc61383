import type { Alarm } from '../alarms/alarm.ts';
import type { IncidentId } from '../shared/ids.ts';
import type { Mute } from './mute.ts';

/** How far back `NotificationFacts` reach, at least: the longest window a limit may have. */
export const FACTS_SPAN_MS = 24 * 3_600_000;

/** An incident whose alarm is still on, and that was not throttled. */
export interface OpenIncident {
  readonly id: IncidentId;
  /** `Alarm.key` of the alarm that opened it. */
  readonly alarmKey: string;
  readonly alarmName: string;
  readonly openedAtMs: number;
  /** `Alarm.changedAtMs` of the message that opened it. */
  readonly changedAtMs: number;
}

/** An open incident that was opened under a composite alarm. */
export interface TiedIncident extends OpenIncident {
  /** Of its own group. */
  readonly mute: Mute | null;
}

/** An accepted incident, and how busy the CPUs were by its alarm: percent of all; null where it did not tell. */
export interface PastCapture {
  readonly atMs: number;
  readonly cpuPercent: number | null;
}

/** What the notification log knows that bears on one alarm; read in the transaction that writes the decision. */
export interface NotificationFacts {
  /** Open incidents of the same alarm (key) or of the same scope, in any order. */
  readonly open: readonly OpenIncident[];
  /**
   * The newest `changedAtMs` of earlier messages of this alarm (key), whatever their state; null when there is none.
   */
  readonly newestChangeMs: number | null;
  /** Of the group of the alarm, if it is muted. */
  readonly mute: Mute | null;
  /** Those of the same scope (throttled ones left out), within `FACTS_SPAN_MS`. */
  readonly scopeAccepted: readonly PastCapture[];
  /** When incidents of all scopes were accepted. */
  readonly allAcceptedAtMs: readonly number[];
  /** Of an OK: incidents that were opened under this alarm, a composite one, and whose own is on as far as we know. */
  readonly tied?: readonly TiedIncident[];
  /** Incidents that are being captured now. */
  readonly capturing: number;
  /** Accepted ones that wait for their turn. */
  readonly waiting: number;
}

/**
 * What the limits count by, before the group of an instance is known: `group web`, `instance i-0abc…`, `host NAME` or,
 * for composites, `alarm NAME`. The words are shown to people. An open incident is of this scope also when its group
 * (`group ` + name) or its hot instance (`instance ` + id) says so after targeting.
 */
export function scopeOf(alarm: Alarm): string {
  const { groups, instanceIds, hosts } = alarm.targets;
  if (groups[0] !== undefined) return `group ${groups[0]}`;
  if (instanceIds[0] !== undefined) return `instance ${instanceIds[0]}`;
  if (hosts[0] !== undefined) return `host ${hosts[0]}`;
  return `alarm ${alarm.name}`;
}
