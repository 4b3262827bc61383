/** Among whom the hot instance is: all that an alarm watches, whatever the number of its metrics. */
import type { Alarm } from '../../alarms/alarm.ts';
import type { GroupMember } from '../../fleet/member.ts';
import { AppError } from '../../shared/errors.ts';
import type { GroupName, InstanceId } from '../../shared/ids.ts';
import type { AlarmTargetsPort, FleetPort } from '../ports.ts';
import { type NamedHosts, resolveHosts } from './named-hosts.ts';

export interface ScopeDeps {
  readonly fleet: FleetPort;
  readonly alarmTargets: AlarmTargetsPort;
}

export interface AlarmScope {
  /** Instances that the alarm names. */
  readonly instanceIds: readonly InstanceId[];
  /** Groups that it names without an instance: each member in service may be the hot one. */
  readonly wholeGroups: readonly GroupName[];
  /** Of these groups and of those of the instances, with instances that the alarm names and that are outside. */
  readonly members: readonly GroupMember[];
  /** How instances were found by their host names, and what was not: sentences. */
  readonly hosts: Pick<NamedHosts, 'found' | 'missed'>;
}

/** Throws `ALARM_WITHOUT_TARGET`. */
export async function scopeOfAlarm(deps: ScopeDeps, alarm: Alarm, signal?: AbortSignal): Promise<AlarmScope> {
  const { instanceIds, groups, wholeGroups, hosts } = await namedBy(deps, alarm, signal);
  const hasOneGroup = groups.length === 1 && wholeGroups.length === 0;
  const looked = hasOneGroup
    ? instanceIds.map(() => groups[0])
    : await Promise.all(instanceIds.map((instanceId) => deps.fleet.groupOf(instanceId, signal)));
  const all = [...new Set([...groups, ...looked.flatMap((group) => group ?? [])])];
  const members = await Promise.all(all.map((group) => membersOf(deps.fleet, group, wholeGroups, signal)));
  const inside = members.flat();
  const outside = await Promise.all(
    all.map((group) => {
      const ids = instanceIds.filter((id, at) => looked[at] === group && !inside.some((one) => one.instanceId === id));
      return ids.length === 0 ? [] : deps.fleet.outsiders(group, ids, signal);
    }),
  );
  return { instanceIds, wholeGroups, members: [...inside, ...outside.flat()], hosts };
}

/** A group that an instance has left may be gone itself. */
async function membersOf(
  fleet: FleetPort,
  group: GroupName,
  wholeGroups: readonly GroupName[],
  signal: AbortSignal | undefined,
): Promise<GroupMember[]> {
  try {
    return await fleet.members(group, signal);
  } catch (error) {
    if (error instanceof AppError && error.code === 'GROUP_NOT_FOUND' && !wholeGroups.includes(group)) return [];
    throw error;
  }
}

interface Named extends Omit<AlarmScope, 'members'> {
  readonly groups: readonly GroupName[];
}

const NO_HOSTS: NamedHosts = { instanceIds: [], found: new Map(), missed: [] };

/** A composite alarm names no instance; its children do. */
async function namedBy(deps: ScopeDeps, alarm: Alarm, signal: AbortSignal | undefined): Promise<Named> {
  const { groups, wholeGroups } = alarm.targets;
  const hosts = await resolveHosts(deps.fleet, alarm.targets.hosts, signal);
  const instanceIds = [...new Set([...alarm.targets.instanceIds, ...hosts.instanceIds])];
  // Incidents of before this was told had either instances or whole groups.
  if (instanceIds.length === 0 && groups.length > 0 && (wholeGroups === undefined || wholeGroups.length > 0)) {
    return { instanceIds, groups, wholeGroups: wholeGroups ?? groups, hosts };
  }
  if (instanceIds.length > 0) return { instanceIds, groups, wholeGroups: wholeGroups ?? [], hosts };
  if (hosts.missed.length > 0) throw withoutHost(alarm, hosts.missed);
  const children = alarm.composite ? alarm.composite.childrenArns : [];
  const found = await deps.alarmTargets.targetsOf(children, alarm.name, signal);
  if (found.instanceIds.length > 0 || found.groups.length > 0) {
    return { ...found, wholeGroups: found.groups, hosts: NO_HOSTS };
  }
  throw new AppError(
    'ALARM_WITHOUT_TARGET',
    `The alarm ${alarm.name} names neither an instance nor an Auto Scaling group.`,
    { hint: 'Alarm on a metric with the dimension InstanceId or AutoScalingGroupName.' },
  );
}

function withoutHost(alarm: Alarm, missed: readonly string[]): AppError {
  return new AppError('ALARM_WITHOUT_TARGET', `The alarm ${alarm.name} names no instance. ${missed.join(' ')}`, {
    hint: 'Have the CloudWatch agent add the dimension InstanceId (append_dimensions), and alarm on that.',
  });
}
