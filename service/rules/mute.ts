import { formatUtc } from '../shared/text/time.ts';
import { quoted } from '../shared/text/untrusted.ts';

/** Somebody said that alarms of a group shall not be captured for a while. */
export interface Mute {
  readonly group: string;
  readonly untilMs: number;
  readonly by: string;
  readonly atMs: number;
  readonly reason: string | null;
}

/** Why an alarm is not captured; null where the mute is over, or there is none. */
export function whyMuted(mute: Mute | null, now: number): string | null {
  if (mute === null || mute.untilMs <= now) return null;
  const why = mute.reason === null ? '' : `: ${quoted(mute.reason)}`;
  return `The group ${quoted(mute.group)} is muted until ${formatUtc(mute.untilMs)} by ${quoted(mute.by)}${why}.`;
}
