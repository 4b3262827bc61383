import type { Alarm, DrillAlarm, SecondAlarm } from '../alarms/alarm.ts';
import type { Baseline, ClaimedBaseline, NewBaseline } from '../incidents/baseline/baseline.ts';
import type { FunctionKey } from '../incidents/history/function-key.ts';
import type { GroupHistory } from '../incidents/history/history.ts';
import type { ImportedIncident } from '../incidents/history/imported-incident.ts';
import type { Capture, Failure, Incident, IncidentState } from '../incidents/incident.ts';
import type { IncidentEvent, IncidentRow } from '../incidents/incident-row.ts';
import type { Backlog } from '../incidents/lanes/lane.ts';
import type { Accepted, AlarmEntry, Notification, NotificationEntry } from '../incidents/notification.ts';
import type { QueuePlace } from '../incidents/progress/progress.ts';
import type { Pruned, PrunedIncident, RetentionPolicy } from '../incidents/retention/retention.ts';
import type { DueSecond, SecondLook } from '../incidents/second/second.ts';
import type {
  AllClear,
  Claim,
  Delivery,
  FunctionHistory,
  IncidentQuery,
  IncidentStore,
  Move,
  NotificationQuery,
  Page,
  PageQuery,
  Postponement,
  Recipient,
  SettledDelivery,
  Settlement,
  StoreCounts,
  StoredFile,
} from '../incidents/store-port.ts';
import type { Ties } from '../incidents/tied/tied.ts';
import type { Change } from '../incidents/triage/change.ts';
import type { Triage } from '../incidents/triage/triage.ts';
import type { LabelCount, Operation } from '../incidents/triage/triage-store.ts';
import type { EarlierRemarks } from '../report/earlier/earlier-data.ts';
import type { SeenBefore } from '../report/earlier/seen-before.ts';
import type { ReportData } from '../report/report-data.ts';
import type { BaselineFacts } from '../rules/baseline.ts';
import type { Decision } from '../rules/decision.ts';
import type { Mute } from '../rules/mute.ts';
import type { NotificationFacts } from '../rules/notification-facts.ts';
import type { CaptureId, GroupName, IncidentId, InstanceId } from '../shared/ids.ts';
import { AllClearTable } from './all-clear-table.ts';
import type { ArtifactFolder } from './artifact-folder.ts';
import { AdoptBaseline } from './baseline/adopt-baseline.ts';
import { BaselineTable } from './baseline/baseline-table.ts';
import type { Db } from './database.ts';
import { DeliveryTable } from './delivery-table.ts';
import { HistoryFill } from './history/history-fill.ts';
import { HistoryLists } from './history/history-lists.ts';
import { IncidentHistory } from './history/incident-history.ts';
import { SeenBeforeQuery } from './history/seen-before.ts';
import { ImportIncident } from './import-incident.ts';
import { type AddEvent, prepareAddEvent } from './incident-events.ts';
import { IncidentLists } from './lists/incident-lists.ts';
import { NotificationLists } from './lists/notification-lists.ts';
import { reportWords } from './lists/report-words.ts';
import { prepareAddCapture } from './new-rows.ts';
import { NotificationTable } from './notification-table.ts';
import { DeleteIncident } from './removal/delete-incident.ts';
import { Prune } from './removal/prune.ts';
import { type CaptureRecord, type IncidentRecord, toCapture, toIncident } from './rows.ts';
import { SecondTable } from './second/second-table.ts';
import { OPEN } from './state-sql.ts';
import { storeCounts } from './store-counts.ts';
import { TiedTable } from './tied/tied-table.ts';
import { CulpritTable } from './triage/culprit-table.ts';
import { prepareMarks } from './triage/marks.ts';
import { MuteTable } from './triage/mute-table.ts';
import { TriageTable } from './triage/triage-table.ts';
import { WorkTable } from './work-table.ts';

/** What the port promises, at once; the rules are asked within the transaction. */
type SynchronousStore = {
  readonly [Method in Exclude<keyof IncidentStore, 'accept'>]: (
    ...args: Parameters<IncidentStore[Method]>
  ) => Awaited<ReturnType<IncidentStore[Method]>>;
};

