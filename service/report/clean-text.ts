/**
 * Text from alarms and from profiled machines, made fit to print. Escaping for HTML is the template's work; this takes
 * away what escaping does not: line breaks that forge lines, bidi controls that reorder what is read, broken UTF-16.
 */
import { endOf, headOf, oneLine } from '../shared/text/untrusted.ts';

/** One printable line of at most `max` UTF-16 units, the last of them `…` when text was cut. */
export function clean(text: string, max: number): string {
  // Cut first: a symbol of megabytes must not cost more than its head. Runs of controls may shrink, hence the double.
  const line = oneLine(text.slice(0, max * 2 + 16));
  return line.length <= max && text.length <= max * 2 + 16 ? line : `${headOf(line, max - 1)}…`;
}

/** As `clean`, but keeps both ends: the end of a path says more than its middle. */
export function cleanPath(text: string, max: number): string {
  const line = oneLine(text.length > 4 * max ? `${text.slice(0, 2 * max)}…${text.slice(-2 * max)}` : text);
  if (line.length <= max) return line;
  const head = Math.floor((max - 1) / 3);
  return `${headOf(line, head)}…${endOf(line, max - 1 - head)}`;
}

/** A sentence with its full stop. */
export function ended(sentence: string): string {
  const text = sentence.trimEnd();
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
