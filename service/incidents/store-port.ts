/** What the engine asks of its database. All calls are synchronous and atomic; none spans an await. */
import type { Alarm } from '../alarms/alarm.ts';
import type { MemberVerdict } from '../fleet/choice.ts';
import type { ReportData } from '../report/report-data.ts';
import type { Decision } from '../rules/decision.ts';
import type { NotificationFacts } from '../rules/notification-facts.ts';
import type { CaptureId, GroupName, IncidentId, InstanceId } from '../shared/ids.ts';
import type { Capture, Failure, Incident, IncidentState } from './incident.ts';
import type { IncidentEvent, IncidentRow } from './incident-row.ts';
import type { Accepted, AlarmEntry, Notification, NotificationEntry, NotificationOutcome } from './notification.ts';

/** Changes saved together with a move. */
export interface Changes {
  readonly group?: GroupName;
  readonly hotInstance?: InstanceId;
  readonly members?: readonly MemberVerdict[];
  readonly failure?: Failure;
  readonly captures?: readonly Capture[];
  readonly report?: ReportData;
}

export interface Move {
  readonly id: IncidentId;
  readonly owner: string;
  readonly from: IncidentState;
  readonly to: IncidentState;
  readonly atMs: number;
  readonly detail: string;
  readonly changes?: Changes;
}

export interface IncidentQuery {
  /** Part of the alarm name, headline, instance or incident id. */
  readonly text?: string;
  readonly group?: string;
  readonly limit: number;
  readonly offset: number;
}

export interface StoredFile {
  readonly content: Uint8Array;
  readonly contentType: string;
  /** sha256 of the content, hex. */
  readonly hash: string;
}

export interface IncidentStore {
  /** Logs a message that opens nothing. */
  record(entry: NotificationEntry): void;
  /**
   * In one transaction: a message id seen before is a `duplicate`; else `decide` sees the facts of the log, and the
   * row, the incident and its first event are written as it says.
   */
  accept(entry: AlarmEntry, decide: (facts: NotificationFacts) => Decision): Accepted;
  /** What `decide` would see now. */
  facts(alarm: Alarm, nowMs: number): NotificationFacts;

  /** Takes the lease of the incident that is due longest; undefined when none is due. */
  claim(owner: string, nowMs: number, leaseUntilMs: number): Incident | undefined;
  /** At start: leases of processes that died with their work, by how their owners begin. */
  releaseLeases(ownerPrefix: string): number;
  /** False when the lease was lost. */
  renew(id: IncidentId, owner: string, leaseUntilMs: number): boolean;
  /**
   * Compare-and-swap with an event row in the same transaction, and the lease is released; false when somebody else
   * moved it.
   */
  advance(move: Move): boolean;
  /** Releases the lease and comes back later. `attempts` counts failed tries of this step. */
  postpone(id: IncidentId, owner: string, attempts: number, nextAttemptAtMs: number, note: string | null): boolean;
  /** When the next incident is due; undefined when all rest. */
  nextDueMs(): number | undefined;

  incident(id: IncidentId): Incident | undefined;
  /** Hot instances of other incidents that are still open. */
  burning(except: IncidentId | null): readonly InstanceId[];
  captures(id: IncidentId): readonly Capture[];
  scheduleCaptures(id: IncidentId, startAtMs: number): void;
  setCommand(id: CaptureId, commandId: string): void;
  finishCapture(id: CaptureId, outcome: 'collected' | 'failed', failure: Failure | null): void;

  /** Throws `ARTIFACT_UNWRITABLE` (retry `later`) when the disk is full or closed to us. */
  putFile(id: IncidentId, name: string, contentType: string, content: Uint8Array): void;
  file(id: IncidentId, name: string): StoredFile | undefined;
  files(id: IncidentId): readonly { readonly name: string; readonly bytes: number }[];
  saveReport(id: IncidentId, report: ReportData): void;
  report(id: IncidentId): ReportData | undefined;

  list(query: IncidentQuery): { readonly rows: readonly IncidentRow[]; readonly total: number };
  row(id: IncidentId): IncidentRow | undefined;
  events(id: IncidentId): readonly IncidentEvent[];
  notifications(query: { readonly incidentId?: IncidentId; readonly limit: number; readonly offset: number }): {
    readonly rows: readonly Notification[];
    readonly total: number;
  };
  groups(): readonly GroupName[];
  /** Incidents by state and notifications by outcome, for metrics. */
  counts(): {
    readonly incidents: Readonly<Partial<Record<IncidentState, number>>>;
    readonly notifications: Readonly<Partial<Record<NotificationOutcome, number>>>;
  };
}
