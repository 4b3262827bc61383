import type { FixedBefore } from '../../report/earlier/fixed-before.ts';
import type { PastIncident, SeenBefore } from '../../report/earlier/seen-before.ts';
import type { Db } from '../database.ts';

/** Named with their time. */
const LATEST = 5;
/** More are not counted. */
const MOST = 1_000;

/** Earlier incidents with the same cause. */
export class SeenBeforeQuery {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.statements = prepare(db);
  }

  /** Null where there is none, or no cause is known. */
  of(id: string): SeenBefore | null {
    const own = this.statements.own.get({ id }) as { seq: number; cause: string; release: string | null } | undefined;
    if (own === undefined) return null;
    const part = { cause: own.cause, seq: own.seq };
    const latest = this.statements.latest.all({ ...part, limit: LATEST }) as PastIncident[];
    const first = this.statements.first.get({ ...part, limit: 1 }) as PastIncident | undefined;
    if (first === undefined) return null;
    const times = this.statements.count.get({ ...part, most: MOST }) as number;
    const fixed = (this.statements.fixed.get({ ...part, most: MOST }) as FixedBefore | undefined) ?? null;
    return { cause: own.cause, times, isMore: times === MOST, first, latest, fixed, release: own.release };
  }

  /** Which of the incidents were there before, by number of the row. */
  again(seqs: readonly number[]): ReadonlySet<number> {
    return new Set(this.statements.again.all({ seqs: JSON.stringify(seqs) }) as number[]);
  }
}

function prepare(db: Db) {
  const earlier = (order: string) =>
    db.prepare(
      `SELECT id, opened_at_ms AS openedAtMs, hot_instance AS hotInstance, release
         FROM incident_cause AS same JOIN incident ON incident.seq = same.seq
         LEFT JOIN incident_release ON incident_release.seq = same.seq
        WHERE same.cause = :cause AND same.seq < :seq ORDER BY same.seq ${order} LIMIT :limit`,
    );
  return {
    own: db.prepare(`SELECT incident.seq, cause, release
                       FROM incident JOIN incident_cause ON incident_cause.seq = incident.seq
                       LEFT JOIN incident_release ON incident_release.seq = incident.seq
                      WHERE incident.id = :id`),
    latest: earlier('DESC'),
    first: earlier('ASC'),
    count: db
      .prepare(`SELECT COUNT(*) FROM (SELECT 1 FROM incident_cause WHERE cause = :cause AND seq < :seq LIMIT :most)`)
      .pluck(),
    fixed: db.prepare(
      `SELECT fixed_in AS text, fixed_at_ms AS atMs, release AS ran
         FROM (SELECT seq FROM incident_cause
                WHERE cause = :cause AND seq < :seq ORDER BY seq DESC LIMIT :most) AS same
         CROSS JOIN incident ON incident.seq = same.seq
         CROSS JOIN incident_triage AS triage ON triage.incident_id = incident.id
         LEFT JOIN incident_release ON incident_release.seq = same.seq
        WHERE fixed_in IS NOT NULL ORDER BY same.seq DESC LIMIT 1`,
    ),
    again: db
      .prepare(
        `SELECT own.seq FROM json_each(:seqs) AS listed CROSS JOIN incident_cause AS own ON own.seq = listed.value
          WHERE EXISTS (SELECT 1 FROM incident_cause AS same WHERE same.cause = own.cause AND same.seq < own.seq)`,
      )
      .pluck(),
  };
}
