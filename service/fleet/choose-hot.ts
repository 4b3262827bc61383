import type { InstanceId } from '../shared/ids.ts';
import { formatPercent } from '../shared/text/number.ts';
import type { GroupMember } from './member.ts';
import type { RecentCpu } from './recent-cpu.ts';

type CpuFigures = ReadonlyMap<InstanceId, RecentCpu>;

export interface HotChoice {
  readonly hot: InstanceId | null;
  readonly reason: string;
}

/** Whom the alarm is about. */
export interface Suspects {
  /** Instances that it names. */
  readonly named: readonly InstanceId[];
  /** Members of the groups that it names without an instance. */
  readonly members: readonly GroupMember[];
  /** Those that were as hot as the alarm saw: who was is looked for, not who is now. */
  readonly burnt: ReadonlySet<InstanceId>;
  /** Of the one that is named, where no alarm named it. */
  readonly why?: string | undefined;
}

/**
 * The instance that the alarm names; of several the busiest. Of the groups that it names, the busiest member in
 * service: an alarm on a group names no instance. Whoever was as hot as the alarm saw goes before the others. Ties go
 * to the smaller id, so that a repeated step chooses the same.
 */
export function chooseHot({ named, members, burnt, why }: Suspects, cpu: CpuFigures): HotChoice {
  const first = [...named].sort()[0];
  const inService = members.filter((member) => member.lifecycle === 'InService');
  if (first !== undefined && why !== undefined) return { hot: first, reason: `${why}; ${currently(cpu.get(first))}.` };
  if (first !== undefined && members.length === 0) return ofNamed([...new Set(named)], first, burnt, cpu);
  if (first === undefined && members.length === 0) return { hot: null, reason: 'The group has no members.' };
  const suspects = new Set([...named, ...inService.map((member) => member.instanceId)]);
  if (suspects.size === 0) {
    return { hot: null, reason: `None of the ${members.length} members of the ${groups(members)} is in service.` };
  }
  return ofAll({ suspects: [...suspects], areNamed: first !== undefined, members, burnt }, cpu);
}

interface Candidates extends Pick<Suspects, 'members' | 'burnt'> {
  readonly suspects: readonly InstanceId[];
  readonly areNamed: boolean;
}

function ofAll({ suspects, areNamed, members, burnt }: Candidates, cpu: CpuFigures): HotChoice {
  const ranked = busiestFirst(suspects, cpu);
  const calmed = calmedSince(ranked, burnt);
  if (calmed !== null) return calmed;
  const [top, second] = ranked;
  const isOne = suspects.length === 1;
  const many = areNamed
    ? `${suspects.length} instances that the alarm is about`
    : `${suspects.length} members in service`;
  if (top === undefined) {
    const none = isOne ? 'The only member in service has no' : `None of the ${many} has a`;
    return { hot: null, reason: `${none} recent CPU figure.` };
  }
  const figures = second === undefined ? '' : `; the next has ${formatPercent(second[1].percent / 100)}`;
  const of = !areNamed && new Set(members.map(({ group }) => group)).size > 1 ? ` of the ${groups(members)}` : '';
  const place = isOne ? 'is the only member in service' : `has the highest CPU of ${many}${of}`;
  return { hot: top[0], reason: `It ${place}: ${figure(top[1])}${figures}.` };
}

/** `group`, or `groups api and web`. */
function groups(members: readonly GroupMember[]): string {
  const names = [...new Set(members.map(({ group }) => group))].sort();
  return names.length > 1 ? `groups ${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : 'group';
}

function ofNamed(
  named: readonly InstanceId[],
  first: InstanceId,
  burnt: Suspects['burnt'],
  cpu: CpuFigures,
): HotChoice {
  const ranked = busiestFirst(named, cpu);
  const calmed = calmedSince(ranked, burnt);
  if (calmed !== null) return calmed;
  const [top] = ranked;
  if (named.length === 1) {
    return {
      hot: first,
      reason: `The alarm names it; ${currently(top?.[1])}.`,
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

/** The one that was as hot as the alarm saw, when another is busier by now. */
function calmedSince(
  ranked: readonly (readonly [InstanceId, RecentCpu])[],
  burnt: Suspects['burnt'],
): HotChoice | null {
  const [busiest] = ranked;
  const top = ranked.find(([id]) => burnt.has(id));
  if (top === undefined || busiest === undefined || top === busiest) return null;
  const now = `its CPU is ${figure(top[1])}, that of ${busiest[0]} ${formatPercent(busiest[1].percent / 100)}`;
  return { hot: top[0], reason: `It was as hot as the alarm saw, and no busier one was; ${now}.` };
}

function busiestFirst(ids: readonly InstanceId[], cpu: CpuFigures) {
  return ids
    .flatMap((id) => {
      const recent = cpu.get(id);
      return recent === undefined ? [] : [[id, recent] as const];
    })
    .sort(([idA, a], [idB, b]) => b.percent - a.percent || (idA < idB ? -1 : 1));
}

function currently(cpu: RecentCpu | undefined): string {
  return cpu === undefined ? 'CloudWatch has no recent CPU figure for it' : `CPU ${figure(cpu)}`;
}

function figure(cpu: RecentCpu): string {
  const points = cpu.points === 1 ? 'the latest data point' : `the latest ${cpu.points} data points`;
  return `${formatPercent(cpu.percent / 100)} over ${points}`;
}
