/** Causes outside the profiled processes: other programs, the hypervisor, or none any more. */
import type { Profile } from '../../profile/profile.ts';
import type { Side } from '../differential.ts';
import { type Case, cores, growth, type Rule } from './verdict-input.ts';

/** Cores of nobody: the accounts of host and processes are read some ten ms apart, so small differences mean nothing. */
const UNEXPLAINED = 0.3;
/** CPU during the capture below this part of what the alarm saw: it is over. */
const SPIKE_OVER = 0.5;

function overPeers(c: Case, measure: (profile: Profile, side: Side) => number): number {
  return c.peers.reduce((sum, { profile, side }) => sum + measure(profile, side), 0) / c.peers.length;
}

/** CPU of processes that were not profiled, by name, in cores. */
function others(profile: Profile, seconds: number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const other of profile.facts.otherProcesses) {
    sums.set(other.name, (sums.get(other.name) ?? 0) + other.cpuSeconds / seconds);
  }
  return sums;
}

/** Busy cores of the host that neither the profiled processes nor the listed ones explain: what came and went in between. */
function unexplained(profile: Profile, side: Side): number {
  if (side.hostBusyCores === null) return 0;
  const listed = profile.facts.otherProcesses.reduce((sum, other) => sum + other.cpuSeconds, 0) / side.seconds;
  return side.hostBusyCores - (side.accountedCores ?? side.cores) - listed;
}

/** Programs that start and end within the recording are in no list of processes, but in the host's CPU. */
export const shortLived: Rule = (c) => {
  const extra = unexplained(c.hotProfile, c.hot) - overPeers(c, unexplained);
  if (extra < UNEXPLAINED || extra < 2 * Math.max(0, growth(c))) return undefined;
  return {
    class: 'other process',
    headline: `short-lived processes use ${cores(extra)} cores; the service is not the cause`,
    evidence: [
      `${cores(extra)} busy cores more than on the healthy side belong to no process that lived through the recording; the profiled ones use ${cores(growth(c))} more.`,
    ],
    clearsCode: true,
  };
};

export const otherProcess: Rule = (c) => {
  const hot = others(c.hotProfile, c.hot.seconds);
  let name = '';
  let most = 0;
  let all = 0;
  for (const [process, used] of hot) {
    const extra = used - overPeers(c, (profile, side) => others(profile, side.seconds).get(process) ?? 0);
    all += Math.max(0, extra);
    if (extra > most) [name, most] = [process, extra];
  }
  const own = Math.max(0, growth(c));
  if (most < 2 * c.minCores || all < own) return undefined;
  // Of two that grew, the service may well be one that somebody wants to mend: its findings stay.
  const clearsCode = all >= 2 * own;
  return {
    class: 'other process',
    headline: `${name} uses ${cores(hot.get(name) ?? 0)} cores; ${clearsCode ? 'the service is not the cause' : 'the service grew, too'}`,
    evidence: [
      `${name} used ${cores(most)} cores more than on the healthy side; the profiled processes ${cores(growth(c))} more.`,
    ],
    clearsCode,
  };
};

function stolen(profile: Profile, seconds: number): number {
  return (profile.facts.hostCpu?.steal ?? 0) / seconds;
}

export const steal: Rule = (c) => {
  const hot = stolen(c.hotProfile, c.hot.seconds);
  const extra = hot - overPeers(c, (profile, side) => stolen(profile, side.seconds));
  const share = extra / (c.hotProfile.facts.cpus ?? 1);
  if (share < 0.1 || extra < Math.max(0, growth(c))) return undefined;
  return {
    class: 'steal',
    headline: `the hypervisor withholds ${cores(hot)} cores`,
    evidence: [
      `${cores(hot)} cores of this machine's CPU were given to others (steal), ${cores(extra)} more than on the peer.`,
    ],
    clearsCode: true,
  };
};

export const spikeOver: Rule = (c) => {
  const cpus = c.hotProfile.facts.cpus;
  const busy = c.hot.hostBusyCores ?? c.hot.accountedCores ?? c.hot.cores;
  // Above 100 it is no part of a host's CPU: percent of one CPU, milliseconds, requests.
  if (c.alarmPercent === null || c.alarmPercent > 100 || cpus === null || cpus === 0) return undefined;
  const now = (100 * busy) / cpus;
  if (now >= SPIKE_OVER * c.alarmPercent || c.findings.some((finding) => finding.deltaCores > 0)) return undefined;
  return {
    class: 'spike over',
    headline: `CPU was back at ${now.toFixed(0)} % when it was recorded`,
    evidence: [`The alarm saw ${c.alarmPercent.toFixed(0)} % CPU, the recording ${now.toFixed(0)} %.`],
    clearsCode: true,
  };
};
