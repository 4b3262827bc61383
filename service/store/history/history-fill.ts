import type { ReportData } from '../../report/report-data.ts';
import type { Db } from '../database.ts';
import { reportWords } from '../lists/report-words.ts';
import type { IncidentHistory } from './incident-history.ts';

/** Goes through the reports of earlier versions, the oldest first, and notes what their findings are found by. */
export class HistoryFill {
  private readonly db: Db;
  private readonly history: IncidentHistory;
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db, history: IncidentHistory) {
    this.db = db;
    this.history = history;
    this.statements = prepare(db);
  }

  /** One step; false when there is nothing left to do. */
  step(maxRows: number): boolean {
    const apply = this.db.transaction(() => {
      const due = this.statements.due.all({ limit: maxRows }) as { readonly seq: number; readonly report: string }[];
      for (const { seq, report } of due) this.fill(seq, report);
      return due.length === maxRows;
    });
    return apply.immediate();
  }

  private fill(seq: number, json: string): void {
    this.statements.done.run({ seq });
    const report = readable(json);
    if (report === undefined) return;
    this.statements.words.run({ seq, words: reportWords(report) });
    this.history.save(seq, report);
  }
}

/** Undefined for what no version wrote: it is left as it is. */
function readable(json: string): ReportData | undefined {
  try {
    const report = JSON.parse(json) as Partial<ReportData> | null;
    const isWhole =
      report?.verdict !== undefined && Array.isArray(report.findings) && Array.isArray(report.topFunctions);
    // Sound: what has these was written by `saveReport`.
    return isWhole ? (report as ReportData) : undefined;
  } catch {
    return undefined;
  }
}

function prepare(db: Db) {
  return {
    due: db.prepare(`SELECT history_due.seq, report_json AS report
                       FROM history_due CROSS JOIN incident ON incident.seq = history_due.seq
                      ORDER BY history_due.seq LIMIT :limit`),
    done: db.prepare('DELETE FROM history_due WHERE seq = :seq'),
    words: db.prepare('UPDATE incident SET words = :words WHERE seq = :seq'),
  };
}
