import type { Backlog } from '../incidents/lanes/lane.ts';
import type { Delivery, Postponement, Recipient, SettledDelivery, Settlement } from '../incidents/store-port.ts';
import type { IncidentId } from '../shared/ids.ts';
import type { AllClearTable } from './all-clear-table.ts';
import type { Db } from './database.ts';

/** The outbox. */
export class DeliveryTable {
  private readonly db: Db;
  private readonly allClear: Pick<AllClearTable, 'tell'>;
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db, allClear: Pick<AllClearTable, 'tell'>) {
    this.db = db;
    this.allClear = allClear;
    this.statements = prepare(db);
  }

  add(id: IncidentId, recipients: readonly Recipient[], nowMs: number): void {
    const add = this.db.transaction(() => {
      for (const { channel, recipient } of recipients) this.statements.add.run({ id, channel, recipient, now: nowMs });
    });
    add.immediate();
  }

  of(id: IncidentId): SettledDelivery[] {
    return this.statements.of.all({ id }) as SettledDelivery[];
  }

  claim(owner: string, nowMs: number, leaseUntilMs: number, only?: IncidentId): Delivery | undefined {
    const take = this.db.transaction(() => {
      const at = { now: nowMs };
      const id = only === undefined ? this.statements.due.get(at) : this.statements.dueOf.get({ ...at, only });
      return id === undefined ? undefined : this.statements.take.get({ id, owner, until: leaseUntilMs });
    });
    return take.immediate() as Delivery | undefined;
  }

  renew(id: number, owner: string, leaseUntilMs: number): boolean {
    return this.statements.renew.run({ id, owner, until: leaseUntilMs }).changes === 1;
  }

  settle({ id, owner, state, atMs, note }: Settlement): boolean {
    const settle = this.db.transaction(() => {
      const incidentId = this.statements.settle.get({ id, owner, state, at: atMs, note }) as IncidentId | undefined;
      if (incidentId === undefined) return false;
      if (state === 'sent') this.allClear.tell(incidentId, atMs);
      this.statements.wakeIncident.run({ id, at: atMs });
      return true;
    });
    return settle.immediate();
  }

  postpone({ id, owner, attempts, nextMs, note }: Omit<Postponement, 'id' | 'failedAtMs'> & { readonly id: number }) {
    return this.statements.postpone.run({ id, owner, attempts, next: nextMs, note }).changes === 1;
  }

  nextDueMs(nowMs: number): number | undefined {
    return (this.statements.nextDue.get({ now: nowMs }) as number | null) ?? undefined;
  }

  backlog(nowMs: number): Backlog {
    return this.statements.backlog.get({ now: nowMs }) as Backlog;
  }

  releaseLeases(ownerPrefix: string): number {
    return this.statements.releaseLeases.run({ prefix: ownerPrefix }).changes;
  }

  shiftTimes(byMs: number): void {
    this.statements.shift.run({ by: byMs });
  }
}

const IS_DUE = `state = 'pending' AND next_attempt_at_ms <= :now AND (lease_owner IS NULL OR lease_until_ms <= :now)`;

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    add: sql(`INSERT INTO delivery (incident_id, channel, recipient, created_at_ms, next_attempt_at_ms)
              VALUES (:id, :channel, :recipient, :now, :now) ON CONFLICT DO NOTHING`),
    of: sql('SELECT kind, channel, recipient, state, note FROM delivery WHERE incident_id = :id ORDER BY id'),
    due: sql(`SELECT id FROM delivery WHERE ${IS_DUE} ORDER BY next_attempt_at_ms, id LIMIT 1`).pluck(),
    dueOf: sql(`SELECT id FROM delivery WHERE incident_id = :only AND ${IS_DUE} ORDER BY id LIMIT 1`).pluck(),
    take: sql(`UPDATE delivery SET lease_owner = :owner, lease_until_ms = :until WHERE id = :id
               RETURNING id, incident_id AS incidentId, kind, channel, recipient, attempts,
                         created_at_ms AS createdAtMs`),
    renew: sql('UPDATE delivery SET lease_until_ms = :until WHERE id = :id AND lease_owner = :owner'),
    settle: sql(`UPDATE delivery SET state = :state, settled_at_ms = :at, note = :note, lease_owner = NULL,
                        lease_until_ms = NULL
                  WHERE id = :id AND lease_owner = :owner AND state = 'pending' RETURNING incident_id`).pluck(),
    wakeIncident: sql(`UPDATE incident SET next_attempt_at_ms = :at
                        WHERE id = (SELECT incident_id FROM delivery WHERE id = :id) AND state = 'reported'
                          AND NOT EXISTS (SELECT 1 FROM delivery
                                           WHERE incident_id = incident.id AND state = 'pending'
                                             AND kind = 'report')`),
    postpone:
      sql(`UPDATE delivery SET attempts = :attempts, next_attempt_at_ms = :next, note = :note, lease_owner = NULL,
                          lease_until_ms = NULL
                    WHERE id = :id AND lease_owner = :owner`),
    nextDue: sql(`SELECT MIN(MAX(next_attempt_at_ms, COALESCE(lease_until_ms, 0))) FROM delivery
                   WHERE state = 'pending' AND MAX(next_attempt_at_ms, COALESCE(lease_until_ms, 0)) > :now`).pluck(),
    backlog: sql(`SELECT COUNT(*) AS due, MIN(next_attempt_at_ms) AS oldestDueMs FROM delivery WHERE ${IS_DUE}`),
    releaseLeases: sql(`UPDATE delivery SET lease_owner = NULL, lease_until_ms = NULL
                         WHERE state = 'pending' AND substr(lease_owner, 1, length(:prefix)) = :prefix`),
    shift: sql(`UPDATE delivery SET next_attempt_at_ms = next_attempt_at_ms + :by, created_at_ms = created_at_ms + :by,
                       lease_until_ms = lease_until_ms + :by
                 WHERE state = 'pending'`),
  };
}
