import type { IncidentRow } from '../../incidents/incident-row.ts';
import type { IncidentQuery, Page } from '../../incidents/store-port.ts';
import type { LabelCount } from '../../incidents/triage/triage-store.ts';
import type { GroupName, IncidentId } from '../../shared/ids.ts';
import type { Db } from '../database.ts';
import type { SeenBeforeQuery } from '../history/seen-before.ts';
import { LISTED, type ListedRecord, toIncidentRow } from '../rows.ts';
import { FIRST, IN_EARNEST } from '../state-sql.ts';
import { type Found, type Part, page, totalOf } from './paged.ts';
import { readSearch, type Search } from './search.ts';
import { ALL_TIME, type Span, type Term, Terms } from './terms.ts';

/**
 * Rows looked at for what no index tells: words that the index does not hold, several filters at once. Some 10 ms. The
 * next page goes on behind them.
 */
const LOOKED_AT = 2_000;

/**
 * Rows looked at, some 2 ms, before the index of words is asked for what lies behind a cursor, or what a filter
 * narrows: to get there it walks over all that lies before, or that the filter leaves out. What is common enough for
 * that to take long fills the page from these rows, and few groups have more.
 */
const LOOKED_AT_FIRST = 400;

/** What the index of words is made of, as the triggers of the schema say it. */
const TEXT = `concat_ws(char(10), incident.id, alarm_name, group_name, hot_instance, headline, verdict_class, words)
  AS text`;

/** Whether an incident has all of the other filters: 1 or 0. */
const FITS = `(:others = '[]' OR NOT EXISTS (
    SELECT 1 FROM json_each(:others) AS other WHERE NOT EXISTS (
      SELECT 1 FROM incident_term AS has WHERE has.term_id = other.value AND has.seq = incident.seq))) AS fits`;

type Source = 'all' | 'term' | 'match';

/** Where rows come from, and what they are looked at for. */
interface Way {
  readonly source: Source;
  readonly params: { readonly term?: number; readonly match?: string; readonly others: string };
  readonly words: readonly string[];
  readonly most: number;
}

interface Looked extends ListedRecord {
  readonly fits: 0 | 1;
  readonly text?: string;
}

/** Lists of incidents, each by an index from where it begins: as cheap at their end as at their beginning. */
export class IncidentLists {
  private readonly statements: ReturnType<typeof prepare>;
  private readonly terms: Terms;
  private readonly seen: SeenBeforeQuery;

  constructor(db: Db, seen: SeenBeforeQuery) {
    this.statements = prepare(db);
    this.terms = new Terms(db);
    this.seen = seen;
  }

  list(query: IncidentQuery): Page<IncidentRow> {
    const terms = this.terms.of(query);
    const span = this.terms.span(query);
    const search = readSearch(query.text ?? '', query.group);
    const find = (part: Part): Found<ListedRecord> =>
      terms === undefined || span === undefined ? { rows: [] } : this.find(query, { terms, span, search }, part);
    const found = page('i', query, find, ({ seq }) => seq);
    const isCounted = search.words.length === 0 && query.fromMs === undefined && query.toMs === undefined;
    const total = isCounted ? this.count(terms) : undefined;
    return { ...found, rows: this.rowsOf(found.rows), total: total ?? totalOf(found) };
  }

  private find(query: IncidentQuery, { terms, span, search }: Plan, part: Part): Found<ListedRecord> {
    const { match, words, isLooked } = search;
    const [rarest, ...others] = terms.map(({ id }) => id);
    const near: Omit<Way, 'most'> =
      rarest === undefined
        ? { source: 'all', params: { others: '[]' }, words }
        : { source: 'term', params: { term: rarest, others: JSON.stringify(others) }, words };
    const look = (way: Way) => this.look(way, query, span, part);
    // So few that all of them can be looked at.
    if (match === null || (terms[0] !== undefined && terms[0].n <= LOOKED_AT))
      return look({ ...near, most: LOOKED_AT });
    const isNarrowed = terms.length > 0 || span !== ALL_TIME;
    if (!isLooked && ((query.before ?? query.after) !== undefined || isNarrowed)) {
      const found = look({ ...near, most: LOOKED_AT_FIRST });
      // The page is full, or these were all.
      if (found.rows.length === part.limit || found.endedAt === undefined) return found;
    }
    const all = JSON.stringify(terms.map(({ id }) => id));
    return look({ source: 'match', params: { match, others: all }, words: isLooked ? words : [], most: LOOKED_AT });
  }

