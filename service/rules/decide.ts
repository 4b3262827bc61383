import type { Alarm } from '../alarms/alarm.ts';
import { alarmCpuPercent } from '../alarms/cpu-metric.ts';
import { formatAge, formatDuration } from '../shared/text/duration.ts';
import { formatPercent } from '../shared/text/number.ts';
import { formatUtc } from '../shared/text/time.ts';
import { quoted } from '../shared/text/untrusted.ts';
import { planFor } from './apply-rules.ts';
import type { Decision } from './decision.ts';
import { endingOf, tiedEndings } from './ending.ts';
import { matchesGlob } from './glob.ts';
import { whyMuted } from './mute.ts';
import { FACTS_SPAN_MS, type NotificationFacts, type OpenIncident, scopeOf } from './notification-facts.ts';
import { type OwnPlace, whyElsewhere } from './place.ts';
import { highWater, isClearlyWorse } from './rearm.ts';
import type { IncidentPlan, RuleBook } from './rule-book.ts';

interface RateLimit {
  readonly max: number;
  /** At most `FACTS_SPAN_MS`: the notification log is not asked further back. */
  readonly windowMs: number;
}

export interface Limits {
  /** Captures of one scope: a flapping alarm must not profile one service all day long. */
  readonly maxPerGroup: RateLimit;
  /** Captures of all scopes: bounds what a bad day (or a bad rule) can cost in commands, mails and disk. */
  readonly maxOverall: RateLimit;
  /**
   * Rest of a scope after a capture, also when the alarm went to OK in between: the same fire would give the same
   * report. One that burns clearly more is another fire.
   */
  readonly cooldownMs: number;
  /** A profile taken long after the alarm shows another state of the instance than the one that woke us. */
  readonly maxAlarmAgeMs: number;
  /** Globs (`*`, `?`) on alarm names. Empty: every alarm on CPU. Not empty: exactly these, whatever they measure. */
  readonly include: readonly string[];
  /** Globs on alarm names that are never acted on; stronger than `include`. */
  readonly exclude: readonly string[];
  /**
   * OK is sent only when the owner of the alarm asked for it, so an incident must not hold its group for ever: a new
   * ALARM after this time opens a new one. Default one hour: beyond it, it is hardly the same fire.
   */
  readonly rearmAfterMs?: number;
  /** Whether whoever got a report is told when its alarm is OK again. Default: no. */
  readonly allClear?: boolean;
  /** Where commands go, besides the targets of the rules file: instances elsewhere may have the names of ours. */
  readonly place: OwnPlace;
  /** Beyond it, accepted alarms wait for their turn. */
  readonly queue: {
    /** Incidents captured at the same time. */
    readonly atOnce: number;
    /** How long one of them takes, about. */
    readonly captureMs: number;
  };
  /** What the rules file says; absent where there is none. */
  readonly book?: RuleBook;
}

const REARM_AFTER_MS = 3_600_000;

/**
 * What a verified alarm message leads to. Pure: the facts come from the notification log, the time from the caller.
 * @param now epoch milliseconds
 */
export function decide(general: Limits, facts: NotificationFacts, alarm: Alarm, now: number): Decision {
  const plan = general.book === undefined ? undefined : planFor(general.book, alarm);
  const limits = plan === undefined ? general : limitsOfPlan(general, plan);
  if (facts.newestChangeMs === alarm.changedAtMs) {
    return {
      outcome: 'duplicate',
      reason: `This transition of ${quoted(alarm.name)} to ${alarm.state} was already handled.`,
    };
  }
  if (alarm.state === 'OK') return onOk(limits, facts, alarm, now);
  if (alarm.state === 'INSUFFICIENT_DATA') {
    return ignored(`${quoted(alarm.name)} has no data now, which says nothing about whether it is firing.`);
  }
  const unwanted =
    whyElsewhere(limits.place, limits.book?.targets ?? [], alarm) ??
    whyUnwanted(limits, alarm) ??
    whyByRule(plan, alarm) ??
    whyLate(limits, facts, alarm, now);
  const silent = unwanted ?? whyMuted(facts.mute, now);
  if (silent !== null) return ignored(silent);
  const decision = onFire(limits, facts, alarm, now);
  if (plan === undefined || decision.outcome !== 'accepted') return decision;
  const said = plan.rule === null ? '' : ` The rule ${quoted(plan.rule)} applies.`;
  return { ...decision, plan, reason: `${decision.reason}${said}` };
}

/** Those of the rule of an alarm, where there is one. */
export function limitsFor(general: Limits, alarm: Alarm): Limits {
  return general.book === undefined ? general : limitsOfPlan(general, planFor(general.book, alarm));
}

