/** Among whom the hot instance is: all that an alarm watches, whatever the number of its metrics. */
import type { Alarm } from '../../../alarms/alarm.ts';
import type { GroupMember } from '../../../fleet/member.ts';
import { AppError } from '../../../shared/errors.ts';
import type { GroupName, InstanceId } from '../../../shared/ids.ts';
import type { AlarmTargetsPort, FleetPort } from '../../ports.ts';
import { compositeChildren } from './composite.ts';
import { type NamedHosts, resolveHosts } from './named-hosts.ts';

export interface ScopeDeps {
  readonly fleet: FleetPort;
  readonly alarmTargets: AlarmTargetsPort;
}

export interface AlarmScope {
  /** The alarm itself; of a composite that child in ALARM that saw the most CPU. */
  readonly deciding: Alarm;
  /** Of a composite: all of its children that tell of a busy CPU, and why others in ALARM do not count. */
  readonly children: readonly Alarm[];
  readonly refused: readonly string[];
  /** Instances that the alarm names. */
  readonly instanceIds: readonly InstanceId[];
  /** Groups that it names without an instance: each member in service may be the hot one. */
  readonly wholeGroups: readonly GroupName[];
  /** Of these groups and of those of the instances, with instances that the alarm names and that are outside. */
  readonly members: readonly GroupMember[];
  /** Instances by their host names; how they were found, and what was not: sentences. */
  readonly hosts: Pick<NamedHosts, 'idOf' | 'found' | 'missed'>;
}

/** Throws `ALARM_WITHOUT_TARGET`. */
export async function scopeOfAlarm(deps: ScopeDeps, alarm: Alarm, signal?: AbortSignal): Promise<AlarmScope> {
  if (namesSomebody(alarm)) return { ...(await scopeOf(deps, [alarm], signal)), children: [], refused: [] };
  const { fires, refused } = await compositeChildren(deps.alarmTargets, alarm, signal);
  return { ...(await scopeOf(deps, fires, signal)), children: fires, refused };
}

function namesSomebody({ targets }: Alarm): boolean {
  return targets.instanceIds.length + targets.groups.length + targets.hosts.length > 0;
}

async function scopeOf(deps: ScopeDeps, alarms: readonly [Alarm, ...Alarm[]], signal: AbortSignal | undefined) {
  const { instanceIds, groups, wholeGroups, hosts } = await namedBy(deps.fleet, alarms, signal);
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
  return { instanceIds, wholeGroups, members: [...inside, ...outside.flat()], hosts, deciding: alarms[0] };
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

interface Named extends Pick<AlarmScope, 'instanceIds' | 'wholeGroups' | 'hosts'> {
  readonly groups: readonly GroupName[];
}

async function namedBy(
  fleet: FleetPort,
  alarms: readonly [Alarm, ...Alarm[]],
  signal: AbortSignal | undefined,
): Promise<Named> {
  const all = alarms.map(({ targets }) => targets);
  const hosts = await resolveHosts(fleet, [...new Set(all.flatMap((targets) => targets.hosts))], signal);
  const instanceIds = [...new Set([...all.flatMap((targets) => targets.instanceIds), ...hosts.instanceIds])];
  // Incidents of before whole groups were told had either instances or whole groups.
  const whole = all.flatMap((one) => one.wholeGroups ?? (one.instanceIds.length > 0 ? [] : one.groups));
  const named = {
    instanceIds,
    groups: [...new Set(all.flatMap(({ groups }) => groups))],
    wholeGroups: [...new Set(whole)],
  };
  if (instanceIds.length === 0 && whole.length === 0) throw withoutHost(alarms[0], hosts.missed);
  return { ...named, hosts };
}

function withoutHost(alarm: Alarm, missed: readonly string[]): AppError {
  return new AppError('ALARM_WITHOUT_TARGET', `The alarm ${alarm.name} names no instance. ${missed.join(' ')}`, {
    hint: 'Have the CloudWatch agent add the dimension InstanceId (append_dimensions), and alarm on that.',
  });
}