  /** Takes the rows that have all that is asked for, of at most `most`. */
  private look(
    { source, params, words, most }: Way,
    { fromMs = 0, toMs = Number.MAX_SAFE_INTEGER, state }: IncidentQuery,
    { above, below }: Span,
    { from, way, limit }: Part,
  ): Found<ListedRecord> {
    const rows: ListedRecord[] = [];
    let searched = 0;
    let endedAt = from;
    const statement = this.statements[source][words.length > 0 ? 'read' : 'listed'][way];
    const ends =
      way === 'older' ? { from: Math.min(from, below), to: above } : { from: Math.max(from, above), to: below };
    const drills = state === 'drill' ? 1 : 0;
    for (const row of statement.iterate({ ...params, ...ends, drills, limit: most + 1 }) as IterableIterator<Looked>) {
      if (searched === most) return { rows, searched, endedAt };
      searched++;
      endedAt = row.seq;
      const text = row.text?.toLowerCase() ?? '';
      const isOfThen = row.opened_at_ms >= fromMs && row.opened_at_ms < toMs;
      if (row.fits === 1 && isOfThen && words.every((word) => text.includes(word))) rows.push(row);
      if (rows.length === limit) break;
    }
    return { rows };
  }

  /** Undefined where only looking at them all would tell. */
  private count(terms: readonly Term[] | undefined): number | undefined {
    if (terms === undefined) return 0;
    if (terms.length === 0) return this.statements.total.get() as number;
    return terms.length === 1 ? terms[0]?.n : undefined;
  }

  private rowsOf(rows: readonly ListedRecord[]): IncidentRow[] {
    const again = this.seen.again(rows.map(({ seq }) => seq));
    return rows.map((row) => toIncidentRow(row, again.has(row.seq)));
  }

  row(id: IncidentId): IncidentRow | undefined {
    const row = this.statements.row.get({ id }) as ListedRecord | undefined;
    return row && this.rowsOf([row])[0];
  }

  groups(): readonly GroupName[] {
    return this.statements.groups.all() as GroupName[];
  }

  labels(): readonly LabelCount[] {
    return this.statements.labels.all() as LabelCount[];
  }
}

interface Plan {
  readonly terms: readonly Term[];
  readonly span: Span;
  readonly search: Search;
}

/** Drills are listed where they are asked for; no other term is theirs. */
const LISTABLE = `(:drills OR ${IN_EARNEST}) AND ${FIRST}`;

const FROM: Readonly<Record<Source, string>> = {
  all: `incident WHERE ${LISTABLE}`,
  // CROSS: first the value or the words, then the rows that have them.
  term: 'incident_term AS term CROSS JOIN incident ON incident.seq = term.seq WHERE term.term_id = :term',
  match: `incident_text CROSS JOIN incident ON incident.seq = incident_text.rowid
          WHERE incident_text MATCH :match AND ${LISTABLE}`,
};
const KEY: Readonly<Record<Source, string>> = { all: 'seq', term: 'term.seq', match: 'incident_text.rowid' };

function prepare(db: Db) {
  const both = (source: Source) => {
    const key = KEY[source];
    const part = (columns: string, [from, to]: readonly [string, string], order: string) =>
      db.prepare(
        `SELECT ${columns}, ${FITS} FROM ${FROM[source]} AND ${key} ${from} :from AND ${key} ${to} :to
          ORDER BY ${key} ${order} LIMIT :limit`,
      );
    const ways = (columns: string) => ({
      older: part(columns, ['<', '>'], 'DESC'),
      newer: part(columns, ['>', '<'], 'ASC'),
    });
    return { listed: ways(LISTED), read: ways(`${LISTED}, ${TEXT}`) };
  };
  return {
    all: both('all'),
    term: both('term'),
    match: both('match'),
    total: db
      .prepare(
        `SELECT (SELECT COALESCE(SUM(n), 0) FROM tally WHERE kind = 'incident')
              - (SELECT COALESCE(SUM(n), 0) FROM term WHERE facet = 'state' AND value IN ('drill', 'second'))`,
      )
      .pluck(),
    row: db.prepare(`SELECT ${LISTED} FROM incident WHERE id = :id`),
    groups: db.prepare(`SELECT value FROM term WHERE facet = 'group' AND n > 0 ORDER BY value`).pluck(),
    labels: db.prepare(
      `SELECT value AS label, n AS incidents FROM term WHERE facet = 'label' AND n > 0 ORDER BY value`,
    ),
  };
}
