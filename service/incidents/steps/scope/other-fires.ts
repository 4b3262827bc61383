/** What else burns under a composite alarm: each other group is followed, by the hottest of its alarms. */
import type { Alarm } from '../../../alarms/alarm.ts';
import type { GroupName, InstanceId } from '../../../shared/ids.ts';
import type { AlarmScope } from './alarm-scope.ts';
import { childWords } from './composite.ts';

/** A composite may be over everything there is: beyond so many groups one looks at what they have in common. */
const MOST = 20;
/** A reader looks at so many names. */
const NAMES = 20;

export interface OtherFires {
  /** One for each group, or instance without a group, that is not the chosen one; the hottest first. */
  readonly followed: readonly Alarm[];
  /** All instances under it that alarms of their own name. */
  readonly inAlarm: readonly InstanceId[];
  /** What is not followed, in sentences. */
  readonly leftOut: readonly string[];
}

type Scope = Pick<AlarmScope, 'children' | 'members' | 'hosts'>;

/** `hot`, `group`: the chosen ones. */
export function otherFires(scope: Scope, hot: InstanceId | null, group: GroupName | undefined): OtherFires {
  const taken = new Set<string>([...(hot === null ? [] : [hot]), ...(group === undefined ? [] : [group])]);
  const followed: Alarm[] = [];
  const beside: Alarm[] = [];
  const beyond: Alarm[] = [];
  for (const child of hot === null ? [] : scope.children) {
    const { ids, groups } = whose(scope, child);
    const named: readonly string[] = groups.length > 0 ? groups : ids;
    if (named.length === 0 || named.some((name) => taken.has(name))) {
      if (!isOf(child, ids, hot, group)) beside.push(child);
      continue;
    }
    (followed.length < MOST ? followed : beyond).push({ ...child, targets: { ...child.targets, groups } });
    for (const name of [...ids, ...groups]) taken.add(name);
  }
  return {
    followed,
    inAlarm: [...new Set(scope.children.flatMap((child) => whose(scope, child).ids))],
    leftOut: [
      ...(beside.length > 0 ? [`Also in ALARM under it, and not captured here: ${names(beside)}.`] : []),
      ...(beyond.length > 0
        ? [`Also in ALARM under it, and not captured, as ${MOST} other groups are: ${names(beyond)}.`]
        : []),
    ],
  };
}

/** Its own words come first: the group of an instance is looked up where it does not say one. */
function whose({ members, hosts }: Scope, { targets }: Alarm) {
  const ids = [...new Set([...targets.instanceIds, ...targets.hosts.flatMap((host) => hosts.idOf.get(host) ?? [])])];
  const known = members.filter(({ instanceId }) => ids.includes(instanceId)).map((member) => member.group);
  return { ids, groups: targets.groups.length > 0 ? targets.groups : [...new Set(known)] };
}

/** It is about the chosen instance, or about its whole group. */
function isOf({ targets }: Alarm, ids: readonly InstanceId[], hot: InstanceId | null, group: GroupName | undefined) {
  return (hot !== null && ids.includes(hot)) || (group !== undefined && targets.groups.includes(group));
}

/** `"web CPU" (81 %) of the group web` */
export function otherWords(child: Alarm): string {
  const { instanceIds, groups, hosts } = child.targets;
  const named =
    instanceIds.length + hosts.length > 0 ? [...instanceIds, ...hosts] : groups.map((name) => `the group ${name}`);
  return `${childWords(child)} of ${named.join(', ')}`;
}

function names(children: readonly Alarm[]): string {
  const more = children.length - NAMES;
  return [...children.slice(0, NAMES).map(otherWords), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
