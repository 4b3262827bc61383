/** What the engine asks of its database. Every call is atomic: a transaction begins and ends within it. */
import type { Alarm, DrillAlarm, SecondAlarm } from '../alarms/alarm.ts';
import type { MemberVerdict } from '../fleet/choice.ts';
import type { SeenBefore } from '../report/earlier/seen-before.ts';
import type { ReportData } from '../report/report-data.ts';
import type { NotificationFacts } from '../rules/notification-facts.ts';
import type { IncidentPlan } from '../rules/rule-book.ts';
import type { Ruling } from '../rules/ruling.ts';
import type { CaptureId, GroupName, IncidentId, InstanceId } from '../shared/ids.ts';
import type { BaselineStore } from './baseline/baseline-store.ts';
import type { StoredFile } from './files/stored-file.ts';
import type { FunctionKey } from './history/function-key.ts';
import type { FunctionPoint, GroupHistory, KnownFunction } from './history/history.ts';
import type { ImportedIncident } from './history/imported-incident.ts';
import type { Capture, Failure, Incident, IncidentState } from './incident.ts';
import type { IncidentFilter } from './incident-filter.ts';
import type { IncidentEvent, IncidentRow } from './incident-row.ts';
import type { Backlog } from './lanes/lane.ts';
import type { CaptureCaps } from './lanes/lane-plan.ts';
import type { Accepted, AlarmEntry, Notification, NotificationEntry, NotificationOutcome } from './notification.ts';
import type { QueuePlace } from './progress/progress.ts';
import type { Pruned, PrunedIncident, RetentionPolicy } from './retention/retention.ts';
import type { DueSecond, SecondLook } from './second/second.ts';
import type { TiedAlarms, Ties } from './tied/tied.ts';
import type { TriageStore } from './triage/triage-store.ts';

export type { StoredFile } from './files/stored-file.ts';

