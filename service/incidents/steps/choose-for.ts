/** On whom a capture would be made: the hot instance and its peers, with the reason for each member of the group. */
import type { Alarm } from '../../alarms/alarm.ts';
import { alarmCpuPercent } from '../../alarms/cpu-metric.ts';
import { type AlarmDatapoint, BASIC_MONITORING_MS } from '../../fleet/alarm-datapoint.ts';
import type { TargetChoice } from '../../fleet/choice.ts';
import { chooseTargets } from '../../fleet/choose-targets.ts';
import type { Clock } from '../../shared/clock.ts';
import type { GroupName, InstanceId } from '../../shared/ids.ts';
import { withDeparted } from './departed.ts';
import { type AlarmScope, type ScopeDeps, scopeOfAlarm } from './scope/alarm-scope.ts';
import { figuresOf } from './scope/figures.ts';
import { type OtherFires, otherFires } from './scope/other-fires.ts';

export interface ChooseDeps extends ScopeDeps {
  readonly clock: Clock;
  readonly peers: number;
  readonly peerMinAgeMs: number;
}

export interface Chosen extends TargetChoice {
  readonly group: GroupName | undefined;
  /** Under a composite alarm: what burns besides the chosen group. */
  readonly others: Omit<OtherFires, 'leftOut'>;
}

/** Basic monitoring publishes every 5 minutes, and the newest point may be 5 minutes old. */
export const CPU_LOOK_BACK_MS = 15 * 60_000;
/** After the queue or a mute window; beyond it, what the alarm saw says nothing of who is hot now. */
const DATAPOINT_LOOK_BACK_MS = 3 * 3_600_000;

/** `burning`: hot instances of other open incidents; none of them is a healthy peer. Throws `ALARM_WITHOUT_TARGET`. */
export async function chooseFor(
  deps: ChooseDeps,
  alarm: Alarm,
  burning: readonly InstanceId[],
  signal?: AbortSignal,
): Promise<Chosen> {
  const scope = await scopeOfAlarm(deps, alarm, signal);
  const { instanceIds, wholeGroups, members, deciding } = scope;
  const now = deps.clock.now();
  const ids = [...new Set([...members.map((member) => member.instanceId), ...instanceIds])];
  const datapoint = datapointOf(deciding, now);
  const fromMs = Math.min(now - CPU_LOOK_BACK_MS, datapoint ? datapoint.atMs - BASIC_MONITORING_MS : now);
  const { cpu, read, words: kind } = await figuresOf(deps.fleet, deciding, ids, { fromMs, toMs: now }, signal);
  const choice = chooseTargets({
    instanceIds,
    wholeGroups,
    alsoBurning: new Set(burning),
    inAlarm: new Set([
      ...scope.children.flatMap(({ targets }) => targets.instanceIds),
      ...(alarm.under?.inAlarm ?? []),
    ]),
    members,
    datapoint,
    cpu,
    now,
    peers: deps.peers,
    minPeerAgeMs: deps.peerMinAgeMs,
    isDrill: alarm.drill !== undefined,
    ...(alarm.second !== undefined && { why: 'It was the hot instance of the first recording' }),
    ...(alarm.drill !== undefined && { why: 'The drill is for it' }),
  });
  const own = members.find(({ instanceId }) => instanceId === choice.hot)?.group;
  const found =
    datapoint === null ? choice : await withDeparted(deps, { choice, members, datapoint, read, now }, signal);
  const named = [alarm, ...scope.children].flatMap(({ targets }) => targets.groups);
  const group = own ?? onlyOne(named) ?? onlyOne(members.map((member) => member.group));
  const { leftOut, ...others } = otherFires(scope, choice.hot, group);
  const words = [
    ...(kind === null ? [] : [kind]),
    ...hostWords(scope, choice.hot),
    ...leftOut,
    ...refusedWords(scope.refused),
  ];
  return { ...withWords(found, words), group, others };
}

function refusedWords(refused: readonly string[]): string[] {
  return refused.length > 0 ? ['Of its children in ALARM these do not count:', ...refused] : [];
}

/** How the hot one was found by its host name, and which hosts of the alarm nobody is known for. */
function hostWords({ hosts }: AlarmScope, hot: InstanceId | null): string[] {
  return [hot === null ? [] : (hosts.found.get(hot) ?? []), hosts.missed].flat();
}

/** The reason for the hot one, and more. */
export function withWords(choice: TargetChoice, words: readonly string[]): TargetChoice {
  const [hot, ...others] = choice.verdicts;
  if (hot === undefined || hot.role !== 'hot' || words.length === 0) return choice;
  return { ...choice, verdicts: [{ ...hot, reason: [hot.reason, ...words].join(' ') }, ...others] };
}

/**
 * Two periods before the change, where the reason quotes no time: an alarm looks at what is complete. None of an alarm
 * that has waited for too long.
 */
function datapointOf(alarm: Alarm, now: number): AlarmDatapoint | null {
  const percent = alarmCpuPercent(alarm);
  // Beyond 100 it is a sum, or not of all CPUs.
  if (percent === null || percent > 100 || alarm.periodSeconds === null || alarm.periodSeconds <= 0) return null;
  const periodMs = alarm.periodSeconds * 1000;
  const atMs = alarm.observedAtMs ?? alarm.changedAtMs - 2 * periodMs;
  return atMs < now - DATAPOINT_LOOK_BACK_MS ? null : { percent, periodMs, atMs };
}

/** An instance that has left its group is still of it, where the alarm leaves no doubt which one that is. */
function onlyOne(groups: readonly GroupName[]): GroupName | undefined {
  const [first, ...more] = new Set(groups);
  return more.length === 0 ? first : undefined;
}
