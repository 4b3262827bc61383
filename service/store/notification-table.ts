import type { Alarm, DrillAlarm } from '../alarms/alarm.ts';
import type { Accepted, AlarmEntry, NotificationEntry, NotificationOutcome } from '../incidents/notification.ts';
import type { TiedAlarms } from '../incidents/tied/tied.ts';
import type { Decision, TiedEnd } from '../rules/decision.ts';
import {
  FACTS_SPAN_MS,
  type NotificationFacts,
  type OpenIncident,
  type PastCapture,
  scopeOf,
  type TiedIncident,
} from '../rules/notification-facts.ts';
import type { IncidentPlan } from '../rules/rule-book.ts';
import { rule } from '../rules/ruling.ts';
import type { IncidentId } from '../shared/ids.ts';
import { quoted } from '../shared/text/untrusted.ts';
import type { AllClearTable } from './all-clear-table.ts';
import type { Db } from './database.ts';
import type { AddEvent } from './incident-events.ts';
import { prepareAddIncident } from './new-rows.ts';
import { CAPTURED, IN_EARNEST, OPEN, UNFINISHED } from './state-sql.ts';
import type { TiedTable } from './tied/tied-table.ts';
import type { MuteTable } from './triage/mute-table.ts';

/** A forged body is kept for a look, not for its size: anybody may send them. */
const REJECTED_BODY = 2_000;
/** Rejected rows beyond this are dropped, oldest first: strangers must not fill the disk. */
const REJECTED_ROWS = 10_000;

const DELIVERED_BEFORE = 'This message was delivered before.';

/** The tables `notification` and (for what a notification opens or closes) `incident`. */
export class NotificationTable {
  private readonly db: Db;
  private readonly addEvent: AddEvent;
  private readonly addIncident: ReturnType<typeof prepareAddIncident>;
  private readonly mutes: Pick<MuteTable, 'muteOfScope'>;
  private readonly allClears: Pick<AllClearTable, 'add'>;
  private readonly tied: TiedTable;
  private readonly statements: ReturnType<typeof prepare>;

  constructor(
    db: Db,
    addEvent: AddEvent,
    mutes: Pick<MuteTable, 'muteOfScope'>,
    allClears: Pick<AllClearTable, 'add'>,
    tied: TiedTable,
  ) {
    this.db = db;
    this.addEvent = addEvent;
    this.addIncident = prepareAddIncident(db);
    this.mutes = mutes;
    this.allClears = allClears;
    this.tied = tied;
    this.statements = prepare(db);
  }

  record(entry: NotificationEntry): void {
    const rejected = entry.outcome === 'rejected';
    const write = this.db.transaction(() => {
      const known = !rejected && entry.messageId !== null && this.statements.known.get({ messageId: entry.messageId });
      this.insert({
        ...entry,
        outcome: known ? 'duplicate' : entry.outcome,
        reason: known ? DELIVERED_BEFORE : entry.reason,
        body: rejected ? entry.body.slice(0, REJECTED_BODY) : entry.body,
      });
      if (rejected && this.countRejected() > REJECTED_ROWS) this.statements.dropRejected.run({ keep: REJECTED_ROWS });
    });
    write.immediate();
  }

  private countRejected(): number {
    return (this.statements.rejected.get() as number | undefined) ?? 0;
  }

  accept(entry: AlarmEntry, decide: (facts: NotificationFacts) => Decision): Accepted {
    const write = this.db.transaction((): Accepted => {
      const known = this.statements.known.get({ messageId: entry.messageId }) as
        | { incident_id: IncidentId | null }
        | undefined;
      if (known) {
        this.insertAlarm(entry, 'duplicate', DELIVERED_BEFORE, known.incident_id);
        return { outcome: 'duplicate', reason: DELIVERED_BEFORE, incidentId: null };
      }
      return this.follow(entry, decide(this.facts(entry.alarm, entry.receivedAtMs)));
    });
    return write.immediate();
  }

  /**
   * Alarms under the composite one of an incident, within the transaction that says whom that is captured on. Where
   * the incident is over by then, nothing is kept that would stand in the way of their own messages.
   */
  tie(of: IncidentId, { alarms, limits }: TiedAlarms, nowMs: number): void {
    const isOver = this.statements.isOpen.get({ id: of }) === undefined;
    for (const [position, { alarm, incidentId }] of alarms.entries()) {
      const facts = this.facts(alarm, nowMs);
      const entry = {
        ...{ receivedAtMs: nowMs, messageId: `${of}/${position}`, topicArn: null, body: '', alarm, incidentId },
        via: `It was found under the composite alarm ${quoted(alarm.under.alarmName)}.`,
      };
      const accepted: Accepted = isOver
        ? {
            outcome: 'ignored',
            reason: `The incident of ${quoted(alarm.under.alarmName)} was over when this was found.`,
            incidentId: null,
          }
        : this.follow(entry, rule({ limits }, facts, alarm, nowMs));
      const known = accepted.incidentId ?? alreadyOpen(facts, accepted, alarm)?.id ?? null;
      this.tied.add({ of, position, alarm, ...accepted, incidentId: known });
    }
  }

