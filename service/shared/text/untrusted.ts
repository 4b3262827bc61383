/**
 * Names and texts come from alarms and from profiled machines, so from anyone. One set of characters is unsafe, whoever
 * prints them: page, mail, SVG, terminal and log.
 */

/** C0 and C1 controls, DEL, line and paragraph separators: they forge lines, and terminals act on them. */
const BREAKS = '\\p{Cc}\\p{Zl}\\p{Zp}';
/**
 * Format characters (bidi controls, zero-width characters, the soft hyphen, the byte order mark, tags): invisible, and
 * able to make a name read as another one. Lone surrogates. U+FFFE and U+FFFF, which XML 1.0 forbids.
 */
const INVISIBLE = '\\p{Cf}\\p{Cs}\\ufffe\\uffff';

const ALL_UNSAFE = new RegExp(`[${BREAKS}${INVISIBLE}]`, 'gu');
const ALL_BREAKS = new RegExp(`[${BREAKS}]+`, 'gu');
const ALL_INVISIBLE = new RegExp(`[${INVISIBLE}]`, 'gu');
const REPLACEMENT = '\ufffd';

/** One line that shows what is there: each unsafe character becomes U+FFFD. */
export function visible(text: string): string {
  return text.replace(ALL_UNSAFE, REPLACEMENT);
}

/** One line of a sentence: line breaks and other controls become one blank, what is invisible U+FFFD. */
export function oneLine(text: string): string {
  return text.replace(ALL_BREAKS, ' ').replace(ALL_INVISIBLE, REPLACEMENT).trim();
}

/** `"name"` for a sentence; quotes, backslashes and unsafe characters are escaped, so that where it ends is plain. */
export function quoted(name: string): string {
  return JSON.stringify(name).replace(ALL_UNSAFE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Signs of ours that have a spelling in ASCII. */
const SPELLINGS: Readonly<Record<string, string>> = {
  '→': '->',
  '−': '-',
  '±': '+-',
  '…': '...',
  '≥': '>=',
  '≤': '<=',
  '×': 'x',
};

/** Printable ASCII, for subjects of SNS and for terminals of any encoding. */
export function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (character) => SPELLINGS[character] ?? '?');
}

/** The head of a text, in at most `length` UTF-16 units: a cut leaves no half of a surrogate pair. */
export function headOf(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/** Its end, in the same way. */
export function endOf(text: string, length: number): string {
  const from = text.length - length;
  const first = text.charCodeAt(from);
  return text.slice(first >= 0xdc00 && first <= 0xdfff ? from + 1 : from);
}
