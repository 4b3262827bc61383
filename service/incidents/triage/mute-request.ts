import { formatDuration } from '../../shared/text/duration.ts';
import { badChange } from './change.ts';

const UNIT_MS = { min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SHORTEST_MS = 60_000;
/** Longer is not a pause but a decision about the alarm: that is what ALARM_EXCLUDE is for. */
const LONGEST_MS = 30 * UNIT_MS.d;

/** `30m`, `2h`, `3d`, `1 h`: in milliseconds. Throws `BAD_CHANGE`. */
export function readMuteDuration(text: string): number {
  const [, number = '', unit = ''] = /^\s*(\d{1,6})\s*(min|m|h|d)\s*$/i.exec(text) ?? [];
  const ms = Number(number) * (UNIT_MS[unit.toLowerCase() as keyof typeof UNIT_MS] ?? Number.NaN);
  if (Number.isNaN(ms)) throw badChange('How long the group is muted is written as 30m, 2h or 3d.');
  if (ms >= SHORTEST_MS && ms <= LONGEST_MS) return ms;
  throw badChange(
    `A group is muted for ${formatDuration(SHORTEST_MS)} at least, and ${formatDuration(LONGEST_MS)} at most.`,
  );
}

/** Longest name of a group that is muted: longer than any of AWS. */
const MAX_GROUP = 255;

/** Throws `BAD_CHANGE`. */
export function readMutedGroup(text: string): string {
  const group = text.trim();
  if (group === '') throw badChange('Say which group is to be muted.');
  if (group.length > MAX_GROUP || !group.isWellFormed()) throw badChange('No group has a name like that.');
  return group;
}
