import type { Alarm, AlarmState, CompositeAlarm, TriggeringChild } from '../alarm.ts';
import { javaJson } from '../java-json.ts';
import { awsTime } from '../reason.ts';
import { alarmsOf, holds } from './alarm-rule.ts';

type Find = (name: string) => Alarm | undefined;

/** Why a composite alarm is looked at: it is new or changed, or one of its children has changed its state. */
export type Occasion = 'created' | 'updated' | Alarm;

export interface CompositeChange {
  readonly to: AlarmState;
  readonly reason: string;
  readonly reasonData: string;
  readonly triggering: readonly TriggeringChild[];
}

export function childrenOf({ configuration }: CompositeAlarm, find: Find): readonly Alarm[] {
  return alarmsOf(configuration.rule).flatMap((name) => find(name) ?? []);
}

/** The state that its rule gives it now. Undefined: as it is, or, as CloudWatch evaluates no circle, not to be told. */
export function changeOf(alarm: CompositeAlarm, occasion: Occasion, find: Find): CompositeChange | undefined {
  if (reachesItself(alarm, find)) return undefined;
  const to = holds(alarm.configuration.rule, (name) => find(name)?.status.value) ? 'ALARM' : 'OK';
  if (to === alarm.status.value) return undefined;
  const triggering = (typeof occasion === 'string' ? childrenOf(alarm, find) : [occasion]).map(asTriggering);
  const { arn } = alarm.configuration;
  const reason =
    typeof occasion === 'string' ? `${arn} was ${occasion} and its alarm rule evaluates to ${to}` : became(occasion);
  return { to, reason, reasonData: reasonDataOf(triggering), triggering };
}

function became({ configuration: { arn }, status: { value, updatedAt } }: Alarm): string {
  return `${arn} transitioned to ${value} at ${longTime(updatedAt)}`;
}

function reachesItself(alarm: CompositeAlarm, find: Find): boolean {
  const seen = new Set<Alarm>();
  const toVisit = [...childrenOf(alarm, find)];
  for (let child = toVisit.pop(); child; child = toVisit.pop()) {
    if (child === alarm) return true;
    if (child.type === 'CompositeAlarm' && !seen.has(child)) toVisit.push(...childrenOf(child, find));
    seen.add(child);
  }
  return false;
}

function asTriggering({ configuration: { arn }, status }: Alarm): TriggeringChild {
  return { arn, state: status.value, since: status.updatedAt };
}

function reasonDataOf(triggering: readonly TriggeringChild[]): string {
  const triggeringAlarms = triggering.map(({ arn, state, since }) => ({
    arn,
    state: { value: state, timestamp: awsTime(since) },
  }));
  return javaJson({ triggeringAlarms });
}

const LONG_DAY = new Intl.DateTimeFormat('en-GB', {
  ...{ weekday: 'long', day: '2-digit', month: 'long', year: 'numeric', timeZone: 'UTC' },
});

/** `Friday 04 August, 2023 12:54:46 UTC` */
function longTime(date: Date): string {
  const parts = new Map(LONG_DAY.formatToParts(date).map(({ type, value }) => [type, value]));
  const day = ['weekday', 'day', 'month'].map((type) => parts.get(type as 'day')).join(' ');
  return `${day}, ${parts.get('year')} ${date.toISOString().slice(11, 19)} UTC`;
}
