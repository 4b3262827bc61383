/** Whether two hosts run the same text of a function, as far as both excerpts show it. */
import type { SourceExcerpt, SourceLines } from '../../capture/source-script.ts';

/** An excerpt, the line that was asked for, and where the function begins in it, if that is known. */
interface Shown extends SourceLines {
  readonly line: number;
  readonly begins: number | null;
}

function shown(excerpt: SourceExcerpt, functionLine: number | null, original: boolean): Shown {
  if (!original || excerpt.original === null) return { ...excerpt, begins: functionLine };
  const { line, lineMap } = excerpt.original;
  const begins = functionLine === null ? undefined : lineMap[functionLine - excerpt.first];
  // Seen, but mapped to nowhere: what stands above may be of another function.
  return { ...excerpt.original, begins: begins === 0 ? line : (begins ?? null) };
}

const indent = (text: string) => text.search(/\S|$/);

/**
 * How many of the lines from `from` on belong to the function: to the closing brace that stands no further in than its
 * beginning. Where code is not laid out like that it is all of them.
 */
function lengthOf(lines: readonly string[], from: number, begins: boolean): number {
  const depth = begins ? indent(lines[from] ?? '') : 0;
  const end = lines.findIndex((text, at) => at > from && indent(text) <= depth && /^\s*\}/.test(text));
  return (end < 0 ? lines.length : end + 1) - from;
}

/**
 * True when they differ, false when what both show is the same; null when nothing can be compared. The excerpts are
 * laid upon each other at the lines that were asked for: the same line of the function on both hosts.
 */
export function textDiffers(
  hot: { readonly excerpt: SourceExcerpt; readonly functionLine: number | null },
  healthy: { readonly excerpt: SourceExcerpt; readonly functionLine: number | null },
): boolean | null {
  const original = hot.excerpt.original !== null && healthy.excerpt.original !== null;
  const here = shown(hot.excerpt, hot.functionLine, original);
  const there = shown(healthy.excerpt, healthy.functionLine, original);
  const offset = here.line - here.first - (there.line - there.first);
  const beginsAt = here.begins === null ? -1 : here.begins - here.first;
  const from = Math.max(0, offset, beginsAt);
  const length = Math.min(
    lengthOf(here.lines, from, from === beginsAt),
    Math.max(here.lines.length - from, 0),
    Math.max(there.lines.length - (from - offset), 0),
  );
  const mine = here.lines.slice(from, from + length);
  const theirs = there.lines.slice(from - offset, from - offset + length);
  // Of a line of megabytes each host sent another part.
  if (length <= 0 || [...mine, ...theirs].some((text) => /^…|…$/.test(text))) return null;
  return mine.some((text, at) => text !== theirs[at]);
}