  /** Within a transaction. */
  private follow(entry: AlarmEntry, decision: Decision): Accepted {
    const incidentId = this.apply(entry, decision);
    this.insertAlarm(entry, decision.outcome, decision.reason, incidentId);
    return { outcome: decision.outcome, reason: decision.reason, incidentId };
  }

  facts(alarm: Alarm, nowMs: number): NotificationFacts {
    const scope = scopeOf(alarm);
    const place = { scope, account: alarm.accountId, region: alarm.region };
    const since = nowMs - FACTS_SPAN_MS;
    const open = this.statements.open.all({ key: alarm.key, ...place }) as OpenIncident[];
    const newest = this.statements.newestChange.get({ key: alarm.key }) as { at: number | null };
    return {
      open,
      newestChangeMs: newest.at,
      mute: this.mutes.muteOfScope(scope, nowMs),
      scopeAccepted: this.statements.scopeAccepted.all({ since, ...place }) as PastCapture[],
      allAcceptedAtMs: this.statements.accepted.all({ since }) as number[],
      ...(alarm.state === 'OK' && { tied: this.tiedOpen(alarm, nowMs) }),
      ...(this.statements.lane.get() as { capturing: number; waiting: number }),
    };
  }

  private tiedOpen({ key }: Alarm, nowMs: number): TiedIncident[] {
    return this.tied.open(key).map(({ scope, ...open }) => ({ ...open, mute: this.mutes.muteOfScope(scope, nowMs) }));
  }

  /** Closed at once: no alarm attaches to it, and its hot instance burns for nobody. */
  openDrill(id: IncidentId, alarm: DrillAlarm, detail: string, nowMs: number): void {
    const write = this.db.transaction(() => {
      const times = { openedAtMs: nowMs, closedAtMs: nowMs };
      this.addIncident({ id, state: 'accepted', alarm, group: null, hotInstance: null, members: [], ...times });
      this.addEvent({ id, atMs: nowMs, state: 'accepted', detail });
    });
    write.immediate();
  }

  /** Writes what the decision says to the incidents; returns the one that the logged row points to. */
  private apply(entry: AlarmEntry, decision: Decision): IncidentId | null {
    if ('tied' in decision) for (const end of decision.tied ?? []) this.endTied(entry, end);
    switch (decision.outcome) {
      case 'accepted':
        if (decision.supersedes !== null) this.close(entry, decision.supersedes);
        return this.open(entry, 'accepted', decision.reason, decision.plan);
      case 'throttled':
        return this.open(entry, 'throttled', decision.reason);
      case 'attached':
        return decision.incidentId;
      case 'closed':
        this.close(entry, decision.incidentId);
        if (decision.tellAfterMs !== undefined) {
          const allClear = { burntMs: decision.tellAfterMs, atMs: entry.receivedAtMs };
          this.allClears.add(decision.incidentId, allClear);
        }
        return decision.incidentId;
      default:
        return null;
    }
  }

  private open(
    entry: AlarmEntry,
    state: 'accepted' | 'throttled',
    reason: string,
    plan: IncidentPlan | undefined = undefined,
  ): IncidentId {
    const { alarm, incidentId, receivedAtMs } = entry;
    this.addIncident({
      id: incidentId,
      state,
      alarm,
      group: alarm.targets.groups[0] ?? null,
      hotInstance: null,
      members: [],
      openedAtMs: receivedAtMs,
      closedAtMs: null,
      ...(plan && { plan }),
    });
    this.addEvent({ id: incidentId, atMs: receivedAtMs, state, detail: reason });
    return incidentId;
  }

  /** The log says it of each: the page of an incident shows its own rows. */
  private endTied(entry: AlarmEntry, { incidentId, tellAfterMs, reason }: TiedEnd): void {
    const { receivedAtMs, topicArn, alarm } = entry;
    this.close(entry, incidentId);
    this.insert({ receivedAtMs, messageId: null, topicArn, outcome: 'closed', reason, body: '', incidentId });
    if (tellAfterMs === undefined) return;
    this.allClears.add(incidentId, { burntMs: tellAfterMs, atMs: receivedAtMs, byAlarm: alarm.name });
  }

  private close(entry: AlarmEntry, id: IncidentId): void {
    this.statements.closeIncident.run({ id, at: entry.receivedAtMs });
  }

  private insertAlarm(
    entry: AlarmEntry,
    outcome: NotificationOutcome,
    reason: string,
    incidentId: IncidentId | null,
  ): void {
    const { key, changedAtMs } = entry.alarm;
    const words = entry.via === undefined ? reason : `${reason} ${entry.via}`;
    this.insert({ ...entry, outcome, reason: words, incidentId, alarmKey: key, changedAtMs });
  }

