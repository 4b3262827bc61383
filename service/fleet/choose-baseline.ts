import type { InstanceId } from '../shared/ids.ts';
import { formatDuration } from '../shared/text/duration.ts';
import { formatPercent } from '../shared/text/number.ts';
import type { CpuPoint, GroupMember } from './member.ts';
import { recentCpu } from './recent-cpu.ts';

/** Busier than that, a member is no picture of how the service is when it is well. */
const MAX_PERCENT = 60;
/** Members whose reasons are told. */
const TOLD = 3;

export interface BaselineInput {
  readonly members: readonly GroupMember[];
  /** Recent CPUUtilization; an instance without data is absent or maps to []. */
  readonly cpu: ReadonlyMap<InstanceId, readonly CpuPoint[]>;
  /** A member that runs for less is warming up. */
  readonly minAgeMs: number;
  readonly now: number;
}

export interface BaselineChoice {
  /** Null when nobody is fit. */
  readonly member: GroupMember | null;
  /** Recent CPUUtilization of it. */
  readonly cpuPercent: number | null;
  /** Why nobody is, in a sentence. */
  readonly why: string | null;
}

/** The member that shows how a group is when it is well: of those that are fit the median one by CPU. */
export function chooseBaseline({ members, cpu, minAgeMs, now }: BaselineInput): BaselineChoice {
  const ids = members.map(({ instanceId }) => instanceId);
  const figures = recentCpu(cpu, ids, now);
  const percentOf = ({ instanceId }: GroupMember) => figures.get(instanceId)?.percent ?? null;
  const unfit: string[] = [];
  const fit = members.filter((member) => {
    const why = whyUnfit(member, percentOf(member), minAgeMs, now);
    if (why !== null) unfit.push(`${member.instanceId} ${why}`);
    return why === null;
  });
  const ranked = fit
    .map((member) => ({ member, percent: percentOf(member) ?? 0 }))
    .sort((a, b) => a.percent - b.percent || (a.member.instanceId < b.member.instanceId ? -1 : 1));
  const middle = ranked[Math.floor((ranked.length - 1) / 2)];
  if (middle !== undefined) return { member: middle.member, cpuPercent: middle.percent, why: null };
  const told = unfit.sort().slice(0, TOLD).join(', ');
  const more = unfit.length > TOLD ? `, and ${unfit.length - TOLD} more` : '';
  return { member: null, cpuPercent: null, why: `No member is fit: ${told === '' ? 'there is none' : told}${more}.` };
}

function whyUnfit(member: GroupMember, percent: number | null, minAgeMs: number, now: number): string | null {
  if (member.lifecycle !== 'InService') return `is ${member.lifecycle}`;
  if (!member.healthy) return 'is unhealthy';
  if (!member.online) return 'has no SSM agent online';
  const upMs = member.launchedAtMs === null ? 0 : now - member.launchedAtMs;
  if (upMs < minAgeMs) return `has been up for only ${formatDuration(upMs)}`;
  if (percent === null) return 'has no recent CPU figure';
  return percent > MAX_PERCENT ? `has a CPU of ${formatPercent(percent / 100)}` : null;
}
