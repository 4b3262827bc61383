import type { IncidentRow } from '../../incidents/incident-row.ts';
import type { LabelQuery, Page } from '../../incidents/store-port.ts';
import type { LabelCount } from '../../incidents/triage/triage-store.ts';
import type { Db } from '../database.ts';
import { type Part, page } from '../lists/paged.ts';
import { LISTED, type ListedRecord, toIncidentRow } from '../rows.ts';

/** The labels that there are, and the incidents of one. */
export class LabelLists {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.statements = prepare(db);
  }

  labels(): readonly LabelCount[] {
    return this.statements.labels.all() as LabelCount[];
  }

  labelled(query: LabelQuery): Page<IncidentRow> {
    const { label } = query;
    const find = ({ from, way, limit }: Part) => ({
      rows: this.statements[way].all({ label, from, limit }) as ListedRecord[],
    });
    const found = page('i', query, find, ({ seq }) => seq);
    const total = (this.statements.total.get({ label }) as number | undefined) ?? 0;
    return { ...found, rows: found.rows.map(toIncidentRow), total };
  }
}

function prepare(db: Db) {
  // CROSS: first the label, then the incidents that have it.
  const part = (compare: string, order: string) =>
    db.prepare(`SELECT ${LISTED} FROM incident_label AS has CROSS JOIN incident ON incident.seq = has.seq
                 WHERE has.label = :label AND has.seq ${compare} :from ORDER BY has.seq ${order} LIMIT :limit`);
  return {
    older: part('<', 'DESC'),
    newer: part('>', 'ASC'),
    labels: db.prepare(`SELECT key AS label, n AS incidents FROM tally WHERE kind = 'label' AND n > 0 ORDER BY key`),
    total: db.prepare(`SELECT n FROM tally WHERE kind = 'label' AND key = :label`).pluck(),
  };
}
