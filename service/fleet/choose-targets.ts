import type { InstanceId } from '../shared/ids.ts';
import { formatDuration } from '../shared/text/duration.ts';
import { formatPercent } from '../shared/text/number.ts';
import type { ChoiceInput, MemberVerdict, TargetChoice } from './choice.ts';
import { chooseHot } from './choose-hot.ts';
import { doubtOf, explaining } from './doubt.ts';
import type { GroupMember } from './member.ts';
import { type RankedPeers, rankPeers } from './rank-peers.ts';
import { type RecentCpu, recentCpu } from './recent-cpu.ts';

const NO_GROUP =
  'The hot instance is in no Auto Scaling group, and no tag groups it with others (PEER_TAG): it has no peers.';

type CpuFigures = ReadonlyMap<InstanceId, RecentCpu>;

/**
 * Chooses the hot instance and its healthy peers, and says of every member why it was chosen or not. Pure, and the
 * order of the members does not matter: a repeated step chooses the same.
 */
export function chooseTargets(all: ChoiceInput): TargetChoice {
  const ids = [...new Set([...all.members.map((member) => member.instanceId), ...all.instanceIds])];
  const cpu = recentCpu(all.cpu, ids, all.now);
  const suspects = all.members.filter(({ group }) => all.wholeGroups.includes(group));
  const burnt = explaining(all, ids);
  const { hot, reason: hotReason } = chooseHot({ named: all.instanceIds, members: suspects, burnt, why: all.why }, cpu);
  if (hot === null) return withoutHot(all, cpu, hotReason);
  const { input, strangers } = ownGroup(all, hot);
  const peers = rankPeers(input, hot, cpu);
  const chosen = peers.ranked.slice(0, Math.max(0, input.peers));
  const hotMember = input.members.find((member) => member.instanceId === hot);
  const doubt = doubtOf(all, hot);
  const verdicts = [
    {
      ...verdict(hot, 'hot', `${hotReason}${awayNote(hotMember)}${burstNote(hotMember)}`, cpu),
      ...(doubt !== null && { doubt }),
      ...(hotMember?.launchedBy != null && { launchedBy: hotMember.launchedBy }),
    },
    ...chosen.map((member) => verdict(member.instanceId, 'peer', whyPeer(input, member, hotMember, peers, cpu), cpu)),
    ...rest(input, hot, chosen, peers, cpu),
    ...strangers.map(({ instanceId, group }) =>
      verdict(instanceId, 'not chosen', `It is of the group ${group}, the hot instance of ${hotMember?.group}.`, cpu),
    ),
  ];
  return {
    hot,
    hotReason,
    peers: chosen.map((member) => member.instanceId),
    noPeerReason: chosen.length > 0 ? null : whyNoPeer(input, peers),
    verdicts,
  };
}

/** The alarm may be about several groups: peers are of the one that the hot instance is of. */
function ownGroup(all: ChoiceInput, hot: InstanceId) {
  const group = all.members.find(({ instanceId }) => instanceId === hot)?.group;
  const isOwn = (member: GroupMember) => group === undefined || member.group === group;
  const strangers = byId(all.members.filter((member) => !isOwn(member)));
  return { input: { ...all, members: all.members.filter(isOwn) }, strangers };
}

function verdict(instanceId: InstanceId, role: MemberVerdict['role'], reason: string, cpu: CpuFigures): MemberVerdict {
  return { instanceId, role, reason, cpuPercent: cpu.get(instanceId)?.percent ?? null };
}

function withoutHot(input: ChoiceInput, cpu: CpuFigures, hotReason: string): TargetChoice {
  const why = 'No hot instance was found, so there is nothing to compare it with.';
  const verdicts = byId(input.members).map((member) =>
    verdict(
      member.instanceId,
      'not chosen',
      member.lifecycle === 'InService' ? 'It has no recent CPU figure.' : `It is ${member.lifecycle}, not in service.`,
      cpu,
    ),
  );
  return { hot: null, hotReason, peers: [], noPeerReason: why, verdicts };
}

