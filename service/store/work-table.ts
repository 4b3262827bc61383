import type { Incident, IncidentState } from '../incidents/incident.ts';
import type { Backlog } from '../incidents/lanes/lane.ts';
import type { QueuePlace } from '../incidents/progress/progress.ts';
import type { Claim, Postponement } from '../incidents/store-port.ts';
import type { IncidentId } from '../shared/ids.ts';
import type { Db } from './database.ts';
import { type IncidentRecord, toIncident } from './rows.ts';
import { IN_EARNEST, UNFINISHED } from './state-sql.ts';

/** What is to be done for incidents: who has the lease, and when it is due. */
export class WorkTable {
  private readonly db: Db;
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.db = db;
    this.statements = prepare(db);
  }

  claim({ owner, leaseUntilMs, ...claim }: Claim): Incident | undefined {
    const take = this.db.transaction(() => {
      const id = this.next(claim);
      if (id === undefined) return undefined;
      return this.statements.take.get({ id, owner, until: leaseUntilMs }) as IncidentRecord;
    });
    // In a transaction: were the statement read alone, its commit would come when it is reset, and a full disk be lost.
    const row = take.immediate();
    return row && toIncident(row);
  }

  private next({ states, caps, nowMs, only }: Omit<Claim, 'owner' | 'leaseUntilMs'>): unknown {
    const { due, dueOne, nextWaiting, nextDrill } = this.statements;
    const at = { now: nowMs };
    const all = JSON.stringify(states);
    if (only !== undefined) return dueOne.get({ ...at, states: all, only });
    const begun = JSON.stringify(states.filter((state) => state !== 'accepted'));
    return (
      due.get({ ...at, states: begun }) ??
      (states.includes('accepted') ? nextWaiting.get({ ...at, ...caps }) : undefined) ??
      nextDrill.get({ ...at, states: all })
    );
  }

  renew(id: IncidentId, owner: string, leaseUntilMs: number): boolean {
    return this.statements.renew.run({ id, owner, until: leaseUntilMs }).changes === 1;
  }

  postpone({ id, owner, attempts, nextMs, note, failedAtMs }: Postponement): boolean {
    const row = { id, owner, attempts, next: nextMs, note, failedAt: failedAtMs ?? null };
    return this.statements.postpone.run(row).changes === 1;
  }

  nextDueMs(states: readonly IncidentState[], nowMs: number): number | undefined {
    const due = this.statements.nextDue.get({ states: JSON.stringify(states), now: nowMs }) as number | null;
    return due ?? undefined;
  }

  backlog(states: readonly IncidentState[], nowMs: number): Backlog {
    return this.statements.backlog.get({ states: JSON.stringify(states), now: nowMs }) as Backlog;
  }

  queuePlace(id: IncidentId, nowMs: number): QueuePlace | null {
    return (this.statements.queuePlace.get({ id, now: nowMs }) as QueuePlace | undefined) ?? null;
  }

  releaseLeases(ownerPrefix: string): number {
    return this.statements.releaseLeases.run({ prefix: ownerPrefix }).changes;
  }

  shiftTimes(byMs: number): void {
    this.statements.shiftIncidents.run({ by: byMs });
    this.statements.shiftCaptures.run({ by: byMs });
  }
}

const IN_STATES = `state IN (SELECT value FROM json_each(:states)) AND ${UNFINISHED}`;
const IS_DUE = `next_attempt_at_ms <= :now AND (lease_owner IS NULL OR lease_until_ms <= :now)`;
/** Two accounts, or regions, may have groups of the same name. */
const PLACE_AND_NAME = `json_array(account_id, region, COALESCE(group_name, scope))`;
/**
 * Who is captured, and who waits for that; a drill takes nobody's place. Until its group is known, an incident counts
 * by its scope; of equal turns the older one goes first.
 */
