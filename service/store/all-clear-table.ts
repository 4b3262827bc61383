import type { AllClear } from '../incidents/store-port.ts';
import type { IncidentId } from '../shared/ids.ts';
import type { Db } from './database.ts';

/** Of which incidents the all-clear is to be told. Its methods are called within a transaction. */
export class AllClearTable {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.statements = prepare(db);
  }

  /** The alarm of the incident is OK again, or the composite one that it is tied to. */
  add(id: IncidentId, { burntMs, atMs, byAlarm = null }: AllClear): void {
    this.statements.add.run({ id, burnt: burntMs, at: atMs, by: byAlarm });
    this.tell(id, atMs);
  }

  /**
   * A row of the outbox for each who got the report and has none. Whatever comes second calls it, the OK or the receipt
   * of the report, so that nobody is told twice, or of a report that he does not have.
   */
  tell(id: IncidentId, nowMs: number): void {
    this.statements.tell.run({ id, now: nowMs });
  }

  of(id: IncidentId): AllClear | undefined {
    return this.statements.of.get({ id }) as AllClear | undefined;
  }
}

function prepare(db: Db) {
  return {
    add: db.prepare(`INSERT INTO all_clear (incident_id, burnt_ms, at_ms, by_alarm) VALUES (:id, :burnt, :at, :by)
                     ON CONFLICT DO NOTHING`),
    tell: db.prepare(`INSERT INTO delivery (incident_id, kind, channel, recipient, created_at_ms, next_attempt_at_ms)
                      SELECT told.incident_id, 'all-clear', channel, recipient, :now, :now
                        FROM delivery AS told JOIN all_clear ON all_clear.incident_id = told.incident_id
                       WHERE told.incident_id = :id AND kind = 'report' AND state = 'sent'
                       ORDER BY told.id
                          ON CONFLICT DO NOTHING`),
    of: db.prepare(
      `SELECT burnt_ms AS burntMs, at_ms AS atMs, by_alarm AS byAlarm FROM all_clear WHERE incident_id = :id`,
    ),
  };
}
