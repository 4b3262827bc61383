import type { Page, PageQuery } from '../../incidents/store-port.ts';
import { type CursorKind, readCursor, toCursor } from './cursor.ts';

/** Where a part of a list begins (exclusive), which way it goes, and how many rows are wanted. */
export interface Part {
  readonly from: number;
  readonly way: 'older' | 'newer';
  readonly limit: number;
}

/** Rows in the order of the way. `endedAt`: the last row looked at, where looking ended before the list did. */
export interface Found<Row> {
  readonly rows: readonly Row[];
  readonly endedAt?: number;
  readonly searched?: number;
}

/** Above every row. */
const NEWEST = Number.MAX_SAFE_INTEGER;

/**
 * A page by keyset: it costs the same wherever it lies, and what arrives meanwhile moves nothing. One row more than the
 * page holds is asked for: it tells whether there is another page.
 */
export function page<Row>(
  kind: CursorKind,
  query: PageQuery,
  find: (part: Part) => Found<Row>,
  rowOf: (row: Row) => number,
): Omit<Page<Row>, 'total'> {
  const { limit } = query;
  if (query.after !== undefined) {
    const from = readCursor(kind, query.after);
    const { rows, endedAt, searched } = find({ from, way: 'newer', limit: limit + 1 });
    const [oldest] = rows;
    if (oldest !== undefined && rows.length > limit) {
      const shown = rows.slice(0, limit).reverse();
      const [first] = shown as [Row];
      const ends = { older: toCursor(kind, rowOf(oldest)), newer: toCursor(kind, rowOf(first)) };
      return { rows: shown, ...ends, searched: null };
    }
    if (endedAt !== undefined) {
      const ends = { older: toCursor(kind, from + 1), newer: toCursor(kind, endedAt) };
      return { rows: [...rows].reverse(), ...ends, searched: searched ?? null };
    }
    // The newest page, whole.
  }
  const isFirst = query.before === undefined;
  const from = query.before === undefined ? NEWEST : readCursor(kind, query.before);
  const { rows, endedAt, searched } = find({ from, way: 'older', limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const older = rows.length > limit && last !== undefined ? rowOf(last) : endedAt;
  const [first] = shown;
  return {
    rows: shown,
    older: older === undefined ? null : toCursor(kind, older),
    newer: isFirst || first === undefined ? null : toCursor(kind, rowOf(first)),
    searched: (rows.length > limit ? undefined : searched) ?? null,
  };
}

/** Of a list that nothing counts: known only where all of it is on one page. */
export function totalOf({ rows, older, newer }: Omit<Page<unknown>, 'total'>): number | null {
  return older === null && newer === null ? rows.length : null;
}
