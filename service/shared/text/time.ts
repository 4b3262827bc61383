/** Times of day: UTC, as all times of a fleet. */

/** A time for `<time datetime="{{iso}}">{{text}}</time>`. */
export interface DisplayTime {
  readonly iso: string;
  /** `2026-11-23 03:12:07 UTC` */
  readonly text: string;
  /** `03:12:07` */
  readonly clock: string;
}

/** Largest epoch that `Date` can show; anything beyond (or NaN) came from a broken clock. */
const LAST_MS = 8.64e15;

export function displayTime(ms: number): DisplayTime {
  const known = Number.isFinite(ms) && Math.abs(ms) <= LAST_MS;
  const iso = new Date(known ? ms : 0).toISOString().replace(/\.\d{3}Z$/, 'Z');
  if (!known) return { iso, text: 'an unknown time', clock: 'unknown' };
  return { iso, text: `${iso.slice(0, -10)} ${iso.slice(-9, -1)} UTC`, clock: iso.slice(-9, -1) };
}

/** `2026-11-23` */
export function dayOf(ms: number): string {
  return displayTime(ms).iso.slice(0, -10);
}

/** `2026-11-23 07:33:20 UTC` */
export function formatUtc(ms: number): string {
  return displayTime(ms).text;
}

/** `22:05`; `24:00` is the end of a day. */
export function timeOfDay(minute: number): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
