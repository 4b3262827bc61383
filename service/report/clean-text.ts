/**
 * Text from alarms and from profiled machines, made fit to print. Escaping for HTML is the template's work; this takes
 * away what escaping does not: line breaks that forge lines, bidi controls that reorder what is read, broken UTF-16.
 */

/** C0 and C1 controls, line and paragraph separators: they become one space. */
const BREAKS = /[\p{Cc}\u2028\u2029]+/gu;
/** Bidi controls, zero-width characters and the byte order mark: invisible, and able to make text read as something else. */
const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const REPLACEMENT = '\ufffd';

/** One printable line of at most `max` UTF-16 units, the last of them `…` when text was cut. */
export function clean(text: string, max: number): string {
  // Cut first: a symbol of megabytes must not cost more than its head. Runs of controls may shrink, hence the double.
  const line = printable(text.slice(0, max * 2 + 16));
  return line.length <= max && text.length <= max * 2 + 16 ? line : `${cutEnd(line, max - 1)}…`;
}

/** As `clean`, but keeps both ends: the end of a path says more than its middle. */
export function cleanPath(text: string, max: number): string {
  const line = printable(text.length > 4 * max ? `${text.slice(0, 2 * max)}…${text.slice(-2 * max)}` : text);
  if (line.length <= max) return line;
  const head = Math.floor((max - 1) / 3);
  return `${cutEnd(line, head)}…${cutStart(line, max - 1 - head)}`;
}

/** A sentence with its full stop. */
export function ended(sentence: string): string {
  const text = sentence.trimEnd();
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function printable(text: string): string {
  return text.replace(BREAKS, ' ').replace(INVISIBLE, REPLACEMENT).toWellFormed().trim();
}

/** The cut must not leave half of a surrogate pair. */
function cutEnd(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

function cutStart(text: string, length: number): string {
  const from = text.length - length;
  const first = text.charCodeAt(from);
  return text.slice(first >= 0xdc00 && first <= 0xdfff ? from + 1 : from);
}
