import { FILTER_NAMES, type ReadFilter, readFilter } from '../../incidents/incident-filter.ts';
import type { PageQuery } from '../../incidents/store-port.ts';
import { AppError, explain } from '../../shared/errors.ts';
import { visible } from '../../shared/text/untrusted.ts';

type Query = Readonly<Record<string, unknown>>;

/** Rows when none are asked for, and the most that are served. */
export interface RowLimit {
  readonly usual: number;
  /** Absent: `limit` is no parameter. */
  readonly most?: number;
}

/** What a list is asked for, apart: its filters, and the part that is wanted. */
export interface ListRequest extends ReadFilter {
  readonly page: PageQuery;
}

/** Throws `BAD_FILTER` and `BAD_CURSOR`: nothing that is asked for is passed over in silence. */
export function readIncidentList(query: Query, limit: RowLimit): ListRequest {
  const { paging, others } = apart(query, limit);
  return { ...readFilter(others), page: pageOf(paging, limit) };
}

/** Of a list that has no filters. */
export function readPage(query: Query, limit: RowLimit): PageQuery {
  const { paging, others } = apart(query, limit);
  nothingElse(others);
  return pageOf(paging, limit);
}

/** Throws `BAD_FILTER` for a parameter that nobody reads. */
export function nothingElse(rest: Query): void {
  const [unknown] = Object.keys(rest);
  if (unknown === undefined) return;
  const hint = 'Take the address as a link of a page says it.';
  throw new AppError('BAD_FILTER', `There is no parameter “${visible(unknown.slice(0, 60))}” here.`, { hint });
}

/** Names of something that has a page, and what else is asked for. Throws `BAD_FILTER`. */
export function readNames<Name extends string>(
  query: Query,
  names: readonly Name[],
): { readonly names: Readonly<Record<Name, string>>; readonly rest: Query } {
  const given = new Map(names.map((name) => [name, query[name] ?? '']));
  const rest = Object.fromEntries(Object.entries(query).filter(([name]) => !names.some((known) => known === name)));
  for (const [name, value] of given) {
    if (typeof value !== 'string') throw new AppError('BAD_FILTER', `The parameter ${name} is given more than once.`);
  }
  // Sound: each was found to be a string.
  const texts = Object.fromEntries(given) as Record<Name, string>;
  return { names: texts, rest };
}

/** The filters alone, for who carries them on although the page that was asked for does not exist. */
export function filtersOnly(query: Query): ReadFilter['params'] {
  const known = Object.entries(query).filter(([name]) => FILTER_NAMES.some((filter) => filter === name));
  return readFilter(Object.fromEntries(known)).params;
}

function apart(query: Query, { most }: RowLimit): { readonly paging: Query; readonly others: Query } {
  const { before, after, offset, limit, ...others } = query;
  const isLimited = most !== undefined;
  return {
    paging: { before, after, offset, ...(isLimited && { limit }) },
    others: isLimited || limit === undefined ? others : { ...others, limit },
  };
}

/** `?before=…` or `?after=…`, as a page gave them. */
function pageOf(query: Query, rows: RowLimit): PageQuery {
  const before = cursor('before', query.before);
  const after = cursor('after', query.after);
  if (before !== undefined && after !== undefined) {
    throw badCursor('A page lies before one row or after one, not both.');
  }
  // Counting to an offset costs more the further back it lies.
  if (query.offset !== undefined) throw badCursor('Pages are no longer found by an offset.');
  return {
    limit: limitOf(query.limit, rows),
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
}

function cursor(name: string, value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw badCursor(`The parameter ${name} is given more than once.`);
  return value;
}

function limitOf(value: unknown, { usual, most = usual }: RowLimit): number {
  if (value === undefined || value === '') return usual;
  const limit = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (limit < 1 || limit > most) throw new AppError('BAD_FILTER', `The limit of a list is a number from 1 to ${most}.`);
  return limit;
}

function badCursor(message: string): AppError {
  return new AppError('BAD_CURSOR', message, { hint: 'Begin at the first page and follow its links.' });
}

/** What to tell who asked for a list that there is not; undefined when the error is another one. */
export function listFault(error: unknown): string | undefined {
  const isOurs = error instanceof AppError && (error.code === 'BAD_CURSOR' || error.code === 'BAD_FILTER');
  return isOurs ? explain(error) : undefined;
}
