import type { InstanceId } from '../shared/ids.ts';
import { formatDuration } from '../shared/text/duration.ts';
import { formatPercent } from '../shared/text/number.ts';
import { BURNING_SHARE } from './burning-share.ts';
import type { ChoiceInput } from './choice.ts';
import type { GroupMember } from './member.ts';
import { median, type RecentCpu } from './recent-cpu.ts';

/** Below half of its CPUs nobody is on fire, however near the hot one is (its figure may lag behind the alarm). */
const BURNING_FLOOR_PERCENT = 50;
/**
 * Further than this from the group's median (points of percent, or half of the median when that is more), a member is
 * idle, freshly started or about to become hot: not what normal looks like.
 */
const NORMAL_BAND_PERCENT = 15;

/** Why a member is not to be compared with. */
export interface Unfit {
  readonly reason: string;
  /** As hot as the hot one. */
  readonly alsoHot: boolean;
}

export interface RankedPeers {
  /** Fit to be compared with, best first. */
  readonly ranked: readonly GroupMember[];
  /** Each other member, the hot one left out. */
  readonly unfit: ReadonlyMap<InstanceId, Unfit>;
  /** Of the members in service other than the hot one: with few members the hot one would drag it along. */
  readonly medianPercent: number | undefined;
}

/**
 * Sorts the members fit for a comparison. Must: in service, healthy, reachable, as many vCPUs, warmed up, not burning.
 * Then, in this order: same instance type, same launch template version (other code or settings would be a difference
 * of its own), CPU in the normal band, same zone, CPU nearest to the median, id.
 */
export function rankPeers(input: ChoiceInput, hot: InstanceId, cpu: ReadonlyMap<InstanceId, RecentCpu>): RankedPeers {
  const hotMember = input.members.find((member) => member.instanceId === hot);
  const others = input.members.filter((member) => member.instanceId !== hot);
  const inService = others.filter((member) => member.lifecycle === 'InService');
  const medianPercent = median(inService.flatMap((member) => cpu.get(member.instanceId)?.percent ?? []));
  const unfit = new Map<InstanceId, Unfit>();
  for (const member of others) {
    const why = whyUnfit(input, member, hotMember, cpu);
    if (why !== null) unfit.set(member.instanceId, why);
  }
  const key = (member: GroupMember) => rankKey(member, hotMember, cpu.get(member.instanceId), medianPercent);
  const ranked = others.filter((member) => !unfit.has(member.instanceId)).sort((a, b) => compareKeys(key(a), key(b)));
  return { ranked, unfit, medianPercent };
}

/** The first thing that rules a member out. */
function whyUnfit(
  input: ChoiceInput,
  member: GroupMember,
  hot: GroupMember | undefined,
  cpu: ReadonlyMap<InstanceId, RecentCpu>,
): Unfit | null {
  const reason = whyNotAlike(input, member, hot);
  if (reason !== null) return { reason, alsoHot: false };
  const hotToo = burning(input, member, hot && cpu.get(hot.instanceId), cpu.get(member.instanceId));
  return hotToo === null ? null : { reason: hotToo, alsoHot: true };
}

function whyNotAlike(input: ChoiceInput, member: GroupMember, hot: GroupMember | undefined): string | null {
  if (member.lifecycle !== 'InService') return `It is ${member.lifecycle}, not in service.`;
  if (!member.healthy) return 'Auto Scaling reports it as unhealthy.';
  if (!member.online) return 'Its SSM agent is not online, so nothing can be run on it.';
  return otherType(member, hot) ?? tooYoung(input, member);
}

function otherType(member: GroupMember, hot: GroupMember | undefined): string | null {
  const type = hot?.instanceType ?? null;
  if (type === null) return 'The instance type of the hot instance is not known, so the two cannot be compared.';
  if (member.instanceType === type || hasAsManyCpus(member, hot)) return null;
  return (
    `Its type is ${member.instanceType ?? 'unknown'}, that of the hot instance ${type}: ` +
    'their cores are not comparable.'
  );
}

/** Work is compared in cores, so as many of them will do; that they are of another make is said. */
function hasAsManyCpus(member: GroupMember, hot: GroupMember | undefined): boolean {
  return member.instanceType !== null && member.cpus !== null && member.cpus === hot?.cpus;
}

function tooYoung(input: ChoiceInput, member: GroupMember): string | null {
  if (input.minPeerAgeMs <= 0) return null;
  if (member.launchedAtMs === null) return 'How long it has been up is not known.';
  const runs = input.now - member.launchedAtMs;
  if (runs >= input.minPeerAgeMs) return null;
  return `It has been up for only ${formatDuration(runs)}; peers must be up for ${formatDuration(input.minPeerAgeMs)}.`;
}

function burning(
  input: ChoiceInput,
  member: GroupMember,
  hot: RecentCpu | undefined,
  own: RecentCpu | undefined,
): string | null {
  if (input.alsoBurning?.has(member.instanceId)) return 'Also hot: it is the hot instance of another open incident.';
  if (input.inAlarm?.has(member.instanceId)) return 'Also hot: an alarm that names it is in ALARM.';
  // In a drill nothing burns: who is as busy as the other is as it should be.
  if (input.isDrill || hot === undefined || own === undefined || own.percent < BURNING_FLOOR_PERCENT) return null;
  if (own.percent < BURNING_SHARE * hot.percent) return null;
  return `Also hot: CPU ${formatPercent(own.percent / 100)}, the hot instance ${formatPercent(hot.percent / 100)}.`;
}

type RankKey = readonly [
  otherType: number,
  otherTemplate: number,
  abnormal: number,
  otherZone: number,
  distance: number,
  id: string,
];

function rankKey(
  member: GroupMember,
  hot: GroupMember | undefined,
  own: RecentCpu | undefined,
  medianPercent: number | undefined,
): RankKey {
  const distance =
    own && medianPercent !== undefined ? Math.abs(own.percent - medianPercent) : Number.POSITIVE_INFINITY;
  const band = Math.max(NORMAL_BAND_PERCENT, (medianPercent ?? 0) / 2);
  return [
    member.instanceType === (hot?.instanceType ?? null) ? 0 : 1,
    member.launchedBy === (hot?.launchedBy ?? null) ? 0 : 1,
    distance <= band ? 0 : 1,
    member.zone === (hot?.zone ?? null) ? 0 : 1,
    distance,
    member.instanceId,
  ];
}

function compareKeys(a: RankKey, b: RankKey): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right !== undefined && left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
