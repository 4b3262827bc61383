import type { Db } from '../database.ts';

/** Takes incidents out of the database, for retention and for a person; within the transaction of the caller. */
export class IncidentRemoval {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.statements = prepare(db);
  }

  /** Notifications that point to the incident are let go in parts: many may, and the lock would be held for long. */
  detach(id: string, limit: number): number {
    return this.statements.detach.run({ id, limit }).changes;
  }

  /** Hashes of its files, once for each reference. */
  hashes(id: string): readonly string[] {
    return this.statements.hashes.all({ id }) as string[];
  }

  /** Leaves a tombstone. What `hashes` told is to be removed after the commit. `by`: null where it was retention. */
  remove(id: string, by: string | null, nowMs: number): void {
    this.statements.bury.run({ id, at: nowMs, by });
    this.statements.remove.run({ id });
  }
}

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    detach: sql(`UPDATE notification SET incident_id = NULL
                  WHERE id IN (SELECT id FROM notification WHERE incident_id = :id LIMIT :limit)`),
    hashes: sql('SELECT hash FROM artifact WHERE incident_id = :id').pluck(),
    bury: sql(`INSERT OR REPLACE INTO pruned (id, headline, alarm_name, group_name, opened_at_ms, pruned_at_ms,
                                              deleted_by)
               SELECT id, headline, alarm_name, group_name, opened_at_ms, :at, :by FROM incident WHERE id = :id`),
    remove: sql('DELETE FROM incident WHERE id = :id'),
  };
}