const QUEUE = `
      WITH busy AS (
        SELECT ${PLACE_AND_NAME} AS name, account_id FROM incident
         WHERE ${UNFINISHED} AND ${IN_EARNEST} AND (state IN ('targeted', 'dispatched')
            OR (state = 'accepted' AND lease_owner IS NOT NULL AND lease_until_ms > :now))
      ), waiting AS (
        SELECT id, seq, ${PLACE_AND_NAME} AS name, account_id,
               ROW_NUMBER() OVER (PARTITION BY ${PLACE_AND_NAME} ORDER BY seq) AS turn
          FROM incident WHERE state = 'accepted' AND ${UNFINISHED} AND ${IS_DUE} AND ${IN_EARNEST}
      )`;

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    due: sql(`SELECT id FROM incident WHERE ${IN_STATES} AND ${IS_DUE} AND ${IN_EARNEST}
               ORDER BY next_attempt_at_ms, seq LIMIT 1`).pluck(),
    dueOne: sql(`SELECT id FROM incident WHERE id = :only AND ${IN_STATES} AND ${IS_DUE}`).pluck(),
    // Only when nothing in earnest is due.
    nextDrill: sql(`SELECT id FROM drill CROSS JOIN incident ON incident.seq = drill.seq
                     WHERE ${IN_STATES} AND ${IS_DUE} ORDER BY next_attempt_at_ms, drill.seq LIMIT 1`).pluck(),
    nextWaiting: sql(`${QUEUE}
      SELECT id FROM waiting
       WHERE (SELECT COUNT(*) FROM busy) < :atOnce
         AND (SELECT COUNT(*) FROM busy WHERE busy.name = waiting.name) < :perGroup
         AND (SELECT COUNT(*) FROM busy WHERE busy.account_id IS waiting.account_id) < :perAccount
       ORDER BY turn, seq LIMIT 1`).pluck(),
    queuePlace: sql(`${QUEUE}
      SELECT (SELECT COUNT(*) FROM busy) AS capturing,
             (SELECT COUNT(*) FROM busy WHERE busy.name = own.name) AS capturingOfGroup,
             (SELECT COUNT(*) FROM waiting AS other WHERE (other.turn, other.seq) < (own.turn, own.seq)) AS ahead,
             own.turn - 1 AS aheadOfGroup
        FROM waiting AS own WHERE own.id = :id`),
    take: sql('UPDATE incident SET lease_owner = :owner, lease_until_ms = :until WHERE id = :id RETURNING *'),
    renew: sql('UPDATE incident SET lease_until_ms = :until WHERE id = :id AND lease_owner = :owner'),
    postpone: sql(`UPDATE incident SET lease_owner = NULL, lease_until_ms = NULL, attempts = :attempts,
                          next_attempt_at_ms = :next, retry_note = :note,
                          failing_since_ms = CASE WHEN :failedAt IS NULL THEN failing_since_ms
                                                  ELSE COALESCE(failing_since_ms, :failedAt) END
                    WHERE id = :id AND lease_owner = :owner`),
    nextDue: sql(`SELECT MIN(MAX(next_attempt_at_ms, COALESCE(lease_until_ms, 0))) FROM incident
                   WHERE ${IN_STATES} AND MAX(next_attempt_at_ms, COALESCE(lease_until_ms, 0)) > :now`).pluck(),
    backlog: sql(`SELECT COUNT(*) AS due, MIN(next_attempt_at_ms) AS oldestDueMs FROM incident
                   WHERE ${IN_STATES} AND ${IS_DUE}`),
    releaseLeases: sql(`UPDATE incident SET lease_owner = NULL, lease_until_ms = NULL
                         WHERE ${UNFINISHED} AND substr(lease_owner, 1, length(:prefix)) = :prefix`),
    shiftIncidents: sql(`UPDATE incident
                            SET next_attempt_at_ms = next_attempt_at_ms + :by, lease_until_ms = lease_until_ms + :by,
                                failing_since_ms = failing_since_ms + :by
                          WHERE ${UNFINISHED}`),
    shiftCaptures: sql(`UPDATE capture SET start_at_ms = start_at_ms + :by
                         WHERE outcome = 'pending' AND command_id IS NOT NULL
                           AND incident_id IN (SELECT id FROM incident WHERE ${UNFINISHED})`),
  };
}