function limitsOfPlan(limits: Limits, { settings: { cooldownMs, maxPerGroupPerDay: max } }: IncidentPlan): Limits {
  return {
    ...limits,
    ...(cooldownMs !== undefined && { cooldownMs }),
    ...(max !== undefined && { maxPerGroup: { ...limits.maxPerGroup, max } }),
  };
}

function whyByRule(plan: IncidentPlan | undefined, alarm: Alarm): string | null {
  // A rule further up may still turn out to be that of the alarm.
  if (plan?.settings.ignore !== true || plan.isPreliminary) return null;
  const who = plan.rule === null ? 'The defaults of the rules file say' : `The rule ${quoted(plan.rule)} says`;
  return `${who} that ${quoted(alarm.name)} is ignored.`;
}

function ignored(reason: string): Extract<Decision, { outcome: 'ignored' }> {
  return { outcome: 'ignored', reason };
}

/**
 * Closes the incident that this very alarm opened, and those that were opened under it; an OK of another alarm of the
 * group does not end its fire.
 */
function onOk(limits: Limits, facts: NotificationFacts, alarm: Alarm, now: number): Decision {
  const own = newestFirst(facts.open).find((incident) => incident.alarmKey === alarm.key);
  const tied = tiedEndings(limits.allClear, facts.tied, alarm, now);
  if (own === undefined) return { ...ignored(`${quoted(alarm.name)} is OK, and has no open incident.`), ...tied };
  if (alarm.changedAtMs < own.changedAtMs) {
    return ignored(
      `${quoted(alarm.name)} was OK at ${formatUtc(alarm.changedAtMs)}, before the ALARM at ` +
        `${formatUtc(own.changedAtMs)}.`,
    );
  }
  const burntMs = alarm.changedAtMs - own.changedAtMs;
  const reason = `${quoted(alarm.name)} is OK again after ${formatDuration(burntMs)}.`;
  const ending = endingOf(limits.allClear, { burntMs, reason, mute: facts.mute }, now);
  return { outcome: 'closed', incidentId: own.id, ...ending, ...tied };
}

/** By name first; then by what it measures, unless its owner named it. */
function whyUnwanted(limits: Limits, alarm: Alarm): string | null {
  const name = quoted(alarm.name);
  const missing = whyMissingData(alarm);
  if (missing !== null) return missing;
  const excluded = limits.exclude.find((glob) => matchesGlob(glob, alarm.name));
  if (excluded !== undefined) return `${name} matches ${quoted(excluded)} of the excluded alarms.`;
  if (limits.include.length > 0) {
    // Whoever includes a composite alarm wants to know of what burns under it.
    const names = alarm.under === undefined ? [alarm.name] : [alarm.name, alarm.under.alarmName];
    if (limits.include.some((glob) => names.some((one) => matchesGlob(glob, one)))) return null;
    return `${name} matches none of the ${limits.include.length} included patterns.`;
  }
  // A composite does not tell what its children watch; its owner subscribed us to it on purpose.
  return alarm.composite === null ? whyNoFire(alarm) : null;
}

function whyMissingData(alarm: Alarm): string | null {
  if (alarm.isMissingData !== true) return null;
  return (
    `${quoted(alarm.name)} fired because data was missing, which says nothing of the CPU: ` +
    'there is no datapoint to look at.'
  );
}

/** Why ALARM is no sign of a busy CPU; null when it is. Not for composites: their children say it. */
export function whyNoFire(alarm: Alarm): string | null {
  const name = quoted(alarm.name);
  const missing = whyMissingData(alarm);
  if (missing !== null) return missing;
  if (alarm.noFire) return `${name} ${alarm.noFire}.`;
  if (!alarm.isCpu) {
    const what = alarm.metric
      ? `${quoted(`${alarm.metric.namespace} ${alarm.metric.name}`)}, which is not CPU use`
      : 'several metrics, none of which is CPU use';
    return `${name} watches ${what}; include it by name to act on it.`;
  }
  if (alarm.cpuWhenAlarm !== 'low') return null;
  if (alarm.threshold !== null) return `${name} fires when the CPU has little to do (threshold ${alarm.threshold}).`;
  return `${name} fired because the CPU had less to do than usual.`;
}

function whyLate(limits: Limits, facts: NotificationFacts, alarm: Alarm, now: number): string | null {
  const age = now - alarm.changedAtMs;
  // After a mute window the news is old by design, and the alarm is still on; so is one that was just asked for.
  if (age > limits.maxAlarmAgeMs && !alarm.afterMuteWindow && alarm.under === undefined) {
    return (
      `${quoted(alarm.name)} went to ALARM ${formatAge(age)}; the limit is ` +
      `${formatDuration(limits.maxAlarmAgeMs)}.`
    );
  }
  if (facts.newestChangeMs === null || facts.newestChangeMs < alarm.changedAtMs) return null;
  return (
    `${quoted(alarm.name)} went to ALARM at ${formatUtc(alarm.changedAtMs)}, but changed again at ` +
    `${formatUtc(facts.newestChangeMs)}: SNS does not deliver in order.`
  );
}

