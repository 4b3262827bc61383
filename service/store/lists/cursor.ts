import { AppError } from '../../shared/errors.ts';

/** Which list a cursor is of: a page of one must not be asked of another. */
export type CursorKind = 'i' | 'n';

/** The number of a row, for addresses. Who gets it does not need to know that. */
export function toCursor(kind: CursorKind, row: number): string {
  return `${kind}${row.toString(36)}`;
}

/** Throws `BAD_CURSOR`. */
export function readCursor(kind: CursorKind, text: string): number {
  const row = text.startsWith(kind) && /^[0-9a-z]{1,11}$/.test(text.slice(1)) ? Number.parseInt(text.slice(1), 36) : 0;
  if (row < 1 || !Number.isSafeInteger(row)) {
    throw new AppError('BAD_CURSOR', 'The page that was asked for is not one of this list.', {
      hint: 'Begin at the first page and follow its links.',
    });
  }
  return row;
}
