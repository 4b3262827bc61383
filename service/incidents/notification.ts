/** The notification log: every message that reached us, and what became of it. */
import type { Alarm } from '../alarms/alarm.ts';
import type { IncidentId } from '../shared/ids.ts';

/** What may become of a notification. */
export const NOTIFICATION_OUTCOMES = [
  'rejected',
  'confirmed',
  'ignored',
  'duplicate',
  'accepted',
  'attached',
  'closed',
  'throttled',
] as const;

export type NotificationOutcome = (typeof NOTIFICATION_OUTCOMES)[number];

/** A message that opens nothing, to be logged. */
export interface NotificationEntry {
  readonly receivedAtMs: number;
  readonly messageId: string | null;
  readonly topicArn: string | null;
  readonly outcome: NotificationOutcome;
  readonly reason: string;
  /** As received, cut by the store for rejected ones. */
  readonly body: string;
}

/** An alarm to be decided on and logged. */
export interface AlarmEntry {
  readonly receivedAtMs: number;
  readonly messageId: string;
  /** Of the queue, where no topic sent it; null where CloudWatch was asked. */
  readonly topicArn: string | null;
  readonly body: string;
  /** A sentence for the log: which way it came, where that is not SNS's own. */
  readonly via?: string;
  readonly alarm: Alarm;
  readonly incidentId: IncidentId;
}

export interface Accepted {
  readonly outcome: NotificationOutcome;
  readonly reason: string;
  readonly incidentId: IncidentId | null;
}

/** A row of the log: "why did it (not) fire?". */
export interface Notification {
  readonly id: number;
  readonly receivedAtMs: number;
  readonly messageId: string | null;
  readonly outcome: NotificationOutcome;
  readonly reason: string;
  readonly incidentId: IncidentId | null;
  /** Of its alarm; null where it has none, or does not say. */
  readonly accountId: string | null;
  readonly region: string | null;
}