function onFire(limits: Limits, facts: NotificationFacts, alarm: Alarm, now: number): Decision {
  const open = newestFirst(facts.open)[0];
  const rearmAfterMs = limits.rearmAfterMs ?? REARM_AFTER_MS;
  if (open !== undefined && now - open.openedAtMs < rearmAfterMs) {
    const opener = open.alarmKey === alarm.key ? 'this alarm' : quoted(open.alarmName);
    return {
      outcome: 'attached',
      incidentId: open.id,
      reason:
        `The incident opened by ${opener} ${formatAge(now - open.openedAtMs)} in ${scopeOf(alarm)} is still ` +
        `open; a new one needs an OK first, or ${formatDuration(rearmAfterMs)} to pass.`,
    };
  }
  const rest = afterCapture(limits, facts, alarm, now);
  const limit = rest.holds ? rest.reason : whyThrottled(limits, facts, alarm, now);
  if (limit !== null) return { outcome: 'throttled', reason: limit };
  const again =
    open === undefined
      ? ''
      : ` The incident opened ${formatAge(now - open.openedAtMs)} never saw an OK; this one replaces it.`;
  return {
    outcome: 'accepted',
    supersedes: open?.id ?? null,
    reason: [
      `${quoted(alarm.name)} went to ALARM in ${scopeOf(alarm)}.`,
      again,
      rest.reason,
      queueWords(limits, facts),
    ].join(''),
  };
}

/** Nothing when its turn is now. */
function queueWords({ queue: { atOnce, captureMs } }: Limits, { capturing, waiting }: NotificationFacts): string {
  const ahead = capturing + waiting;
  if (ahead < atOnce) return '';
  const rounds = Math.floor(ahead / atOnce);
  return (
    ` It is number ${waiting + 1} of those that wait: ${capturing} of at most ${atOnce} captures are running; ` +
    `its turn should come in about ${formatDuration(rounds * captureMs)}.`
  );
}

/** Whether the cooldown holds an alarm back, and what is to be said of it: nothing when it is over. */
function afterCapture(
  { cooldownMs }: Limits,
  { scopeAccepted }: NotificationFacts,
  alarm: Alarm,
  now: number,
): { readonly holds: boolean; readonly reason: string } {
  const recent = scopeAccepted.filter(({ atMs }) => now - atMs < cooldownMs);
  if (recent.length === 0) return { holds: false, reason: '' };
  const last = now - recent.reduce((newest, { atMs }) => Math.max(newest, atMs), 0);
  const before = highWater(recent);
  const percent = alarmCpuPercent(alarm);
  const known = before !== null && percent !== null;
  if (known && isClearlyWorse(percent, before)) {
    const more = `${formatPercent(percent / 100)} of the CPU, after ${formatPercent(before / 100)}`;
    return { holds: false, reason: ` It burns clearly more than at the capture ${formatAge(last)}: ${more}.` };
  }
  const same = known
    ? ` Only a clearly worse alarm is captured before: ${formatPercent(percent / 100)} of the CPU now, ` +
      `${formatPercent(before / 100)} then.`
    : '';
  const cooldown = formatDuration(cooldownMs);
  const reason = `The last capture of ${scopeOf(alarm)} was ${formatAge(last)}; the cooldown is ${cooldown}.${same}`;
  return { holds: true, reason };
}

/** Cheapest for the reader first: the limit that frees itself soonest. */
export function whyThrottled(limits: Limits, facts: NotificationFacts, alarm: Alarm, now: number): string | null {
  const acceptedAtMs = facts.scopeAccepted.map(({ atMs }) => atMs);
  return (
    overLimit(limits.maxPerGroup, acceptedAtMs, `captures of ${scopeOf(alarm)}`, now) ??
    overLimit(limits.maxOverall, facts.allAcceptedAtMs, 'captures in all', now)
  );
}

function overLimit(limit: RateLimit, acceptedAtMs: readonly number[], what: string, now: number): string | null {
  const windowMs = Math.min(limit.windowMs, FACTS_SPAN_MS);
  const recent = acceptedAtMs.filter((at) => at > now - windowMs).length;
  return recent < limit.max
    ? null
    : `${recent} ${what} in the last ${formatDuration(windowMs)}; the limit is ${limit.max}.`;
}

function newestFirst(open: readonly OpenIncident[]): readonly OpenIncident[] {
  return [...open].sort((a, b) => b.openedAtMs - a.openedAtMs || (a.id < b.id ? -1 : 1));
}
