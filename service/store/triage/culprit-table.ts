import { culpritOf } from '../../incidents/triage/earlier.ts';
import type { EarlierRemarks } from '../../report/earlier/earlier-data.ts';
import type { ReportData } from '../../report/report-data.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { Db } from '../database.ts';
import { toRemark } from './marks.ts';

/** Of those with the same culprit, so many are looked at: what was said longer ago is for who reads the list. */
const LOOKED_AT = 50;
/** Incidents that a report mentions. */
const MENTIONED = 3;
/** Notes of each. */
const NOTES = 2;

interface EarlierRecord {
  readonly id: string;
  readonly opened_at_ms: number;
  readonly known: string | null;
  readonly known_by: string | null;
  readonly known_at_ms: number | null;
  readonly fixed_in: string | null;
  readonly fixed_by: string | null;
  readonly fixed_at_ms: number | null;
}

/** Which function an incident was about, and what was said of it in earlier ones. */
export class CulpritTable {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.statements = prepare(db);
  }

  /** Within the transaction that saves the report. */
  save(id: IncidentId, report: ReportData): void {
    const culprit = culpritOf(report);
    this.statements.forget.run({ id });
    if (culprit !== null) this.statements.save.run({ id, culprit });
  }

  earlier(group: string, culprit: string, before: IncidentId): readonly EarlierRemarks[] {
    const rows = this.statements.earlier.all({ group, culprit, before, limit: LOOKED_AT }) as EarlierRecord[];
    const found: EarlierRemarks[] = [];
    for (const row of rows) {
      const remarks = this.remarksOf(row);
      if (remarks.known !== null || remarks.fixed !== null || remarks.notes.length > 0) found.push(remarks);
      if (found.length === MENTIONED) break;
    }
    return found;
  }

  private remarksOf(row: EarlierRecord): EarlierRemarks {
    return {
      incidentId: row.id,
      openedAtMs: row.opened_at_ms,
      known: toRemark(row.known, row.known_by, row.known_at_ms),
      fixed: toRemark(row.fixed_in, row.fixed_by, row.fixed_at_ms),
      notes: this.statements.notes.all({ id: row.id, limit: NOTES }) as EarlierRemarks['notes'],
    };
  }
}

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    forget: sql('DELETE FROM incident_culprit WHERE seq = (SELECT seq FROM incident WHERE id = :id)'),
    save: sql(`INSERT INTO incident_culprit (seq, group_name, culprit)
               SELECT seq, group_name, :culprit FROM incident WHERE id = :id AND group_name IS NOT NULL`),
    earlier: sql(`SELECT incident.id, opened_at_ms, known, known_by, known_at_ms, fixed_in, fixed_by, fixed_at_ms
                    FROM incident_culprit AS same CROSS JOIN incident ON incident.seq = same.seq
                    LEFT JOIN incident_triage AS triage ON triage.incident_id = incident.id
                   WHERE same.group_name = :group AND same.culprit = :culprit
                     AND same.seq < (SELECT seq FROM incident WHERE id = :before)
                   ORDER BY same.seq DESC LIMIT :limit`),
    notes: sql(`SELECT text, author AS "by", at_ms AS atMs FROM incident_note
                 WHERE incident_id = :id AND closed_at_ms IS NULL ORDER BY id DESC LIMIT :limit`),
  };
}
