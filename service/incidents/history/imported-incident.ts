import type { Alarm } from '../../alarms/alarm.ts';
import type { ReportData } from '../../report/report-data.ts';
import type { Capture, Incident } from '../incident.ts';
import type { IncidentEvent } from '../incident-row.ts';
import type { Change } from '../triage/change.ts';

/** An incident that another store had, or this one: it is over, its report is written, and nobody is told again. */
export interface ImportedIncident extends Pick<Incident, 'id' | 'group' | 'hotInstance' | 'members' | 'openedAtMs'> {
  readonly alarm: Alarm;
  readonly closedAtMs: number;
  readonly events: readonly IncidentEvent[];
  readonly captures: readonly Capture[];
  readonly report: ReportData;
  /** What the hot host ran; null where that is not known. */
  readonly release: string | null;
  readonly files: readonly { readonly name: string; readonly contentType: string; readonly content: Uint8Array }[];
  /** What people said of it, the oldest first. */
  readonly changes: readonly { readonly change: Change; readonly by: string; readonly atMs: number }[];
}