/** Changes saved together with a move. */
export interface Changes {
  readonly group?: GroupName;
  readonly hotInstance?: InstanceId;
  readonly members?: readonly MemberVerdict[];
  readonly plan?: IncidentPlan;
  readonly failure?: Failure;
  readonly captures?: readonly Capture[];
  readonly report?: ReportData;
  /** Alarms under that of the incident: each is decided on like one that comes in, and logged. */
  readonly tied?: TiedAlarms;
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

export interface Claim {
  readonly states: readonly IncidentState[];
  readonly caps: CaptureCaps;
  readonly owner: string;
  readonly nowMs: number;
  readonly leaseUntilMs: number;
  /** No other one. */
  readonly only?: IncidentId | undefined;
}

export interface Postponement {
  readonly id: IncidentId;
  readonly owner: string;
  /** Failed tries of this step. */
  readonly attempts: number;
  readonly nextMs: number;
  readonly note: string | null;
  /** When this try failed; not where the step only waits. */
  readonly failedAtMs?: number;
}

export interface Recipient {
  readonly channel: 'mail' | 'sns';
  /** Address, or ARN of a topic. */
  readonly recipient: string;
}

/** What somebody is told of: what was found, or that the alarm is OK again. */
export type DeliveryKind = 'report' | 'all-clear';

/** A row of the outbox that is to be delivered. */
export interface Delivery extends Recipient {
  readonly kind: DeliveryKind;
  readonly id: number;
  readonly incidentId: IncidentId;
  /** Failed tries. */
  readonly attempts: number;
  readonly createdAtMs: number;
}

/** The alarm of an incident went back to OK, and whoever got the report is to know. */
export interface AllClear {
  /** From ALARM to OK, by CloudWatch's clock. */
  readonly burntMs: number;
  /** When we learned of it. */
  readonly atMs: number;
  /** The composite alarm that it was recorded under, where it is that one that is OK. */
  readonly byAlarm?: string | null;
}

export interface SettledDelivery extends Recipient {
  readonly kind: DeliveryKind;
  readonly state: 'pending' | 'sent' | 'failed';
  readonly note: string | null;
}

export interface Settlement {
  readonly id: number;
  readonly owner: string;
  readonly state: 'sent' | 'failed';
  readonly atMs: number;
  readonly note: string | null;
}

/** A part of a list, the newest first. The cursors are those that a page gave; at most one of them. */
export interface PageQuery {
  readonly limit: number;
  /** What is older. Throws `BAD_CURSOR` for what is no cursor of this list. */
  readonly before?: string;
  /** What is newer; what is left of the newest page is filled up. */
  readonly after?: string;
}

export interface IncidentQuery extends PageQuery, IncidentFilter {}

export interface NotificationQuery extends PageQuery {
  readonly incidentId?: IncidentId;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** On all pages; null where only looking at them all would tell. */
  readonly total: number | null;
  /** Cursors of the pages beside this one; null where there is nothing. */
  readonly older: string | null;
  readonly newer: string | null;
  /** How many were looked through where that was not all: what else there is comes behind `older`. */
  readonly searched: number | null;
}

export interface FunctionHistory extends KnownFunction {
  /** The newest first. */
  readonly points: Page<FunctionPoint>;
}

export interface StoreCounts {
  readonly incidents: Readonly<Partial<Record<IncidentState, number>>>;
  readonly notifications: Readonly<Partial<Record<NotificationOutcome, number>>>;
  readonly captures: readonly { readonly role: string; readonly outcome: string; readonly n: number }[];
  readonly baselines: Readonly<Partial<Record<Capture['outcome'], number>>>;
  /** Incidents whose alarm is still in ALARM. */
  readonly burning: number;
  /** Incidents whose current step has failed and will be retried. */
  readonly retrying: number;
  /** When the oldest incident that is not told to anybody yet was opened. */
  readonly oldestUnfinishedMs: number | null;
  /** The newest message that was proven to come from a topic of ours. */
  readonly lastNotificationMs: number | null;
  readonly artifactBytes: number;
}

export interface IncidentStore extends TriageStore, BaselineStore {
  /** Logs a message that opens nothing. */
  record(entry: NotificationEntry): Promise<void>;
  /**
   * In one transaction: a message id seen before is a `duplicate`; else the rules see the facts of the log, and the
   * row, the incident and its first event are written as they say.
   */
  accept(entry: AlarmEntry, ruling: Ruling): Promise<Accepted>;
  /** Writes a drill: it takes the steps of an incident, and is closed and uncounted from its first moment. */
  openDrill(id: IncidentId, alarm: DrillAlarm, detail: string, nowMs: number): Promise<void>;
  /** Open incidents that were reported until then and not looked at again, the oldest first. */
  dueSeconds(reportedBeforeMs: number, limit: number): Promise<readonly DueSecond[]>;
  /** When the first of all those was reported. */
  nextSecondReportMs(): Promise<number | undefined>;
  /** Writes the second recording of an incident; false, and nothing is written, when it is over or decided about. */
  openSecond(of: IncidentId, id: IncidentId, alarm: SecondAlarm, detail: string, nowMs: number): Promise<boolean>;
  /** Decides that there will be none; false when that is decided. */
  skipSecond(of: IncidentId, reason: string, nowMs: number): Promise<boolean>;
  secondLook(id: IncidentId): Promise<SecondLook | undefined>;
  ties(id: IncidentId): Promise<Ties>;
  /** What the rules would see now. */
  facts(alarm: Alarm, nowMs: number): Promise<NotificationFacts>;

  /**
   * Takes the lease of the incident that is due longest; undefined when none is. One that is accepted is taken only
   * within the caps, the next of the group that has waited for the fewest turns first.
   */
  claim(claim: Claim): Promise<Incident | undefined>;
  /** At start: leases of processes that died with their work, by how their owners begin. */
  releaseLeases(ownerPrefix: string): Promise<number>;
  /** False when the lease was lost. */
  renew(id: IncidentId, owner: string, leaseUntilMs: number): Promise<boolean>;
  /**
   * Compare-and-swap with an event row in the same transaction, and the lease is released; false when somebody else
   * moved it.
   */
  advance(move: Move): Promise<boolean>;
  /** Releases the lease and comes back later. `attempts` counts failed tries of this step. */
  postpone(postponement: Postponement): Promise<boolean>;
  /** When the next incident in one of the states becomes due, later than now; undefined when none is known to. */
  nextDueMs(states: readonly IncidentState[], nowMs: number): Promise<number | undefined>;
  /** What is due now, and since when. */
  backlog(states: readonly IncidentState[], nowMs: number): Promise<Backlog>;
  /** Null for one that does not wait for its turn. */
  queuePlace(id: IncidentId, nowMs: number): Promise<QueuePlace | null>;
  /** Somebody set the clock: moves what is waited for. */
  shiftTimes(byMs: number): Promise<void>;