  private insert(row: {
    readonly receivedAtMs: number;
    readonly messageId: string | null;
    readonly topicArn: string | null;
    readonly outcome: NotificationOutcome;
    readonly reason: string;
    readonly body: string;
    readonly incidentId?: IncidentId | null;
    readonly alarmKey?: string;
    readonly changedAtMs?: number;
  }): void {
    this.statements.insert.run({
      at: row.receivedAtMs,
      messageId: row.messageId,
      topicArn: row.topicArn,
      outcome: row.outcome,
      reason: row.reason,
      incident: row.incidentId ?? null,
      key: row.alarmKey ?? null,
      changedAt: row.changedAtMs ?? null,
      body: row.body,
    });
  }
}

/** The incident that keeps an alarm from opening one. */
function alreadyOpen({ open }: NotificationFacts, { outcome }: Accepted, { key }: Alarm): OpenIncident | undefined {
  return open.find(({ alarmKey }) => alarmKey === key) ?? (outcome === 'duplicate' ? open[0] : undefined);
}

/**
 * Incidents of a scope, in its account and region where both are known: one is of it also when targeting has found its
 * group or hot instance to be it. Each of the three has an index; an OR over them would have none. Left to itself
 * SQLite takes the index of the lists, and reads all that a group ever had.
 */
function ofScope(columns: string, condition: string, index: 'open' | 'captured'): string {
  const from = (name: string) => `SELECT ${columns} FROM incident INDEXED BY incident_${index}_${name}`;
  const here = `${condition} AND ${sameOrUnknown('account_id', ':account')} AND ${sameOrUnknown('region', ':region')}`;
  return `${from('scope')} WHERE scope = :scope AND ${here}
    UNION ${from('group')} WHERE group_name = substr(:scope, 7) AND :scope LIKE 'group %' AND ${here}
    UNION ${from('hot')} WHERE hot_instance = substr(:scope, 10) AND :scope LIKE 'instance %' AND ${here}`;
}

/** What does not say where it is may be here: rather one capture too few than one too many. */
function sameOrUnknown(column: string, value: string): string {
  return `(${column} = ${value} OR ${column} IS NULL OR ${value} IS NULL)`;
}

const OPEN_COLUMNS = `id, alarm_key AS alarmKey, alarm_name AS alarmName, opened_at_ms AS openedAtMs,
                      changed_at_ms AS changedAtMs`;

const PAST_COLUMNS = `seq, opened_at_ms AS atMs, json_extract(alarm_json, '$.cpuPercent') AS cpuPercent`;

/** By the limits. */
const COUNTED = `${CAPTURED} AND opened_at_ms > :since AND ${IN_EARNEST}`;

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    known: sql(`SELECT incident_id FROM notification
                 WHERE message_id = :messageId AND outcome NOT IN ('rejected', 'duplicate')`),
    open: sql(`SELECT ${OPEN_COLUMNS} FROM incident WHERE alarm_key = :key AND ${OPEN}
                UNION ${ofScope(OPEN_COLUMNS, OPEN, 'open')}`),
    isOpen: sql('SELECT 1 FROM incident WHERE id = :id AND closed_at_ms IS NULL'),
    newestChange: sql('SELECT MAX(changed_at_ms) AS at FROM notification WHERE alarm_key = :key'),
    // Told apart by \`seq\`: two of the same millisecond are two.
    scopeAccepted: sql(`SELECT atMs, cpuPercent FROM (${ofScope(PAST_COLUMNS, COUNTED, 'captured')})`),
    accepted: sql(`SELECT opened_at_ms FROM incident WHERE ${COUNTED}`).pluck(),
    lane: sql(`SELECT COUNT(*) FILTER (WHERE state <> 'accepted' OR lease_owner IS NOT NULL) AS capturing,
                      COUNT(*) FILTER (WHERE state = 'accepted' AND lease_owner IS NULL) AS waiting
                 FROM incident
                WHERE state IN ('accepted', 'targeted', 'dispatched') AND ${UNFINISHED} AND ${IN_EARNEST}`),
    closeIncident: sql('UPDATE incident SET closed_at_ms = :at WHERE id = :id AND closed_at_ms IS NULL'),
    insert:
      sql(`INSERT INTO notification (received_at_ms, message_id, topic_arn, outcome, reason, incident_id, alarm_key,
                                           changed_at_ms, body)
                 VALUES (:at, :messageId, :topicArn, :outcome, :reason, :incident, :key, :changedAt, :body)`),
    rejected: sql(`SELECT n FROM tally WHERE kind = 'notification' AND key = 'rejected'`).pluck(),
    dropRejected: sql(`DELETE FROM notification WHERE outcome = 'rejected' AND id <= (
                         SELECT id FROM notification WHERE outcome = 'rejected' ORDER BY id DESC
                          LIMIT 1 OFFSET :keep)`),
  };
}
