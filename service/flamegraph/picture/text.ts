/** Names in a picture, in XML and in JSON in XML, and what of them fits. */
import { visible } from '../../shared/text/untrusted.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XML content and for attributes in double quotes. */
export function escapeXml(text: string): string {
  return visible(text).replace(/[&<>"]/g, (char) => ENTITIES[char] as string);
}

/**
 * JSON that is the same text in HTML, in XML and in CDATA: no `<`, `>`, `&`, no line separators, no lone surrogates.
 */
export function jsonIsland(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Width in columns of a character cell font: East Asian wide characters and emoji take two. */
function textColumns(text: string): number {
  let columns = 0;
  for (const char of text) columns += (char.codePointAt(0) as number) >= 0x1100 ? 2 : 1;
  return columns;
}

/** The text, or its head and `…`, in at most `columns`; empty where less than three would show. */
export function fitText(text: string, columns: number): string {
  if (columns < 3) return '';
  if (text.length <= columns && textColumns(text) <= columns) return text;
  let used = 1;
  let head = '';
  for (const char of text) {
    used += (char.codePointAt(0) as number) >= 0x1100 ? 2 : 1;
    if (used > columns) break;
    head += char;
  }
  return `${head}…`;
}

/** What stands in a frame: a glyph and a difference where the frame is marked (else both empty), and the name. */
export interface FrameLabel {
  readonly glyph: string;
  readonly delta: string;
  readonly name: string;
}

/** `parse` of `v8::internal::parse`. */
function withoutNamespaces(name: string): string {
  return name.replace(/^(?:(?:[\w~$]+|\(anonymous namespace\)|[\w~$]+<[^<>]*>)::)+(?=.)/, '');
}

/**
 * A frame's label, `▲ +0.38 v8::internal::Heap::Allocate`, in at most `columns`: of C++ names that do not fit,
 * namespaces go before the end does, as `v8::int…` tells nothing. Where glyph and difference would leave less than
 * eight columns to a name that needs more, the difference goes: colour tells its size, nothing else tells the name.
 */
export function fitLabel({ glyph, delta, name }: FrameLabel, columns: number): string {
  const mark = glyph === '' ? '' : `${glyph} `;
  const before = delta === '' ? mark : `${mark}${delta} `;
  const full = before + name;
  if (full.length <= columns && textColumns(full) <= columns) return fitText(full, columns);
  const short = withoutNamespaces(name);
  const cramped = textColumns(before + short) > columns && columns - before.length < 8;
  return fitText((cramped ? mark : before) + short, columns);
}
