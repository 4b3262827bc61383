import { fingerprint, SAME_CAUSE, similarity, type Trace } from '../../incidents/history/fingerprint.ts';
import { functionUses } from '../../incidents/history/function-uses.ts';
import type { ReportData } from '../../report/report-data.ts';
import type { Db } from '../database.ts';
import { FindingTerms } from './finding-terms.ts';

/** Incidents that are looked at for each name of the cause: the newest. */
const LOOKED_AT = 20;
/** Names that are looked for: two incidents that are alike share one of the heavy ones. */
const NAMES = 8;

interface Own {
  readonly id: string;
  readonly scope: string;
}

/** What is kept of a report to find it by: functions, packages, and which incidents have the same cause. */
export class IncidentHistory {
  private readonly statements: ReturnType<typeof prepare>;
  private readonly terms: FindingTerms;

  constructor(db: Db) {
    this.statements = prepare(db);
    this.terms = new FindingTerms(db);
  }

  /** Within a transaction. Replaces what an earlier report of the incident said. */
  save(seq: number, report: ReportData): void {
    const { own, clear } = this.statements;
    for (const statement of clear) statement.run({ seq });
    this.terms.save(seq, report);
    this.addFunctions(seq, report);
    const traces = fingerprint(report);
    if (traces.length > 0) this.addCause(seq, own.get({ seq }) as Own, traces);
  }

  private addFunctions(seq: number, report: ReportData): void {
    for (const { place, name, package: owner, ...use } of functionUses(report)) {
      const id = this.statements.known.get({ place, name, package: owner }) as number;
      this.statements.addUse.run({ seq, function: id, ...use });
    }
  }

  private addCause(seq: number, { id, scope }: Own, traces: readonly Trace[]): void {
    const { addCause, addTerm, addTrace } = this.statements;
    const cause = this.mostAlike(scope, traces) ?? id;
    addCause.run({ seq, cause, fingerprint: JSON.stringify(traces) });
    addTerm.run({ seq, cause });
    for (const { name } of traces.slice(0, NAMES)) addTrace.run({ seq, scope, name });
  }

  /** The cause of the incident that is most like this one, the newest of equals; null where none is like it. */
  private mostAlike(scope: string, traces: readonly Trace[]): string | null {
    const candidates = new Set<number>();
    for (const { name } of traces.slice(0, NAMES)) {
      for (const seq of this.statements.candidates.all({ scope, name, limit: LOOKED_AT }) as number[]) {
        candidates.add(seq);
      }
    }
    let [best, most]: [string | null, number] = [null, SAME_CAUSE];
    for (const seq of [...candidates].sort((one, other) => one - other)) {
      const known = this.statements.cause.get({ seq }) as { readonly cause: string; readonly fingerprint: string };
      const alike = similarity(traces, JSON.parse(known.fingerprint) as Trace[]);
      if (alike >= most) [best, most] = [known.cause, alike];
    }
    return best;
  }
}

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  const clear = ['history_due', 'incident_function', 'incident_cause', 'incident_trace'];
  return {
    own: sql(`SELECT id, concat_ws(' ', account_id, COALESCE('group ' || group_name, scope)) AS scope
                FROM incident WHERE seq = :seq`),
    clear: [
      ...clear.map((table) => sql(`DELETE FROM ${table} WHERE seq = :seq`)),
      sql(`DELETE FROM incident_term WHERE seq = :seq AND term_id IN (
             SELECT own.term_id FROM incident_term AS own JOIN term ON term.id = own.term_id
              WHERE own.seq = :seq AND term.facet = 'cause')`),
    ],
    known: sql(`INSERT INTO known_function (place, name, package) VALUES (:place, :name, :package)
                ON CONFLICT DO UPDATE SET package = excluded.package RETURNING id`).pluck(),
    addUse: sql(`INSERT INTO incident_function (function_id, seq, rank, hot_cores, healthy_cores, extra_cores)
                 VALUES (:function, :seq, :rank, :hotCores, :healthyCores, :extraCores)`),
    addCause: sql('INSERT INTO incident_cause (seq, cause, fingerprint) VALUES (:seq, :cause, :fingerprint)'),
    addTerm: sql(`INSERT INTO incident_facet (seq, facet, value) VALUES (:seq, 'cause', :cause)`),
    addTrace: sql('INSERT INTO incident_trace (scope, name, seq) VALUES (:scope, :name, :seq)'),
    candidates: sql(`SELECT seq FROM incident_trace WHERE scope = :scope AND name = :name
                      ORDER BY seq DESC LIMIT :limit`).pluck(),
    cause: sql('SELECT cause, fingerprint FROM incident_cause WHERE seq = :seq'),
  };
}
