/** On whom a capture would be made: the hot instance and its peers, with the reason for each member of the group. */
import type { Alarm } from '../../alarms/alarm.ts';
import { alarmCpuPercent } from '../../alarms/cpu-metric.ts';
import { type AlarmDatapoint, BASIC_MONITORING_MS } from '../../fleet/alarm-datapoint.ts';
import type { TargetChoice } from '../../fleet/choice.ts';
import { chooseTargets } from '../../fleet/choose-targets.ts';
import type { Clock } from '../../shared/clock.ts';
import type { GroupName, InstanceId } from '../../shared/ids.ts';
import { type AlarmScope, type ScopeDeps, scopeOfAlarm } from './alarm-scope.ts';
import { withDeparted } from './departed.ts';

export interface ChooseDeps extends ScopeDeps {
  readonly clock: Clock;
  readonly peers: number;
  readonly peerMinAgeMs: number;
}

export interface Chosen extends TargetChoice {
  readonly group: GroupName | undefined;
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
  const { instanceIds, wholeGroups, members, hosts } = await scopeOfAlarm(deps, alarm, signal);
  const now = deps.clock.now();
  const ids = [...new Set([...members.map((member) => member.instanceId), ...instanceIds])];
  const datapoint = datapointOf(alarm, now);
  const fromMs = Math.min(now - CPU_LOOK_BACK_MS, datapoint ? datapoint.atMs - BASIC_MONITORING_MS : now);
  const cpu = await deps.fleet.cpu(ids, fromMs, now, signal);
  const choice = chooseTargets({
    instanceIds,
    wholeGroups,
    alsoBurning: new Set(burning),
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
  const found = datapoint === null ? choice : await withDeparted(deps, { choice, members, datapoint, now }, signal);
  return {
    ...withHosts(found, hosts),
    group: own ?? onlyOne(alarm.targets.groups) ?? onlyOne(members.map(({ group }) => group)),
  };
}

/** How the hot one was found by its host name, and which hosts of the alarm nobody is known for. */
function withHosts(choice: TargetChoice, { found, missed }: AlarmScope['hosts']): TargetChoice {
  const [hot, ...others] = choice.verdicts;
  const words = [choice.hot === null ? [] : (found.get(choice.hot) ?? []), missed].flat();
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
