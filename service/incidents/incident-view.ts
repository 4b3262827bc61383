/** What the pages need besides the report: the life of an incident and the ledger of notifications. */
import type { ReportData } from '../report/report-data.ts';

export interface IncidentRow {
  readonly id: string;
  readonly state: string;
  readonly group: string | null;
  readonly alarmName: string;
  readonly hotInstance: string | null;
  readonly headline: string | null;
  readonly verdictClass: string | null;
  readonly openedAtMs: number;
  /** When the alarm went back to OK; null while it burns. */
  readonly closedAtMs: number | null;
  /** The present step has failed and is tried again; null while all goes well. */
  readonly retry: IncidentRetry | null;
}

export interface IncidentRetry {
  readonly attempts: number;
  readonly reason: string;
  readonly nextAtMs: number;
}

export interface IncidentEventView {
  readonly atMs: number;
  readonly state: string;
  readonly detail: string;
}

/** One notification and what became of it: "why did it (not) fire?". */
export interface NotificationView {
  readonly id: number;
  readonly receivedAtMs: number;
  readonly messageId: string | null;
  readonly outcome: string;
  readonly reason: string;
  readonly incidentId: string | null;
}

export interface IncidentView extends IncidentRow {
  readonly events: readonly IncidentEventView[];
  readonly notifications: readonly NotificationView[];
  /** Null until the incident is analyzed. */
  readonly report: ReportData | null;
}
