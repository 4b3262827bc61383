import type { InstanceId } from '../shared/ids.ts';
import { formatPercent } from '../shared/text/number.ts';
import type { GroupMember } from './member.ts';
import type { RecentCpu } from './recent-cpu.ts';

export interface HotChoice {
  readonly hot: InstanceId | null;
  readonly reason: string;
}

/**
 * The instance that the alarm names; of several the busiest. Else the busiest member in service: a group alarm names no
 * instance. Ties go to the smaller id, so that a repeated step chooses the same.
 */
export function chooseHot(
  named: readonly InstanceId[],
  members: readonly GroupMember[],
  cpu: ReadonlyMap<InstanceId, RecentCpu>,
): HotChoice {
  const first = [...named].sort()[0];
  if (first !== undefined) return ofNamed([...new Set(named)], first, cpu);
  const inService = members.filter((member) => member.lifecycle === 'InService');
  if (members.length === 0) return { hot: null, reason: 'The group has no members.' };
  if (inService.length === 0) {
    return { hot: null, reason: `None of the ${members.length} members of the group is in service.` };
  }
  const [top, second] = busiestFirst(
    inService.map((member) => member.instanceId),
    cpu,
  );
  if (top === undefined) {
    const reason =
      inService.length === 1
        ? 'The only member in service has no recent CPU figure.'
        : `None of the ${inService.length} members in service has a recent CPU figure.`;
    return { hot: null, reason };
  }
  const figures = second === undefined ? '' : `; the next has ${formatPercent(second[1].percent / 100)}`;
  const place =
    inService.length === 1
      ? 'is the only member in service'
      : `has the highest CPU of ${inService.length} members in service`;
  return { hot: top[0], reason: `It ${place}: ${figure(top[1])}${figures}.` };
}

function ofNamed(named: readonly InstanceId[], first: InstanceId, cpu: ReadonlyMap<InstanceId, RecentCpu>): HotChoice {
  const top = busiestFirst(named, cpu)[0];
  if (named.length === 1) {
    return {
      hot: first,
      reason: `The alarm names it; ${top ? `CPU ${figure(top[1])}` : 'CloudWatch has no recent CPU figure for it'}.`,
    };
  }
  if (top === undefined) {
    return {
      hot: first,
      reason: `The alarm names ${named.length} instances, none with a recent CPU figure; this one comes first by id.`,
    };
  }
  return {
    hot: top[0],
    reason: `It has the highest CPU of the ${named.length} instances that the alarm names: ${figure(top[1])}.`,
  };
}

function busiestFirst(ids: readonly InstanceId[], cpu: ReadonlyMap<InstanceId, RecentCpu>) {
  return ids
    .flatMap((id) => {
      const recent = cpu.get(id);
      return recent === undefined ? [] : [[id, recent] as const];
    })
    .sort(([idA, a], [idB, b]) => b.percent - a.percent || (idA < idB ? -1 : 1));
}

function figure(cpu: RecentCpu): string {
  const points = cpu.points === 1 ? 'the latest data point' : `the latest ${cpu.points} data points`;
  return `${formatPercent(cpu.percent / 100)} over ${points}`;
}