/** Members that are neither hot nor peer, by id. */
function rest(
  input: ChoiceInput,
  hot: InstanceId,
  chosen: readonly GroupMember[],
  peers: RankedPeers,
  cpu: CpuFigures,
): MemberVerdict[] {
  const taken = new Set([hot, ...chosen.map((member) => member.instanceId)]);
  return byId(input.members)
    .filter((member) => !taken.has(member.instanceId))
    .map(({ instanceId }) => {
      const rank = peers.ranked.findIndex((member) => member.instanceId === instanceId) + 1;
      const spare = `It qualifies (rank ${rank} of ${peers.ranked.length}), but ${wanted(input.peers)}.`;
      return verdict(instanceId, 'not chosen', peers.unfit.get(instanceId)?.reason ?? spare, cpu);
    });
}

function wanted(peers: number): string {
  if (peers <= 0) return 'none is compared with';
  return peers === 1 ? 'one peer is enough' : `${peers} peers are enough`;
}

function byId(members: readonly GroupMember[]): GroupMember[] {
  return [...members].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
}

/** `Same type m5.large, same launch template web v7, another zone, …b; CPU 31 %, the median 30 %; running for 3 h.` */
function whyPeer(
  input: ChoiceInput,
  member: GroupMember,
  hot: GroupMember | undefined,
  peers: RankedPeers,
  cpu: CpuFigures,
): string {
  const own = cpu.get(member.instanceId);
  const figure = own ? `CPU ${formatPercent(own.percent / 100)}` : 'no recent CPU figure';
  const middle =
    peers.medianPercent === undefined ? '' : `, the median of the others ${formatPercent(peers.medianPercent / 100)}`;
  const runs = member.launchedAtMs === null ? '' : `; running for ${formatDuration(input.now - member.launchedAtMs)}`;
  const likeness = [
    typeLikeness(member, hot),
    launchLikeness(member.launchedBy, hot?.launchedBy ?? null),
    likenessOf('zone', member.zone, hot?.zone ?? null),
  ].filter((part) => part !== '');
  return `Healthy, ${likeness.join(', ')}; ${figure}${middle}${runs}.`;
}

function typeLikeness(member: GroupMember, hot: GroupMember | undefined): string {
  const own = member.instanceType ?? 'unknown';
  if (member.instanceType === (hot?.instanceType ?? null)) return `same type ${own}`;
  const cpus = `${member.cpus} vCPU${member.cpus === 1 ? '' : 's'}`;
  const hotType = hot?.instanceType ?? 'unknown';
  return `another type with ${cpus}, too, ${own} (the hot instance: ${hotType}), whose cores do not work alike`;
}

/** A peer that runs another version of the launch template is a finding in itself: the reader must see it. */
function launchLikeness(own: string | null, hot: string | null): string {
  if (own === hot) return own === null ? '' : `same ${own}`;
  return `of ${own ?? 'an unknown launch template'} (the hot instance: ${hot ?? 'unknown'})`;
}

function likenessOf(what: string, own: string | null, hot: string | null): string {
  if (own === hot) return own === null ? '' : `same ${what} ${own}`;
  return `another ${what}, ${own ?? 'unknown'} (the hot instance: ${hot ?? 'unknown'})`;
}

function whyNoPeer(input: ChoiceInput, peers: RankedPeers): string {
  if (input.peers <= 0) return 'The configuration asks for no peer (PEERS=0).';
  const unfit = [...peers.unfit.values()];
  const [first] = unfit;
  if (input.members.length === 0) return NO_GROUP;
  if (first === undefined) return 'The hot instance is the only member of its group.';
  const burning = unfit.filter(({ alsoHot }) => alsoHot).length;
  if (unfit.length === 1) return `No healthy peer: the only other member does not qualify. ${first.reason}`;
  if (burning === unfit.length) return `No healthy peer: all ${burning} other members are hot, too.`;
  return (
    `No healthy peer: none of the ${unfit.length} other members qualifies` +
    `${burning > 0 ? `; ${burning} of them ${burning === 1 ? 'is' : 'are'} hot, too` : ''}.`
  );
}

/** In a warm pool, detached, in standby: the group's figures and its load balancer know it no more. */
function awayNote(hot: GroupMember | undefined): string {
  return hot === undefined || hot.lifecycle === 'InService'
    ? ''
    : ` It is ${hot.lifecycle}, not in service of the group ${hot.group}.`;
}

/** t2, t3, t3a, t4g: out of credits, their CPU is pushed down to a baseline, and the sick one looks calm. */
function burstNote(hot: GroupMember | undefined): string {
  const type = hot?.instanceType ?? '';
  if (!/^t\d/.test(type)) return '';
  return ` ${type} is burstable: without CPU credits its CPU is capped and steal grows, so check CPUCreditBalance.`;
}
