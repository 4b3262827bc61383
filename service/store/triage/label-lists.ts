import type { LabelCount } from '../../incidents/triage/triage-store.ts';
import type { Db } from '../database.ts';

/** The labels that there are, each with the number of its incidents. */
export class LabelLists {
  private readonly all: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.all = prepare(db);
  }

  labels(): readonly LabelCount[] {
    return this.all.all() as LabelCount[];
  }
}

function prepare(db: Db) {
  return db.prepare(`SELECT value AS label, n AS incidents FROM term WHERE facet = 'label' AND n > 0 ORDER BY value`);
}
