import type { Profile } from '../profile/profile.ts';
import { TIERS } from '../profile/profile.ts';
import { AppError } from '../shared/errors.ts';
import { countBlocks } from './block-counts.ts';
import { type Comparison, changes, type Thresholds, wholeChange } from './changes.ts';
import { meanSide, sideOf } from './coverage.ts';
import { cpuKinds } from './cpu-kinds.ts';
import type { Change, Differential, DifferentialTree, Finding, FunctionRow } from './differential.ts';
import type { Host } from './estimate.ts';
import { makeFindings } from './findings.ts';
import { describeMethod } from './method.ts';
import { gather, ownerTree } from './owner-tree.ts';
import { findOwners, type Owners } from './owners.ts';
import { judgeQuality, type Recorded } from './quality.ts';
import { asShares, scaleOf } from './scale.ts';
import { totals, type UnionTree, uniteTrees } from './union-tree.ts';
import { judge } from './verdict.ts';
import { wholeProfileP } from './whole-profile.ts';

export interface CompareOptions {
  /** CPU of the host, in percent of all its CPUs, that set off the alarm. */
  readonly alarm?: { readonly cpuPercent: number | null };
  /** Smallest change in cores that is worth naming. */
  readonly minCores?: number;
}

const DEFAULT_MIN_CORES = 0.05;
/** The same for profiles without recording time, in parts of the profile. */
const MIN_SHARE = 0.02;
/** … and as a part of all the CPU that the busier side uses. */
const MIN_PART = 0.02;
const FALSE_DISCOVERY_RATE = 0.05;
const MIN_RELATIVE = 0.1;
const MIN_SAMPLES = 20;

function hostsOf(profiles: readonly Profile[], tree: UnionTree, owners: Owners): Host[] {
  const scales = profiles.map(scaleOf);
  const shares = scales.some((scale) => scale.sharesOnly);
  return profiles.map((profile, index) => {
    const scale = shares ? asShares(scales[index] as Host['scale']) : (scales[index] as Host['scale']);
    return { scale, counts: countBlocks(profile, tree, owners, index, scale.seconds) };
  });
}

/** Cores by union node, mean of the hosts. */
function nodeCores(hosts: readonly Host[], length: number): Float64Array {
  const cores = new Float64Array(length);
  for (const { counts, scale } of hosts) {
    const k = scale.coresPerSample / hosts.length;
    for (let node = 0; node < length; node++) {
      cores[node] = (cores[node] as number) + (counts.nodeSelf[node] as number) * k;
    }
  }
  return cores;
}

function tierShares(profiles: readonly Profile[], tree: UnionTree, first: number): Float64Array {
  const tiers = TIERS.length;
  const counts = new Float64Array(tree.functions.length * tiers);
  profiles.forEach(({ samples }, i) => {
    const nodeOf = tree.nodeOf[first + i] as Int32Array;
    const tierOf = tree.tierOf[first + i] as Uint8Array;
    for (let row = 0; row < samples.length; row++) {
      const node = samples.node[row] as number;
      if (node === 0) continue;
      const at = (tree.fn[nodeOf[node] as number] as number) * tiers + (tierOf[node] as number);
      counts[at] = (counts[at] as number) + (samples.count[row] as number);
    }
  });
  return counts;
}

function shares(counts: Float64Array, fn: number): number[] {
  const of = new Array<number>(TIERS.length).fill(0);
  let all = 0;
  for (let tier = 0; tier < of.length; tier++) all += counts[fn * of.length + tier] as number;
  if (all === 0) return of;
  for (let tier = 0; tier < of.length; tier++) of[tier] = (counts[fn * of.length + tier] as number) / all;
  return of;
}

function rowsOf(
  self: readonly Change[],
  total: readonly Change[],
  hot: Float64Array,
  healthy: Float64Array,
): FunctionRow[] {
  return self.map((change, fn) => ({
    fn,
    self: change,
    total: total[fn] as Change,
    hotTiers: shares(hot, fn),
    healthyTiers: shares(healthy, fn),
  }));
}

function differentialTree(tree: UnionTree, hotSelf: Float64Array, healthySelf: Float64Array): DifferentialTree {
  return {
    functions: tree.functions,
    length: tree.length,
    parent: tree.parent,
    fn: tree.fn,
    hotSelf,
    hotTotal: totals(tree.parent, hotSelf),
    healthySelf,
    healthyTotal: totals(tree.parent, healthySelf),
  };
}

