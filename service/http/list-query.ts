import type { IncidentQuery, PageQuery } from '../incidents/store-port.ts';
import { AppError, explain } from '../shared/errors.ts';

type Query = Readonly<Record<string, unknown>>;

/** Longest search text that is used: each three letters of it are a look into the index. */
const MAX_TEXT = 200;

/** Repeated or structured parameters (`?q[]=…`) are not ours: they count as absent. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT).trim() : '';
}

export function searchOf(query: Query): { readonly q: string; readonly group: string } {
  return { q: textOf(query.q), group: textOf(query.group) };
}

export function filterOf({ q, group }: ReturnType<typeof searchOf>): Pick<IncidentQuery, 'text' | 'group'> {
  return { ...(q !== '' && { text: q }), ...(group !== '' && { group }) };
}

/** `?before=…` or `?after=…`, as a page gave them. Throws `BAD_CURSOR`. */
export function pageOf(query: Query, limit: number): PageQuery {
  const before = textOf(query.before);
  const after = textOf(query.after);
  if (before !== '' && after !== '') throw badCursor('A page lies before one row or after one, not both.');
  // Counting to an offset costs more the further back it lies.
  if (!['', '0'].includes(textOf(query.offset))) throw badCursor('Pages are no longer found by an offset.');
  return { limit, ...(before !== '' && { before }), ...(after !== '' && { after }) };
}

function badCursor(message: string): AppError {
  return new AppError('BAD_CURSOR', message, { hint: 'Begin at the first page and follow its links.' });
}

/** What to tell who asked for a page that does not exist; undefined when the error is another one. */
export function cursorFault(error: unknown): string | undefined {
  return error instanceof AppError && error.code === 'BAD_CURSOR' ? explain(error) : undefined;
}
