import { AwsFault } from '../aws-fault.ts';

/**
 * First and last byte of `bytes=5-9`, `bytes=5-` or `bytes=-5`; undefined for anything else, as HTTP has it. Throws
 * `InvalidRange`.
 */
export function readRange(text: string, size: number): readonly [first: number, last: number] | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text);
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [from, to] = [match[1] ?? '', match[2] ?? ''];
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last || first >= size)
    throw new AwsFault('InvalidRange', 'The requested range is not satisfiable', { status: 416 });
  return [first, last];
}
