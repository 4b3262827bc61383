/** Names come from profiled machines, so from anyone: what makes them fit for a picture, for XML and for JSON in XML. */

/** What XML 1.0 forbids or a terminal acts on: C0, DEL and C1 controls, line separators, U+FFFE and U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes in names are what this finds
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/g;
/** Bidi controls, zero-width characters and the byte order mark: they make a name read as another one. */
const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const REPLACEMENT = '\ufffd';

/** One line that shows what is there: controls, bidi controls and lone surrogates become U+FFFD. */
export function cleanText(text: string): string {
  return text.replace(FORBIDDEN, REPLACEMENT).replace(INVISIBLE, REPLACEMENT).toWellFormed();
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XML content and for attributes in double quotes. */
export function escapeXml(text: string): string {
  return cleanText(text).replace(/[&<>"]/g, (char) => ENTITIES[char] as string);
}

/** JSON that is the same text in HTML, in XML and in CDATA: no `<`, `>`, `&`, no line separators, no lone surrogates. */
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

/**
 * A frame's label in at most `columns`: of C++ names that do not fit, namespaces go before the end does, as `v8::int…` tells nothing.
 * What may stand before the name is a glyph and a difference: `▲ +0.38 v8::internal::Heap::Allocate`. Where they would leave less than
 * eight columns to a name that needs more, the difference goes: colour tells its size, nothing else tells the name.
 */
export function fitName(text: string, columns: number): string {
  if (text.length <= columns && textColumns(text) <= columns) return fitText(text, columns);
  const scopes = /^([▲▼✚✖] )?([+−][\d.]+ )?(?:(?:[\w~$]+|\(anonymous namespace\)|[\w~$]+<[^<>]*>)::)+(?=.)/;
  const short = text.replace(scopes, (_, glyph = '', delta = '') => glyph + delta);
  const before = /^([▲▼✚✖] )?([+−][\d.]+ )?/.exec(short);
  const room = columns - (before?.[0].length ?? 0);
  return fitText(
    textColumns(short) > columns && room < 8 && before?.[2] !== undefined
      ? (before[1] ?? '') + short.slice(before[0].length)
      : short,
    columns,
  );
}
