import type { Alarm } from '../alarms/alarm.ts';
import { placeOfKey } from '../alarms/arn.ts';
import type { VerdictClass } from '../compare/differential.ts';
import type { MemberVerdict } from '../fleet/choice.ts';
import type { Capture, CaptureBaseline, Failure, Incident, IncidentState } from '../incidents/incident.ts';
import type { IncidentRow } from '../incidents/incident-row.ts';
import type { Notification, NotificationOutcome } from '../incidents/notification.ts';
import type { IncidentPlan } from '../rules/rule-book.ts';
import type { CaptureId, GroupName, IncidentId, InstanceId } from '../shared/ids.ts';

/**
 * Rows as SQLite returns them. The casts below are sound: only this folder writes these tables, and they are STRICT.
 */
export interface ListedRecord {
  readonly seq: number;
  readonly id: string;
  readonly state: string;
  readonly alarm_name: string;
  readonly account_id: string | null;
  readonly region: string | null;
  readonly group_name: string | null;
  readonly hot_instance: string | null;
  readonly headline: string | null;
  readonly verdict_class: string | null;
  readonly opened_at_ms: number;
  readonly closed_at_ms: number | null;
  readonly attempts: number;
  readonly failing_since_ms: number | null;
  readonly next_attempt_at_ms: number;
  readonly retry_note: string | null;
  readonly drill: 0 | 1;
  readonly second_of: string | null;
}

/** What a list shows of an incident: the short columns, of which a row is read in no time. */
export const LISTED = `incident.seq, incident.id, state, account_id, region, alarm_name, group_name, hot_instance,
  headline, verdict_class, opened_at_ms, closed_at_ms, attempts, next_attempt_at_ms, retry_note,
  EXISTS (SELECT 1 FROM drill WHERE drill.seq = incident.seq) AS drill,
  (SELECT of_id FROM second_capture WHERE second_capture.seq = incident.seq) AS second_of`;

export interface IncidentRecord extends Omit<ListedRecord, 'drill' | 'second_of'> {
  readonly alarm_json: string;
  readonly members_json: string;
  readonly failure_json: string | null;
  readonly plan_json: string | null;
}

export function toIncident(row: IncidentRecord): Incident {
  return {
    id: row.id as IncidentId,
    state: row.state as IncidentState,
    alarm: JSON.parse(row.alarm_json) as Alarm,
    group: row.group_name as GroupName | null,
    hotInstance: row.hot_instance as InstanceId | null,
    members: JSON.parse(row.members_json) as MemberVerdict[],
    failure: toFailure(row.failure_json),
    attempts: row.attempts,
    failingSinceMs: row.failing_since_ms,
    openedAtMs: row.opened_at_ms,
    closedAtMs: row.closed_at_ms,
    ...(row.plan_json !== null && { plan: JSON.parse(row.plan_json) as IncidentPlan }),
  };
}

/** `again`: whether an earlier incident had the same cause. */
export function toIncidentRow(row: ListedRecord, again: boolean): IncidentRow {
  return {
    id: row.id as IncidentId,
    state: row.state as IncidentState,
    accountId: row.account_id,
    region: row.region,
    group: row.group_name as GroupName | null,
    alarmName: row.alarm_name,
    hotInstance: row.hot_instance as InstanceId | null,
    headline: row.headline,
    verdictClass: row.verdict_class as VerdictClass | null,
    openedAtMs: row.opened_at_ms,
    closedAtMs: row.closed_at_ms,
    again,
    retry: toRetry(row),
    ...(row.drill === 1 && { isDrill: true }),
    ...(row.second_of !== null && { secondOf: row.second_of as IncidentId }),
  };
}

/** A wait keeps the number of tries and clears the note; an advance does the opposite. */
function toRetry({ attempts, retry_note: reason, next_attempt_at_ms: nextAtMs }: ListedRecord): IncidentRow['retry'] {
  return attempts > 0 && reason !== null ? { attempts, reason, nextAtMs } : null;
}

export interface CaptureRecord {
  readonly id: string;
  readonly incident_id: string;
  readonly instance_id: string;
  readonly role: string;
  readonly seconds: number;
  readonly hz: number;
  readonly start_at_ms: number | null;
  readonly command_id: string | null;
  readonly outcome: string;
  readonly failure_json: string | null;
  readonly baseline_json: string | null;
}

export function toCapture(row: CaptureRecord): Capture {
  return {
    id: row.id as CaptureId,
    incidentId: row.incident_id as IncidentId,
    instanceId: row.instance_id as InstanceId,
    role: row.role as Capture['role'],
    seconds: row.seconds,
    hz: row.hz,
    startAtMs: row.start_at_ms,
    commandId: row.command_id,
    outcome: row.outcome as Capture['outcome'],
    failure: toFailure(row.failure_json),
    ...(row.baseline_json !== null && { baseline: JSON.parse(row.baseline_json) as CaptureBaseline }),
  };
}

export interface NotificationRecord {
  readonly id: number;
  readonly received_at_ms: number;
  readonly message_id: string | null;
  readonly outcome: string;
  readonly reason: string;
  readonly incident_id: string | null;
  readonly alarm_key: string | null;
}

export function toNotification(row: NotificationRecord): Notification {
  return {
    id: row.id,
    receivedAtMs: row.received_at_ms,
    messageId: row.message_id,
    outcome: row.outcome as NotificationOutcome,
    reason: row.reason,
    incidentId: row.incident_id as IncidentId | null,
    ...(row.alarm_key === null ? { accountId: null, region: null } : placeOfKey(row.alarm_key)),
  };
}

function toFailure(json: string | null): Failure | null {
  return json === null ? null : (JSON.parse(json) as Failure);
}
