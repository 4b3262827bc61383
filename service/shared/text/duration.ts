/** How long things take or took, and how old they are. */
import { formatDecimal } from './number.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

function twoUnits(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((seconds % large) / small);
  const head = `${Math.floor(seconds / large)} ${largeUnit}`;
  return rest === 0 ? head : `${head} ${rest} ${smallUnit}`;
}

/**
 * `8 s`, `1 min 30 s`, `15 min`, `3 h 5 min`, `24 h`, `2 d 3 h`: two units at most, the second left out where it is 0,
 * days from the second on. Less than no time, which clocks that disagree make, is `0 s`.
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return 'not known';
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return twoUnits(seconds, MINUTE, 'min', 1, 's');
  if (seconds < 2 * DAY) return twoUnits(seconds, HOUR, 'h', MINUTE, 'min');
  return twoUnits(seconds, DAY, 'd', HOUR, 'h');
}

/** `1 min 30 s ago`; `in 2 h` of a time to come. Clocks of two machines differ: less than a minute ahead is now. */
export function formatAge(ms: number): string {
  if (ms < -MINUTE * 1000) return `in ${formatDuration(-ms)}`;
  return `${formatDuration(ms)} ago`;
}

/** The measured length of a recording, which is worth a decimal: `9.9 s`, `30 s`. */
export function formatSeconds(seconds: number): string {
  return Number.isFinite(seconds) ? `${formatDecimal(Math.max(0, seconds))} s` : 'not known';
}
