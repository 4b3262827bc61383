import { facetValue } from '../../incidents/incident-filter.ts';
import type { ReportData } from '../../report/report-data.ts';
import type { Db } from '../database.ts';

/** More is not what anybody filters by; a hostile machine may send any number. */
const MAX_FINDINGS = 50;

/** The functions and packages that an incident is filtered by: those of its findings. */
export class FindingTerms {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.statements = prepare(db);
  }

  /** Replaces what an earlier report of the incident said. */
  save(seq: number, report: ReportData): void {
    const { add, remove } = this.statements;
    remove.run({ seq });
    for (const finding of report.findings.slice(0, MAX_FINDINGS)) {
      for (const value of namesOf(finding.function)) add.run({ seq, facet: 'function', value });
      if (finding.package !== null) add.run({ seq, facet: 'package', value: facetValue(finding.package) });
    }
  }
}

/** `Parser.parseHTML` is found as `parseHTML`, too. */
function namesOf(name: string): string[] {
  const last = name.slice(name.lastIndexOf('.') + 1);
  return [...new Set([facetValue(name), facetValue(last)])];
}

function prepare(db: Db) {
  return {
    add: db.prepare('INSERT INTO incident_facet (seq, facet, value) VALUES (:seq, :facet, :value)'),
    remove: db.prepare(`DELETE FROM incident_term WHERE seq = :seq AND term_id IN (
                          SELECT own.term_id FROM incident_term AS own JOIN term ON term.id = own.term_id
                           WHERE own.seq = :seq AND term.facet IN ('function', 'package'))`),
  };
}
