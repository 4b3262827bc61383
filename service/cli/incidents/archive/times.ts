import { quoted } from '../../../shared/text/untrusted.ts';
import { usageError } from '../../usage.ts';

const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/;

/** `--at`: one time for each folder, none of them to come. */
export function readTimes(list: string, folders: number, nowMs: number): readonly number[] {
  const times = list.split(',').map((text) => readTime(text, nowMs));
  if (times.length !== folders) {
    throw usageError(`--at takes one time for each folder: there are ${folders}, and ${times.length} times.`);
  }
  return times;
}

function readTime(text: string, nowMs: number): number {
  const ms = TIME.test(text) ? Date.parse(text) : Number.NaN;
  const day = text.slice(0, 10);
  // 31 February would count as 3 March.
  if (Number.isNaN(ms) || !new Date(`${day}T00:00Z`).toISOString().startsWith(day)) {
    throw usageError(`--at takes a day or a time in UTC, 2026-05-03 or 2026-05-03T14:00Z, not ${quoted(text)}.`);
  }
  if (ms > nowMs) throw usageError(`--at ${text} is still to come.`);
  return ms;
}
