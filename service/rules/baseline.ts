/** When a healthy member of a group is recorded, so that an incident without a peer has something to compare with. */
import type { Alarm } from '../alarms/alarm.ts';
import type { GroupName } from '../shared/ids.ts';
import { formatAge, formatDuration } from '../shared/text/duration.ts';
import { quoted } from '../shared/text/untrusted.ts';
import { planFor } from './apply-rules.ts';
import type { Limits } from './decide.ts';
import { type Mute, whyMuted } from './mute.ts';
import { isOwnPlace, placeOf, targetAt } from './place.ts';
import type { IncidentPlan } from './rule-book.ts';

/** A group that alarms, and what is known of its baselines. Two accounts, or regions, may each have one of its name. */
export interface BaselineGroup {
  readonly group: GroupName;
  readonly accountId: string | null;
  readonly region: string | null;
  /** Of its newest incident: by it the rule of the group is found. */
  readonly alarm: Alarm;
  /** When the newest incident was opened of which the alarm is on; null: none is open. */
  readonly openSinceMs: number | null;
  /** When an incident of it was last opened or closed. */
  readonly lastMovedMs: number;
  /** When a baseline of it was last begun, whatever came of it. */
  readonly lastTryMs: number | null;
}

export interface BaselineFacts {
  /** An alarm waits for its turn, or is captured: it goes first. */
  readonly alarmGoesFirst: boolean;
  /** Of any group. */
  readonly lastTryMs: number | null;
  readonly groups: readonly BaselineGroup[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A group that did not alarm for so long needs no baseline. */
export const ALARMED_WITHIN_MS = 30 * DAY;
/** Those that alarmed last; with the pause below all of them have their turn within a day. */
export const MOST_GROUPS = 100;
/** Between two tries of one group. */
const EVERY_MS = DAY;
/** Between two of any group that has none yet; the others are spread over the day. */
const FIRST_PAUSE_MS = 10 * MINUTE;
/** What burnt a moment ago may have left a queue to work off. */
const QUIET_MS = HOUR;
/** Without an action for OK nobody tells us that an alarm is over: an incident does not hold its group for ever. */
const OPEN_AT_MOST_MS = DAY;

/** What the rules file says of a group; undefined where there is none. */
export function baselinePlan(
  { book }: Pick<Limits, 'book'>,
  { group, alarm }: BaselineGroup,
): IncidentPlan | undefined {
  return book && planFor(book, { ...alarm, targets: { ...alarm.targets, groups: [group] } });
}

/** The groups that may be recorded now: first those that never were, then those that were longest ago. */
export function dueBaselines(
  limits: Limits,
  facts: BaselineFacts,
  mutes: readonly Mute[],
  now: number,
): readonly BaselineGroup[] {
  return facts.groups
    .filter((one) => {
      const mute = mutes.find(({ group }) => group === one.group) ?? null;
      return whyNoBaseline(limits, facts, one, mute, now) === null;
    })
    .sort((one, other) => (one.lastTryMs ?? 0) - (other.lastTryMs ?? 0));
}

/** Why no baseline of a group is begun now; null when it is due. Whether a member is fit is asked after that. */
export function whyNoBaseline(
  limits: Limits,
  facts: BaselineFacts,
  one: BaselineGroup,
  mute: Mute | null,
  now: number,
): string | null {
  if (facts.alarmGoesFirst) return 'An alarm waits for its turn, or is captured: it goes first.';
  return (
    whyTried(facts, one, now) ??
    whyBurning(one, now) ??
    whyElsewhere(limits, one) ??
    whyMuted(mute, now) ??
    whyIgnored(limits, one)
  );
}

function whyTried({ lastTryMs: any, groups }: BaselineFacts, { group, lastTryMs: own }: BaselineGroup, now: number) {
  if (own !== null && now - own < EVERY_MS) return `The last one of ${quoted(group)} was ${formatAge(now - own)}.`;
  const spread = DAY / (2 * Math.max(1, groups.length));
  const pauseMs = own === null ? Math.min(FIRST_PAUSE_MS, spread) : spread;
  if (any !== null && now - any < pauseMs) return `The last one of any group was ${formatAge(now - any)}.`;
  return null;
}

function whyBurning({ group, openSinceMs, lastMovedMs }: BaselineGroup, now: number): string | null {
  if (openSinceMs !== null && now - openSinceMs < OPEN_AT_MOST_MS)
    return `An incident of ${quoted(group)} is open, since ${formatDuration(now - openSinceMs)}.`;
  if (now - lastMovedMs < QUIET_MS) return `There was an incident of ${quoted(group)} ${formatAge(now - lastMovedMs)}.`;
  return null;
}

/** Ours of the same name must not be taken for a group anywhere else, as that of an imported incident. */
function whyElsewhere({ place, book }: Limits, { group, accountId, region, alarm }: BaselineGroup): string | null {
  // Its incidents are kept under the account of the alarm.
  if (placeOf(alarm).accountId !== alarm.accountId) return `${quoted(group)} is not in the account of its alarm.`;
  const there = { accountId, region };
  if (targetAt(book?.targets ?? [], there) !== undefined || isOwnPlace(place, there)) return null;
  return `${quoted(group)} is of another account or region.`;
}

function whyIgnored(limits: Limits, one: BaselineGroup): string | null {
  const plan = baselinePlan(limits, one);
  return plan?.settings.ignore === true ? `The rules file says that ${quoted(one.group)} is ignored.` : null;
}
