import type { IncidentRow } from '../../incidents/incident-row.ts';
import type { IncidentQuery, Page } from '../../incidents/store-port.ts';
import type { GroupName, IncidentId } from '../../shared/ids.ts';
import type { Db } from '../database.ts';
import { LISTED, type ListedRecord, toIncidentRow } from '../rows.ts';
import { type Found, type Part, page, totalOf } from './paged.ts';
import { readSearch } from './search.ts';

/** Rows looked at for words that the index does not hold: some 10 ms. The next page goes on behind them. */
const LOOKED_AT = 2_000;

/** What the index of words is made of, as the triggers of the schema say it. */
const TEXT = `concat_ws(char(10), incident.id, alarm_name, group_name, hot_instance, headline, verdict_class, words)
  AS text`;

type Source = 'all' | 'group' | 'match' | 'match in group';

/** Lists of incidents, each by an index from where it begins: as cheap at their end as at their beginning. */
export class IncidentLists {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.statements = prepare(db);
  }

  list(query: IncidentQuery): Page<IncidentRow> {
    const { text, group } = query;
    const { match, short } = readSearch(text ?? '', group);
    const source: Source =
      match === null ? (group === undefined ? 'all' : 'group') : group === undefined ? 'match' : 'match in group';
    const params = { ...(match !== null && { match }), ...(group !== undefined && { group }) };
    const isLooked = short.length > 0;
    const found = page(
      'i',
      isLooked ? { limit: query.limit, ...(query.before !== undefined && { before: query.before }) } : query,
      (part) => (isLooked ? this.look(source, params, part, short) : this.take(source, params, part)),
      ({ seq }) => seq,
    );
    const total = match === null && !isLooked ? this.count(group) : totalOf(found);
    // Backwards it would have to be looked at again: the browser's way back is open.
    return { ...found, rows: found.rows.map(toIncidentRow), total, newer: isLooked ? null : found.newer };
  }

  private take(source: Source, params: object, { from, way, limit }: Part): Found<ListedRecord> {
    return { rows: this.statements[source][way].all({ ...params, from, limit }) as ListedRecord[] };
  }

  private look(source: Source, params: object, { from, limit }: Part, words: readonly string[]): Found<ListedRecord> {
    const rows: ListedRecord[] = [];
    let searched = 0;
    let endedAt = from;
    const all = this.statements[source].looked.iterate({ ...params, from, limit: LOOKED_AT + 1 });
    for (const row of all as IterableIterator<ListedRecord & { readonly text: string }>) {
      if (searched === LOOKED_AT) return { rows, searched, endedAt };
      searched++;
      endedAt = row.seq;
      const text = row.text.toLowerCase();
      if (words.every((word) => text.includes(word))) rows.push(row);
      if (rows.length === limit) break;
    }
    return { rows };
  }

  private count(group: string | undefined): number {
    if (group === undefined) return this.statements.total.get() as number;
    return (this.statements.groupTotal.get({ group }) as number | undefined) ?? 0;
  }

  row(id: IncidentId): IncidentRow | undefined {
    const row = this.statements.row.get({ id }) as ListedRecord | undefined;
    return row && toIncidentRow(row);
  }

  groups(): readonly GroupName[] {
    return this.statements.groups.all() as GroupName[];
  }
}

const FROM: Readonly<Record<Source, string>> = {
  all: 'incident WHERE TRUE',
  group: 'incident WHERE group_name = :group',
  // CROSS: first the words, then the rows that they are in.
  match: 'incident_text CROSS JOIN incident ON seq = incident_text.rowid WHERE incident_text MATCH :match',
  'match in group':
    'incident_text CROSS JOIN incident ON seq = incident_text.rowid WHERE incident_text MATCH :match ' +
    'AND group_name = :group',
};

function prepare(db: Db) {
  const both = (source: Source) => {
    const key = source.startsWith('match') ? 'incident_text.rowid' : 'seq';
    const part = (columns: string, compare: string, order: string) =>
      db.prepare(
        `SELECT ${columns} FROM ${FROM[source]} AND ${key} ${compare} :from ORDER BY ${key} ${order} LIMIT :limit`,
      );
    return {
      older: part(LISTED, '<', 'DESC'),
      newer: part(LISTED, '>', 'ASC'),
      looked: part(`${LISTED}, ${TEXT}`, '<', 'DESC'),
    };
  };
  return {
    all: both('all'),
    group: both('group'),
    match: both('match'),
    'match in group': both('match in group'),
    total: db.prepare(`SELECT COALESCE(SUM(n), 0) FROM tally WHERE kind = 'incident'`).pluck(),
    groupTotal: db.prepare(`SELECT n FROM tally WHERE kind = 'group' AND key = :group`).pluck(),
    row: db.prepare(`SELECT ${LISTED} FROM incident WHERE id = :id`),
    groups: db.prepare(`SELECT key FROM tally WHERE kind = 'group' AND n > 0 ORDER BY key`).pluck(),
  };
}