/** The store over SQLite and an artifact folder, in the thread of the caller. */
export class SqliteStore implements SynchronousStore {
  private readonly db: Db;
  private readonly artifacts: ArtifactFolder;
  private readonly notificationTable: NotificationTable;
  private readonly work: WorkTable;
  private readonly outbox: DeliveryTable;
  private readonly allClears: AllClearTable;
  private readonly addEvent: AddEvent;
  private readonly addCapture: ReturnType<typeof prepareAddCapture>;
  private readonly incidentLists: IncidentLists;
  private readonly notificationLists: NotificationLists;
  private readonly history: IncidentHistory;
  private readonly seen: SeenBeforeQuery;
  private readonly filling: HistoryFill;
  private readonly historyLists: HistoryLists;
  private readonly pruning: Prune;
  private readonly countAll: () => StoreCounts;
  private readonly triageTable: TriageTable;
  private readonly muteTable: MuteTable;
  private readonly deletion: DeleteIncident;
  private readonly culprits: CulpritTable;
  private readonly importing: ImportIncident;
  private readonly seconds: SecondTable;
  private readonly tied: TiedTable;
  private readonly baselineTable: BaselineTable;
  private readonly adoption: AdoptBaseline;
  readonly marks: SynchronousStore['marks'];
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db, artifacts: ArtifactFolder) {
    this.db = db;
    this.artifacts = artifacts;
    this.addEvent = prepareAddEvent(db);
    this.addCapture = prepareAddCapture(db);
    this.muteTable = new MuteTable(db);
    this.allClears = new AllClearTable(db);
    this.tied = new TiedTable(db);
    this.notificationTable = new NotificationTable(db, this.addEvent, this.muteTable, this.allClears, this.tied);
    this.work = new WorkTable(db);
    this.outbox = new DeliveryTable(db, this.allClears);
    this.notificationLists = new NotificationLists(db);
    this.history = new IncidentHistory(db);
    this.seen = new SeenBeforeQuery(db);
    this.incidentLists = new IncidentLists(db, this.seen);
    this.historyLists = new HistoryLists(db);
    this.filling = new HistoryFill(db, this.history);
    this.baselineTable = new BaselineTable(db, artifacts);
    this.adoption = new AdoptBaseline(db, artifacts);
    this.pruning = new Prune(db, artifacts, this.baselineTable);
    this.countAll = storeCounts(db);
    this.triageTable = new TriageTable(db);
    this.deletion = new DeleteIncident(db, artifacts, this.muteTable);
    this.culprits = new CulpritTable(db);
    this.marks = prepareMarks(db);
    this.importing = new ImportIncident(db, artifacts, this.addEvent, this);
    this.seconds = new SecondTable(db, this.addEvent);
    this.statements = prepare(db);
  }

  record(entry: NotificationEntry): void {
    this.notificationTable.record(entry);
  }

  accept(entry: AlarmEntry, decide: (facts: NotificationFacts) => Decision): Accepted {
    return this.notificationTable.accept(entry, decide);
  }

  openDrill(id: IncidentId, alarm: DrillAlarm, detail: string, nowMs: number): void {
    this.notificationTable.openDrill(id, alarm, detail, nowMs);
  }

  dueSeconds(reportedBeforeMs: number, limit: number): readonly DueSecond[] {
    return this.seconds.due(reportedBeforeMs, limit);
  }

  nextSecondReportMs(): number | undefined {
    return this.seconds.nextReportMs();
  }

  openSecond(of: IncidentId, id: IncidentId, alarm: SecondAlarm, detail: string, nowMs: number): boolean {
    return this.seconds.open(of, id, alarm, detail, nowMs);
  }

  skipSecond(of: IncidentId, reason: string, nowMs: number): boolean {
    return this.seconds.skip(of, reason, nowMs);
  }

  secondLook(id: IncidentId): SecondLook | undefined {
    return this.seconds.of(id);
  }

  ties(id: IncidentId): Ties {
    return this.tied.of(id);
  }

  baselineFacts(sinceMs: number, limit: number): BaselineFacts {
    return this.baselineTable.facts(sinceMs, limit);
  }

  beginBaseline(baseline: NewBaseline): boolean {
    return this.baselineTable.begin(baseline);
  }

  claimBaseline(owner: string, nowMs: number, leaseUntilMs: number): ClaimedBaseline | undefined {
    return this.baselineTable.claim(owner, nowMs, leaseUntilMs);
  }

  renewBaseline(id: CaptureId, owner: string, leaseUntilMs: number): boolean {
    return this.baselineTable.renew(id, owner, leaseUntilMs);
  }

  postponeBaseline(id: CaptureId, owner: string, attempts: number, nextMs: number): boolean {
    return this.baselineTable.postpone(id, owner, attempts, nextMs);
  }

  nextBaselineMs(nowMs: number): number | undefined {
    return this.baselineTable.nextDueMs(nowMs);
  }

  baseline(id: CaptureId): Baseline | undefined {
    return this.baselineTable.get(id);
  }

  noteBaseline(id: CaptureId, facts: Parameters<BaselineTable['note']>[1]): void {
    this.baselineTable.note(id, facts);
  }

  baselineFile(id: CaptureId): StoredFile | undefined {
    return this.baselineTable.file(id);
  }

  putBaseline(id: CaptureId, content: Uint8Array): void {
    this.baselineTable.put(id, content);
  }

  endBaseline(id: CaptureId, outcome: 'collected' | 'failed', failure: Failure | null): void {
    this.baselineTable.end(id, outcome, failure);
  }

  baselines(group: string, limit: number): readonly Baseline[] {
    return this.baselineTable.list(group, limit);
  }

  adoptBaseline(id: IncidentId, captureId: CaptureId, sinceMs: number): Capture | undefined {
    return this.adoption.run(id, captureId, sinceMs);
  }

  facts(alarm: Alarm, nowMs: number): NotificationFacts {
    return this.notificationTable.facts(alarm, nowMs);
  }

  claim(claim: Claim): Incident | undefined {
    return this.work.claim(claim);
  }

  releaseLeases(ownerPrefix: string): number {
    const tables = [this.work, this.outbox, this.baselineTable];
    return tables.reduce((released, table) => released + table.releaseLeases(ownerPrefix), 0);
  }

  renew(id: IncidentId, owner: string, leaseUntilMs: number): boolean {
    return this.work.renew(id, owner, leaseUntilMs);
  }

  advance(move: Move): boolean {
    const { changes } = move;
    const apply = this.db.transaction(() => {
      const moved = this.statements.advance.run({
        id: move.id,
        owner: move.owner,
        from: move.from,
        to: move.to,
        at: move.atMs,
        group: changes?.group ?? null,
        hot: changes?.hotInstance ?? null,
        members: changes?.members ? JSON.stringify(changes.members) : null,
        plan: changes?.plan ? JSON.stringify(changes.plan) : null,
        failure: changes?.failure ? JSON.stringify(changes.failure) : null,
      });
      if (moved.changes !== 1) return false;
      this.addEvent({ id: move.id, atMs: move.atMs, state: move.to, detail: move.detail });
      for (const [position, capture] of (changes?.captures ?? []).entries()) this.addCapture(capture, position);
      if (changes?.report) this.writeReport(move.id, changes.report);
      if (changes?.tied) this.notificationTable.tie(move.id, changes.tied, move.atMs);
      return true;
    });
    return apply.immediate();
  }

  postpone(postponement: Postponement): boolean {
    return this.work.postpone(postponement);
  }

  nextDueMs(states: readonly IncidentState[], nowMs: number): number | undefined {
    return this.work.nextDueMs(states, nowMs);
  }

  backlog(states: readonly IncidentState[], nowMs: number): Backlog {
    return this.work.backlog(states, nowMs);
  }

  queuePlace(id: IncidentId, nowMs: number): QueuePlace | null {
    return this.work.queuePlace(id, nowMs);
  }

  shiftTimes(byMs: number): void {
    const shift = this.db.transaction(() => {
      this.work.shiftTimes(byMs);
      this.outbox.shiftTimes(byMs);
      this.baselineTable.shiftTimes(byMs);
    });
    shift.immediate();
  }

  addDeliveries(id: IncidentId, recipients: readonly Recipient[], nowMs: number): void {
    this.outbox.add(id, recipients, nowMs);
  }

  deliveries(id: IncidentId): readonly SettledDelivery[] {
    return this.outbox.of(id);
  }

  allClear(id: IncidentId): AllClear | undefined {
    return this.allClears.of(id);
  }

  claimDelivery(owner: string, nowMs: number, leaseUntilMs: number, only?: IncidentId): Delivery | undefined {
    return this.outbox.claim(owner, nowMs, leaseUntilMs, only);
  }

  renewDelivery(id: number, owner: string, leaseUntilMs: number): boolean {
    return this.outbox.renew(id, owner, leaseUntilMs);
  }

  settleDelivery(settlement: Settlement): boolean {
    return this.outbox.settle(settlement);
  }

  postponeDelivery(postponement: Parameters<DeliveryTable['postpone']>[0]): boolean {
    return this.outbox.postpone(postponement);
  }

  nextDeliveryMs(nowMs: number): number | undefined {
    return this.outbox.nextDueMs(nowMs);
  }

  deliveryBacklog(nowMs: number): Backlog {
    return this.outbox.backlog(nowMs);
  }

  incident(id: IncidentId): Incident | undefined {
    const row = this.statements.incident.get({ id }) as IncidentRecord | undefined;
    return row && toIncident(row);
  }

  burning(except: IncidentId | null): readonly InstanceId[] {
    return (this.statements.burning.all({ except }) as { hot_instance: InstanceId }[]).map((row) => row.hot_instance);
  }

  captures(id: IncidentId): readonly Capture[] {
    return (this.statements.captures.all({ id }) as CaptureRecord[]).map(toCapture);
  }

  scheduleCaptures(id: IncidentId, startAtMs: number): void {
    this.statements.schedule.run({ id, startAt: startAtMs });
  }

  setCommand(id: CaptureId, commandId: string): void {
    this.statements.setCommand.run({ id, commandId });
  }

  finishCapture(id: CaptureId, outcome: 'collected' | 'failed', failure: Failure | null): void {
    this.statements.finishCapture.run({ id, outcome, failure: failure && JSON.stringify(failure) });
  }

  putFile(id: IncidentId, name: string, contentType: string, content: Uint8Array): void {
    const hash = this.artifacts.put(content);
    const refer = this.db.transaction(() => {
      this.statements.putFile.run({ id, name, contentType, bytes: content.length, hash });
      // Somebody who deletes files may have had the lock before us, when no row referred to this one yet.
      if (!this.artifacts.has(hash)) this.artifacts.put(content);
    });
    refer.immediate();
  }

  file(id: IncidentId, name: string): StoredFile | undefined {
    const row = this.statements.file.get({ id, name }) as { content_type: string; hash: string } | undefined;
    return row && { content: this.artifacts.get(row.hash), contentType: row.content_type, hash: row.hash };
  }

  files(id: IncidentId): readonly { readonly name: string; readonly bytes: number }[] {
    return this.statements.files.all({ id }) as { name: string; bytes: number }[];
  }

  saveReport(id: IncidentId, report: ReportData): void {
    this.db.transaction(() => this.writeReport(id, report)).immediate();
  }

  /** Within a transaction. */
  private writeReport(id: IncidentId, report: ReportData): void {
    const { headline, class: verdictClass } = report.verdict;
    const row = { id, report: JSON.stringify(report), headline, verdictClass, words: reportWords(report) };
    const seq = this.statements.saveReport.get(row) as number | undefined;
    // A drill says nothing of what burns, and a second recording of no other fire: no incident is compared with them.
    if (seq === undefined || report.isDrill === true || report.second !== undefined) return;
    this.culprits.save(id, report);
    this.history.save(seq, report);
  }

  report(id: IncidentId): ReportData | undefined {
    const row = this.statements.report.get({ id }) as { report_json: string | null } | undefined;
    return row?.report_json ? (JSON.parse(row.report_json) as ReportData) : undefined;
  }

  saveRelease(id: IncidentId, release: string): void {
    this.statements.saveRelease.run({ id, release });
  }

  seenBefore(id: IncidentId): SeenBefore | null {
    return this.seen.of(id);
  }

  functionHistory(key: FunctionKey, query: PageQuery): FunctionHistory | undefined {
    return this.historyLists.ofFunction(key, query);
  }

  groupHistory(group: string, nowMs: number): GroupHistory | undefined {
    return this.historyLists.ofGroup(group, nowMs);
  }

  fillHistory(maxRows: number): boolean {
    return this.filling.step(maxRows);
  }

  list(query: IncidentQuery): Page<IncidentRow> {
    return this.incidentLists.list(query);
  }

  row(id: IncidentId): IncidentRow | undefined {
    return this.incidentLists.row(id);
  }

  events(id: IncidentId): readonly IncidentEvent[] {
    return this.statements.events.all({ id }) as IncidentEvent[];
  }

  notifications(query: NotificationQuery): Page<Notification> {
    return this.notificationLists.list(query);
  }

  groups(): readonly GroupName[] {
    return this.incidentLists.groups();
  }

  prune(policy: RetentionPolicy, nowMs: number, maxRows: number): Pruned & { readonly more: boolean } {
    return this.pruning.step(policy, nowMs, maxRows);
  }

  sweepFiles(folder: number, nowMs: number): Pruned {
    return this.pruning.sweep(folder, nowMs);
  }

  prunePlan(policy: RetentionPolicy, nowMs: number): Pruned {
    return this.pruning.plan(policy, nowMs);
  }

  pruned(id: IncidentId): PrunedIncident | undefined {
    return this.pruning.pruned(id);
  }

  triage(id: IncidentId, nowMs: number): Triage {
    return this.triageTable.triage(id, nowMs);
  }

  change(id: IncidentId, change: Change, by: string, nowMs: number): boolean {
    return this.triageTable.change(id, change, by, nowMs);
  }

  labels(): readonly LabelCount[] {
    return this.incidentLists.labels();
  }

  mute(mute: Mute): void {
    this.muteTable.mute(mute);
  }

  unmute(group: string, by: string, nowMs: number): boolean {
    return this.muteTable.unmute(group, by, nowMs);
  }

  mutes(nowMs: number): readonly Mute[] {
    return this.muteTable.mutes(nowMs);
  }

  deleteIncident(id: IncidentId, by: string, nowMs: number, maxRows: number): boolean {
    return this.deletion.step(id, by, nowMs, maxRows);
  }

  operations(limit: number): readonly Operation[] {
    return this.muteTable.operations(limit);
  }

  earlierRemarks(group: string, culprit: string, before: IncidentId): readonly EarlierRemarks[] {
    return this.culprits.earlier(group, culprit, before);
  }

  importIncident(entry: ImportedIncident): boolean {
    return this.importing.run(entry);
  }

  counts(): StoreCounts {
    return this.countAll();
  }

  check(): void {
    this.db.transaction(() => void this.statements.check.get()).immediate();
  }
}

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    advance: sql(`UPDATE incident
                     SET state = :to, lease_owner = NULL, lease_until_ms = NULL, attempts = 0, failing_since_ms = NULL,
                         next_attempt_at_ms = :at,
                         group_name = COALESCE(:group, group_name), hot_instance = COALESCE(:hot, hot_instance),
                         members_json = COALESCE(:members, members_json),
                         plan_json = COALESCE(:plan, plan_json),
                         failure_json = COALESCE(:failure, failure_json)
                   WHERE id = :id AND state = :from AND lease_owner = :owner`),
    incident: sql('SELECT * FROM incident WHERE id = :id'),
    burning: sql(`SELECT DISTINCT hot_instance FROM incident
                   WHERE hot_instance IS NOT NULL AND ${OPEN} AND id IS NOT :except`),
    captures: sql('SELECT * FROM capture WHERE incident_id = :id ORDER BY position'),
    schedule: sql('UPDATE capture SET start_at_ms = :startAt WHERE incident_id = :id AND command_id IS NULL'),
    setCommand: sql('UPDATE capture SET command_id = :commandId WHERE id = :id'),
    finishCapture: sql('UPDATE capture SET outcome = :outcome, failure_json = :failure WHERE id = :id'),
    putFile: sql(`INSERT INTO artifact (incident_id, name, content_type, bytes, hash)
                  VALUES (:id, :name, :contentType, :bytes, :hash)
                  ON CONFLICT DO UPDATE SET content_type = excluded.content_type, bytes = excluded.bytes,
                                            hash = excluded.hash`),
    file: sql('SELECT content_type, hash FROM artifact WHERE incident_id = :id AND name = :name'),
    files: sql('SELECT name, bytes FROM artifact WHERE incident_id = :id ORDER BY name'),
    saveReport: sql(`UPDATE incident SET report_json = :report, headline = :headline, verdict_class = :verdictClass,
                            words = :words
                      WHERE id = :id RETURNING seq`).pluck(),
    saveRelease: sql(`INSERT INTO incident_release (seq, release) SELECT seq, :release FROM incident WHERE id = :id
                      ON CONFLICT DO UPDATE SET release = excluded.release`),
    report: sql('SELECT report_json FROM incident WHERE id = :id'),
    events: sql('SELECT at_ms AS atMs, state, detail FROM incident_event WHERE incident_id = :id ORDER BY id'),
    check: sql('SELECT 1 FROM incident LIMIT 1'),
  };
}
