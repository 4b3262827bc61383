/** Causes outside the profiled processes: other programs, the hypervisor, or none any more. */
import type { Profile } from '../../profile/profile.ts';
import { formatCores, formatPercent } from '../../shared/text/number.ts';
import { joined, keep, sentence } from '../../shared/text/sentence.ts';
import type { ProgramUse, Side } from '../differential.ts';
import { onPeer, programSubject, programWords } from '../program-words.ts';
import { extraCores } from './programs.ts';
import { cores, growth, type VerdictInput, type VerdictRule } from './verdict-input.ts';

/**
 * Cores of nobody: the accounts of host and processes are read some ten ms apart, so small differences mean nothing.
 */
const UNEXPLAINED = 0.3;
/**
 * Less is believed from the least that another process is named for, when the accounts of both sides are complete and
 * the healthy side leaves only a third of it open: what comes and goes there as well varies by itself.
 */
const UNEXPLAINED_TIMES = 3;
/** Other programs that grew as well and are worth a sentence each. */
const MAX_FURTHER = 2;
/** CPU during the capture below this part of what the alarm saw: it is over. */
const SPIKE_OVER = 0.5;

function overPeers(input: VerdictInput, measure: (profile: Profile, side: Side) => number): number {
  return input.peers.reduce((sum, { profile, side }) => sum + measure(profile, side), 0) / input.peers.length;
}

/**
 * Busy cores of the host that neither the profiled processes nor the listed ones explain: what came and went in
 * between.
 */
function unexplained(profile: Profile, side: Side): number {
  if (side.hostBusyCores === null) return 0;
  const listed = profile.facts.otherProcesses.reduce((sum, other) => sum + other.cpuSeconds, 0) / side.seconds;
  return side.hostBusyCores - (side.accountedCores ?? side.cores) - listed;
}

function isBeyondChance(input: VerdictInput, extra: number): boolean {
  if (extra >= UNEXPLAINED) return true;
  const sides = [input.hot, ...input.peers.map((peer) => peer.side)];
  if (sides.some((side) => side.accountedCores === null || side.hostBusyCores === null)) return false;
  const most = Math.max(0, ...input.peers.map(({ profile, side }) => unexplained(profile, side)));
  return extra >= 2 * input.minCores && unexplained(input.hotProfile, input.hot) >= UNEXPLAINED_TIMES * most;
}

/** Programs that start and end within the recording are in no list of processes, but in the host's CPU. */
export const shortLived: VerdictRule = (input) => {
  const extra = unexplained(input.hotProfile, input.hot) - overPeers(input, unexplained);
  if (!isBeyondChance(input, extra) || extra < 2 * Math.max(0, growth(input))) return undefined;
  return {
    class: 'other process',
    headline: sentence`short-lived processes use ${cores(extra)}; the service is not the cause`,
    evidence: [
      joined([
        sentence`${keep(`${formatCores(extra)} busy cores`)} more than on the healthy side belong to no process that `,
        sentence`ran throughout the recording; the profiled ones use ${keep(`${formatCores(growth(input))} more`)}.`,
      ]),
    ],
    clearsCode: true,
  };
};

export const otherProcess: VerdictRule = (input) => {
  const [top, ...others] = input.programs;
  if (top === undefined) return undefined;
  const most = extraCores(top);
  const all = input.programs.reduce((sum, use) => sum + Math.max(0, extraCores(use)), 0);
  const own = Math.max(0, growth(input));
  if (most < 2 * input.minCores || all < own) return undefined;
  // Of two that grew, the service may well be one that somebody wants to mend: its findings stay.
  const clearsCode = all >= 2 * own;
  const service = clearsCode ? 'the service is not the cause' : 'the service grew too';
  const profiled = keep(`${formatCores(growth(input))} more`);
  const there = (use: ProgramUse) => onPeer(use, input.isBaseline);
  const further = others.slice(0, MAX_FURTHER).filter((use) => extraCores(use) >= input.minCores);
  return {
    class: 'other process',
    program: top,
    headline: sentence`${programSubject(top)} uses ${cores(top.hotCores)}, ${there(top)}; ${service}`,
    evidence: [
      sentence`${top.name} used ${cores(most)} more than on the healthy side; the profiled processes ${profiled}.`,
      ...further.map((use) => sentence`${programWords(use)}: ${cores(use.hotCores)}, ${there(use)}.`),
    ],
    clearsCode,
  };
};

function stolen(profile: Profile, seconds: number): number {
  return (profile.facts.hostCpu?.steal ?? 0) / seconds;
}

export const steal: VerdictRule = (input) => {
  const hot = stolen(input.hotProfile, input.hot.seconds);
  const extra = hot - overPeers(input, (profile, side) => stolen(profile, side.seconds));
  const share = extra / (input.hotProfile.facts.cpus ?? 1);
  if (share < 0.1 || extra < Math.max(0, growth(input))) return undefined;
  const more = keep(`${formatCores(extra)} more`);
  const there = input.isBaseline ? 'in the baseline' : 'on the peer';
  return {
    class: 'steal',
    headline: sentence`other virtual machines take ${cores(hot)} of this one's CPU`,
    evidence: [sentence`The kernel asked for ${cores(hot)} that it did not get (steal), ${more} than ${there}.`],
    clearsCode: true,
  };
};

export const spikeOver: VerdictRule = (input) => {
  const cpus = input.hotProfile.facts.cpus;
  const busy = input.hot.hostBusyCores ?? input.hot.accountedCores ?? input.hot.cores;
  // Above 100 it is not part of a host's CPU: percent of one CPU, milliseconds, requests.
  if (input.alarmPercent === null || input.alarmPercent > 100 || cpus === null || cpus === 0) return undefined;
  const now = busy / cpus;
  if (100 * now >= SPIKE_OVER * input.alarmPercent || input.findings.some((finding) => finding.deltaCores > 0))
    return undefined;
  const alarmed = keep(formatPercent(input.alarmPercent / 100));
  const recorded = keep(formatPercent(now));
  return {
    class: 'spike over',
    headline: sentence`CPU was back at ${recorded} by the time of the recording`,
    evidence: [sentence`The alarm saw ${alarmed} CPU, the recording ${recorded}.`],
    clearsCode: true,
  };
};
