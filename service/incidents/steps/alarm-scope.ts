/** Among whom the hot instance is: all that an alarm watches, whatever the number of its metrics. */
import type { Alarm } from '../../alarms/alarm.ts';
import type { GroupMember } from '../../fleet/member.ts';
import { AppError } from '../../shared/errors.ts';
import type { GroupName, InstanceId } from '../../shared/ids.ts';
import type { AlarmTargetsPort, FleetPort } from '../ports.ts';

export interface ScopeDeps {
  readonly fleet: FleetPort;
  readonly alarmTargets: AlarmTargetsPort;
}

export interface AlarmScope {
  /** Instances that the alarm names. */
  readonly instanceIds: readonly InstanceId[];
  /** Groups that it names without an instance: each member in service may be the hot one. */
  readonly wholeGroups: readonly GroupName[];
  /** Of these groups and of those of the instances. */
  readonly members: readonly GroupMember[];
}

/** Throws `ALARM_WITHOUT_TARGET`. */
export async function scopeOfAlarm(deps: ScopeDeps, alarm: Alarm, signal?: AbortSignal): Promise<AlarmScope> {
  const { instanceIds, groups, wholeGroups } = await namedBy(deps, alarm, signal);
  const hasOneGroup = groups.length === 1 && wholeGroups.length === 0;
  const looked = hasOneGroup
    ? []
    : await Promise.all(instanceIds.map((instanceId) => deps.fleet.groupOf(instanceId, signal)));
  const all = new Set([...groups, ...looked.flatMap((group) => group ?? [])]);
  const members = await Promise.all([...all].map((group) => deps.fleet.members(group, signal)));
  return { instanceIds, wholeGroups, members: members.flat() };
}

interface Named extends Omit<AlarmScope, 'members'> {
  readonly groups: readonly GroupName[];
}

/** A composite alarm names no instance; its children do. */
async function namedBy(deps: ScopeDeps, alarm: Alarm, signal: AbortSignal | undefined): Promise<Named> {
  const { instanceIds, groups, wholeGroups } = alarm.targets;
  // Incidents of before this was told had either instances or whole groups.
  if (instanceIds.length === 0 && groups.length > 0) return { instanceIds, groups, wholeGroups: groups };
  if (instanceIds.length > 0) return { instanceIds, groups, wholeGroups: wholeGroups ?? [] };
  const children = alarm.composite ? alarm.composite.childrenArns : [];
  const found = await deps.alarmTargets.targetsOf(children, alarm.name, signal);
  if (found.instanceIds.length > 0 || found.groups.length > 0) return { ...found, wholeGroups: found.groups };
  throw new AppError(
    'ALARM_WITHOUT_TARGET',
    `The alarm ${alarm.name} names neither an instance nor an Auto Scaling group.`,
    { hint: 'Alarm on a metric with the dimension InstanceId or AutoScalingGroupName.' },
  );
}