  /** Fills the outbox of an incident, once. */
  addDeliveries(id: IncidentId, recipients: readonly Recipient[], nowMs: number): Promise<void>;
  deliveries(id: IncidentId): Promise<readonly SettledDelivery[]>;
  /** Undefined while the alarm is on, and where nobody is to be told that it is over. */
  allClear(id: IncidentId): Promise<AllClear | undefined>;
  /** `only`: of no other incident. */
  claimDelivery(owner: string, nowMs: number, leaseUntilMs: number, only?: IncidentId): Promise<Delivery | undefined>;
  renewDelivery(id: number, owner: string, leaseUntilMs: number): Promise<boolean>;
  /** With the last one of an incident, the incident itself becomes due. False when the lease was lost. */
  settleDelivery(settlement: Settlement): Promise<boolean>;
  postponeDelivery(postponement: Omit<Postponement, 'id' | 'failedAtMs'> & { readonly id: number }): Promise<boolean>;
  nextDeliveryMs(nowMs: number): Promise<number | undefined>;
  deliveryBacklog(nowMs: number): Promise<Backlog>;

  incident(id: IncidentId): Promise<Incident | undefined>;
  /** Hot instances of other incidents that are still open. */
  burning(except: IncidentId | null): Promise<readonly InstanceId[]>;
  captures(id: IncidentId): Promise<readonly Capture[]>;
  scheduleCaptures(id: IncidentId, startAtMs: number): Promise<void>;
  setCommand(id: CaptureId, commandId: string): Promise<void>;
  finishCapture(id: CaptureId, outcome: 'collected' | 'failed', failure: Failure | null): Promise<void>;

  /** Throws `ARTIFACT_UNWRITABLE` (retry `later`) when the disk is full or closed to us. */
  putFile(id: IncidentId, name: string, contentType: string, content: Uint8Array): Promise<void>;
  file(id: IncidentId, name: string): Promise<StoredFile | undefined>;
  files(id: IncidentId): Promise<readonly { readonly name: string; readonly bytes: number }[]>;
  saveReport(id: IncidentId, report: ReportData): Promise<void>;
  report(id: IncidentId): Promise<ReportData | undefined>;
  /** What the hot host ran, where that became known. */
  saveRelease(id: IncidentId, release: string): Promise<void>;
  /** Earlier incidents with the same cause; null where there is none. */
  seenBefore(id: IncidentId): Promise<SeenBefore | null>;
  /** One function over all incidents; undefined for one that no recording had. Throws `BAD_CURSOR`. */
  functionHistory(key: FunctionKey, query: PageQuery): Promise<FunctionHistory | undefined>;
  /** Undefined for a group that had no incident. */
  groupHistory(group: string, nowMs: number): Promise<GroupHistory | undefined>;
  /** Notes what reports of earlier versions say of functions, of at most so many; false when nothing is left. */
  fillHistory(maxRows: number): Promise<boolean>;

  list(query: IncidentQuery): Promise<Page<IncidentRow>>;
  row(id: IncidentId): Promise<IncidentRow | undefined>;
  events(id: IncidentId): Promise<readonly IncidentEvent[]>;
  notifications(query: NotificationQuery): Promise<Page<Notification>>;
  groups(): Promise<readonly GroupName[]>;

  /** Deletes what is too old or too much, in one step of at most `maxRows` rows of each kind. */
  prune(policy: RetentionPolicy, nowMs: number, maxRows: number): Promise<Pruned & { readonly more: boolean }>;
  /** Deletes files that nothing refers to, in one of the 256 folders that there are. */
  sweepFiles(folder: number, nowMs: number): Promise<Pruned>;
  /** What `prune` would delete, all steps together. Takes as long as there is to delete. */
  prunePlan(policy: RetentionPolicy, nowMs: number): Promise<Pruned>;
  pruned(id: IncidentId): Promise<PrunedIncident | undefined>;

  /** Writes all of it at once; false, and nothing is written, when the id of it or of a capture is taken. */
  importIncident(entry: ImportedIncident): Promise<boolean>;

  /** What metrics show. */
  counts(): Promise<StoreCounts>;
  /** Throws when the database cannot be read, or not be written. */
  check(): Promise<void>;
}
