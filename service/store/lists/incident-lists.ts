import type { IncidentRow } from '../../incidents/incident-row.ts';
import type { IncidentQuery, Page } from '../../incidents/store-port.ts';
import type { GroupName, IncidentId } from '../../shared/ids.ts';
import type { Db } from '../database.ts';
import { LISTED, type ListedRecord, toIncidentRow } from '../rows.ts';
import { type Found, type Part, page, totalOf } from './paged.ts';
import { readSearch } from './search.ts';

/** Rows looked at for words that the index does not hold: some 10 ms. The next page goes on behind them. */
const LOOKED_AT = 2_000;

/**
 * Rows looked at, some 2 ms, before the index of words is asked for what lies behind a cursor, or in a group: to get
 * there it walks over all that lies before, or in other groups. What is common enough for that to take long fills the
 * page from these rows, and few groups have more.
 */
const LOOKED_AT_FIRST = 400;

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
    const { match, words, isLooked } = readSearch(text ?? '', group);
    const source: Source =
      match === null ? (group === undefined ? 'all' : 'group') : group === undefined ? 'match' : 'match in group';
    const params = { ...(match !== null && { match }), ...(group !== undefined && { group }) };
    const find = (part: Part): Found<ListedRecord> => {
      if (isLooked) return this.look(source, params, part, words, LOOKED_AT);
      if (match !== null && (query.before ?? query.after ?? group) !== undefined) {
        const rows = group === undefined ? 'all' : 'group';
        const near = this.look(rows, params, part, words, LOOKED_AT_FIRST);
        // The page is full, or these were all.
        if (near.rows.length === part.limit || near.endedAt === undefined) return near;
      }
      return { rows: this.statements[source][part.way].all({ ...params, ...boundsOf(part) }) as ListedRecord[] };
    };
    // Backwards it would have to be looked at again: the browser's way back is open.
    const { after: _, ...forwards } = query;
    const found = page('i', isLooked ? forwards : query, find, ({ seq }) => seq);
    const total = words.length === 0 ? this.count(group) : totalOf(found);
    return { ...found, rows: found.rows.map(toIncidentRow), total, newer: isLooked ? null : found.newer };
  }

  /** Reads the texts themselves, of at most `most` rows. */
  private look(
    source: Source,
    params: object,
    { from, way, limit }: Part,
    words: readonly string[],
    most: number,
  ): Found<ListedRecord> {
    const rows: ListedRecord[] = [];
    let searched = 0;
    let endedAt = from;
    const all = this.statements[source].looked[way].iterate({ ...params, from, limit: most + 1 });
    for (const row of all as IterableIterator<ListedRecord & { readonly text: string }>) {
      if (searched === most) return { rows, searched, endedAt };
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

function boundsOf({ from, limit }: Part): { readonly from: number; readonly limit: number } {
  return { from, limit };
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
      looked: { older: part(`${LISTED}, ${TEXT}`, '<', 'DESC'), newer: part(`${LISTED}, ${TEXT}`, '>', 'ASC') },
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
