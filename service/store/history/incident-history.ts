import { type Feature, fingerprint, SAME_CAUSE, similarity } from '../../incidents/history/fingerprint.ts';
import { type FunctionUse, functionUses } from '../../incidents/history/function-uses.ts';
import type { ReportData } from '../../report/report-data.ts';
import type { Db } from '../database.ts';
import { FindingTerms } from './finding-terms.ts';

/** Earlier incidents that are looked at for each function of the cause: the newest. */
const LOOKED_AT = 20;
/** Functions that are looked for: two incidents that are alike share one that is heavy. */
const MIN_WEIGHT = 0.1;

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
    const { scope, remove, removeCause, due } = this.statements;
    due.run({ seq });
    this.terms.save(seq, report);
    remove.run({ seq });
    removeCause.run({ seq });
    const own = scope.get({ seq }) as { readonly scope: string; readonly id: string } | undefined;
    if (own === undefined) return;
    const features = fingerprint(report);
    for (const use of functionUses(report, features)) this.addUse(seq, own.scope, use);
    if (features.length > 0) this.addCause(seq, own, features);
  }

  private addUse(seq: number, scope: string, use: FunctionUse): void {
    const { place, name, package: owner, ...facts } = use;
    const id = this.statements.known.get({ place, name, package: owner }) as number;
    this.statements.add.run({ seq, scope, function: id, ...facts });
  }

  private addCause(
    seq: number,
    own: { readonly scope: string; readonly id: string },
    features: readonly Feature[],
  ): void {
    const cause = this.mostAlike(seq, own.scope, features) ?? own.id;
    this.statements.addCause.run({ seq, cause });
    this.statements.addTerm.run({ seq, cause });
  }

  /** The cause of the incident that is most like this one, the newest of equals; null where none is like it. */
  private mostAlike(seq: number, scope: string, features: readonly Feature[]): string | null {
    const candidates = new Set<number>();
    for (const { place, name, weight } of features) {
      if (weight < MIN_WEIGHT) continue;
      const found = this.statements.candidates.all({ scope, place, name, seq, limit: LOOKED_AT }) as number[];
      for (const candidate of found) candidates.add(candidate);
    }
    let [best, most]: [string | null, number] = [null, SAME_CAUSE];
    for (const candidate of [...candidates].sort((one, other) => one - other)) {
      const cause = this.statements.causeOf.get({ seq: candidate }) as string | undefined;
      const alike = similarity(features, this.statements.features.all({ seq: candidate }) as Feature[]);
      if (cause !== undefined && alike >= most) [best, most] = [cause, alike];
    }
    return best;
  }
}

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    scope: sql(`SELECT concat_ws(' ', account_id, COALESCE('group ' || group_name, scope)) AS scope, id
                  FROM incident WHERE seq = :seq`),
    due: sql('DELETE FROM history_due WHERE seq = :seq'),
    remove: sql('DELETE FROM incident_function WHERE seq = :seq'),
    removeCause: sql('DELETE FROM incident_cause WHERE seq = :seq'),
    known: sql(`INSERT INTO known_function (place, name, package) VALUES (:place, :name, :package)
                ON CONFLICT DO UPDATE SET package = excluded.package RETURNING id`).pluck(),
    add: sql(`INSERT INTO incident_function (function_id, seq, scope, rank, weight, hot_cores, healthy_cores)
              VALUES (:function, :seq, :scope, :rank, :weight, :hotCores, :healthyCores)`),
    addCause: sql('INSERT INTO incident_cause (seq, cause) VALUES (:seq, :cause)'),
    addTerm: sql(`INSERT INTO incident_facet (seq, facet, value) VALUES (:seq, 'cause', :cause)`),
    candidates: sql(`SELECT seq FROM incident_function
                      WHERE scope = :scope AND weight > 0 AND seq <> :seq
                        AND function_id = (SELECT id FROM known_function WHERE place = :place AND name = :name)
                      ORDER BY seq DESC LIMIT :limit`).pluck(),
    causeOf: sql('SELECT cause FROM incident_cause WHERE seq = :seq').pluck(),
    features: sql(`SELECT place, name, weight
                     FROM incident_function AS own JOIN known_function AS known ON known.id = own.function_id
                    WHERE own.seq = :seq AND weight > 0`),
  };
}
