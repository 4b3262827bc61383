import type { GroupName, InstanceId } from '../../../shared/ids.ts';
import type { AlarmScope } from './alarm-scope.ts';
import { childWords } from './composite.ts';

/** What else burns under a composite alarm, and what was left out. */
export function childrenWords(
  { children, refused }: Pick<AlarmScope, 'children' | 'refused'>,
  hot: InstanceId | null,
  group: GroupName | undefined,
): string[] {
  const isOfHot = ({ targets }: AlarmScope['children'][number]) =>
    (hot !== null && targets.instanceIds.includes(hot)) || (group !== undefined && targets.groups.includes(group));
  const others = children.length > 1 ? children.filter((child) => !isOfHot(child)) : [];
  const also = others.map((child) => `${childWords(child)} of ${whose(child.targets)}`);
  return [
    ...(also.length > 0 ? [`Also in ALARM under it, and not captured here: ${also.join('; ')}.`] : []),
    ...(refused.length > 0 ? ['Of its children in ALARM these do not count:', ...refused] : []),
  ];
}

function whose({ instanceIds, groups, hosts }: AlarmScope['children'][number]['targets']): string {
  const words =
    instanceIds.length + hosts.length > 0 ? [...instanceIds, ...hosts] : groups.map((name) => `the group ${name}`);
  return words.join(', ');
}