function thresholdsFor(hosts: readonly Host[], options: CompareOptions): Thresholds {
  const busiest = Math.max(...hosts.map(({ scale }) => scale.samples * scale.coresPerSample));
  const least = hosts[0]?.scale.sharesOnly ? MIN_SHARE : (options.minCores ?? DEFAULT_MIN_CORES);
  return {
    q: FALSE_DISCOVERY_RATE,
    minCores: Math.max(least, MIN_PART * busiest),
    minRelative: MIN_RELATIVE,
    minSamples: MIN_SAMPLES,
  };
}

/**
 * What changed between healthy and hot, by how much, how sure, and whose code it is. Several healthy profiles are peers:
 * their mean is the other side, their differences widen the intervals. Throws `NO_HEALTHY_PROFILE`.
 */
export function compare(
  healthy: Profile | readonly Profile[],
  hot: Profile,
  options: CompareOptions = {},
): Differential {
  const peers: readonly Profile[] = 'samples' in healthy ? [healthy] : healthy;
  if (peers.length === 0) throw new AppError('NO_HEALTHY_PROFILE', 'There is no healthy profile to compare with.');
  // The hot side first: its functions and call order come first in the tree.
  const profiles = [hot, ...peers];
  const tree = uniteTrees(profiles);
  const owners = findOwners(tree);
  const hosts = hostsOf(profiles, tree, owners);
  const [hotHost, ...peerHosts] = hosts as [Host, ...Host[]];
  const recorded = hosts.map((host, i): Recorded => {
    const profile = profiles[i] as Profile;
    return { host, profile, side: sideOf(host, profile) };
  });
  const [hotRecorded, ...peersRecorded] = recorded as [Recorded, ...Recorded[]];
  const quality = judgeQuality(hotRecorded, peersRecorded);
  const thresholds = thresholdsFor(hosts, options);
  const comparison: Comparison = { hot: hotHost, peers: peerHosts, functions: tree.functions.length, thresholds };
  const rows = rowsOf(
    changes(comparison, 'self'),
    changes(comparison, 'total'),
    tierShares([hot], tree, 0),
    tierShares(peers, tree, 1),
  );
  const hotSelf = nodeCores([hotHost], tree.length);
  const healthySelf = nodeCores(peerHosts, tree.length);
  const samples = hotHost.counts.nodeSelf.map((count, node) =>
    peerHosts.reduce((sum, peer) => sum + (peer.counts.nodeSelf[node] as number), count),
  );
  const sources = profiles.map((profile, index) => ({ profile, index, scale: (hosts[index] as Host).scale }));
  const [hotSource, ...peerSources] = sources as [(typeof sources)[0], ...typeof sources];
  const wholeP = wholeProfileP(hotSource, peerSources, tree, owners, samples);
  const whole = wholeChange(comparison);
  const own = changes(comparison, 'own');
  const [hotSide, healthySide] = [hotRecorded.side, meanSide(peersRecorded.map((peer) => peer.side))];
  const differs = wholeP === undefined || wholeP <= 0.01;
  const columns = ownerTree(tree, owners);
  const findings: Finding[] =
    quality.grade === 'withheld' || !differs
      ? []
      : makeFindings({
          tree,
          owners,
          ownerTree: columns,
          hotSelf,
          healthySelf,
          rows,
          extra: whole.deltaCores,
          grounds: {
            tree: columns,
            hot: gather(columns, hotSelf),
            healthy: gather(columns, healthySelf),
            own,
            total: rows.map((row) => row.total),
            minCores: thresholds.minCores,
          },
        });
  const judgement = judge({
    hot: hotSide,
    healthy: healthySide,
    hotProfile: hot,
    peerProfiles: peers,
    whole,
    wholeP: wholeP ?? whole.q,
    findings,
    functions: tree.functions,
    rows,
    own,
    hotKinds: cpuKinds(tree, owners, hotSelf),
    healthyKinds: cpuKinds(tree, owners, healthySelf),
    minCores: thresholds.minCores,
    alarmPercent: options.alarm?.cpuPercent ?? null,
    quality,
  });
  return {
    tree: differentialTree(tree, hotSelf, healthySelf),
    rows,
    findings: judgement.findings,
    verdict: judgement.verdict,
    quality,
    hot: hotSide,
    healthy: healthySide,
    wholeProfileP: wholeP ?? whole.q,
    method: describeMethod(comparison, hosts),
  };
}
