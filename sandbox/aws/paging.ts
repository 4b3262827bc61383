import type { Fields } from './fields.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

/** Cuts a list as AWS pages it. `sizeMember`: the request member with the page size, `smallest` to `largest`. */
export function page<T>(
  items: readonly T[],
  input: Fields,
  sizeMember: string,
  usual: number,
  largest: number,
  smallest = 1,
): Page<T> {
  const size = input.integer(sizeMember, smallest, largest) ?? usual;
  const token = input.text('NextToken');
  const start = token ? Number(Buffer.from(token, 'base64url').toString('latin1')) : 0;
  if (!Number.isInteger(start) || start < 0 || start > items.length) throw input.invalid('The NextToken is not valid.');
  const end = start + size;
  return {
    items: items.slice(start, end),
    nextToken: end < items.length ? Buffer.from(String(end), 'latin1').toString('base64url') : undefined,
  };
}
