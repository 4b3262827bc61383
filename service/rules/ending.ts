/** What an OK ends, and who is told. */
import type { Alarm } from '../alarms/alarm.ts';
import { formatDuration } from '../shared/text/duration.ts';
import { quoted } from '../shared/text/untrusted.ts';
import type { TiedEnd } from './decision.ts';
import { type Mute, whyMuted } from './mute.ts';
import type { TiedIncident } from './notification-facts.ts';

interface Ending {
  readonly burntMs: number;
  readonly reason: string;
  /** Of the group of the incident. */
  readonly mute: Mute | null;
}

/** `allClear`: whether all-clears are sent; undefined: nobody asks for them. */
export function endingOf(
  allClear: boolean | undefined,
  { burntMs, reason, mute }: Ending,
  now: number,
): { readonly tellAfterMs?: number; readonly reason: string } {
  if (allClear === undefined) return { reason };
  const silent = allClear ? whyMuted(mute, now) : 'ALL_CLEAR is off.';
  return silent === null ? { tellAfterMs: burntMs, reason } : { reason: `${reason} No all-clear is sent: ${silent}` };
}

/** With a composite alarm ends what was opened under it: its children may have no action that tells us of their OK. */
export function tiedEndings(
  allClear: boolean | undefined,
  tied: readonly TiedIncident[] | undefined,
  ok: Alarm,
  now: number,
): { readonly tied?: readonly TiedEnd[] } {
  const over = (tied ?? []).filter(({ changedAtMs }) => changedAtMs <= ok.changedAtMs);
  if (over.length === 0) return {};
  return {
    tied: over.map(({ id, alarmName, changedAtMs, mute }) => {
      const burntMs = ok.changedAtMs - changedAtMs;
      const reason =
        `The composite alarm ${quoted(ok.name)} is OK again, ${formatDuration(burntMs)} after ${quoted(alarmName)} ` +
        'went to ALARM under it.';
      return { incidentId: id, ...endingOf(allClear, { burntMs, reason, mute }, now) };
    }),
  };
}
