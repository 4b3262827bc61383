/** On whom a capture would be made: the hot instance and its peers, with the reason for each member of the group. */
import type { Alarm } from '../../alarms/alarm.ts';
import type { TargetChoice } from '../../fleet/choice.ts';
import { chooseTargets } from '../../fleet/choose-targets.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import type { GroupName, InstanceId } from '../../shared/ids.ts';
import type { AlarmTargetsPort, FleetPort } from '../ports.ts';

export interface ChooseDeps {
  readonly fleet: FleetPort;
  readonly alarmTargets: AlarmTargetsPort;
  readonly clock: Clock;
  readonly peers: number;
  readonly peerMinAgeMs: number;
}

export interface Chosen extends TargetChoice {
  readonly group: GroupName | undefined;
}

/** Basic monitoring publishes every 5 minutes, and the newest point may be 5 minutes old. */
export const CPU_LOOK_BACK_MS = 15 * 60_000;

/** `burning`: hot instances of other open incidents; none of them is a healthy peer. Throws `ALARM_WITHOUT_TARGET`. */
export async function chooseFor(
  deps: ChooseDeps,
  alarm: Alarm,
  burning: readonly InstanceId[],
  signal?: AbortSignal,
): Promise<Chosen> {
  const hint = await hintOf(deps, alarm, signal);
  const group = hint.groups[0] ?? (await groupOfFirst(deps, hint.instanceIds, signal));
  const members = group === undefined ? [] : await deps.fleet.members(group, signal);
  const now = deps.clock.now();
  const ids = [...new Set([...members.map((member) => member.instanceId), ...hint.instanceIds])];
  const cpu = await deps.fleet.cpu(ids, now - CPU_LOOK_BACK_MS, now, signal);
  const choice = chooseTargets({
    instanceIds: hint.instanceIds,
    alsoBurning: new Set(burning),
    members,
    cpu,
    now,
    peers: deps.peers,
    minPeerAgeMs: deps.peerMinAgeMs,
  });
  return { ...choice, group };
}

interface Hint {
  readonly instanceIds: readonly InstanceId[];
  readonly groups: readonly GroupName[];
}

/** A composite alarm names no instance; its children do. */
async function hintOf(deps: ChooseDeps, alarm: Alarm, signal: AbortSignal | undefined): Promise<Hint> {
  const { instanceIds, groups } = alarm.targets;
  if (instanceIds.length > 0 || groups.length > 0) return alarm.targets;
  const children = alarm.composite ? alarm.composite.childrenArns : [];
  const found = await deps.alarmTargets.targetsOf(children, alarm.name, signal);
  if (found.instanceIds.length > 0 || found.groups.length > 0) return found;
  throw new AppError(
    'ALARM_WITHOUT_TARGET',
    `The alarm ${alarm.name} names neither an instance nor an Auto Scaling group.`,
    {
      hint: 'Alarm on a metric with the dimension InstanceId or AutoScalingGroupName.',
    },
  );
}

async function groupOfFirst(
  deps: ChooseDeps,
  ids: readonly InstanceId[],
  signal: AbortSignal | undefined,
): Promise<GroupName | undefined> {
  const first = ids[0];
  return first === undefined ? undefined : deps.fleet.groupOf(first, signal);
}
