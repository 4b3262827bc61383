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
import { findInlined, type Inlining } from './inlining.ts';
import { describeMethod } from './method.ts';
import { gather, ownerTree } from './owner-tree.ts';
import { findOwners, type Owners } from './owners.ts';
import { judgeQuality, type Recorded } from './quality.ts';
import { asShares, scaleOf } from './scale.ts';
import { labelThrough, type Through } from './through.ts';
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
/** Above this p of the whole-profile test no function is named. */
const WHOLE_PROFILE_P = 0.01;

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

/** Samples by function and tier. */
function tierCounts(profiles: readonly Profile[], tree: UnionTree, first: number): Float64Array {
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

/** Both sides on one tree, counted. */
interface Laid {
  readonly profiles: readonly [Profile, ...Profile[]];
  readonly tree: UnionTree;
  readonly through: Through;
  readonly inlining: Inlining;
  readonly owners: Owners;
  readonly hosts: readonly [Host, ...Host[]];
  readonly recorded: readonly [Recorded, ...Recorded[]];
  readonly hotSelf: Float64Array;
  readonly healthySelf: Float64Array;
}

/** The hot side first: its functions and call order come first in the tree. */
function lay(profiles: readonly [Profile, ...Profile[]]): Laid {
  const tree = uniteTrees(profiles);
  const frames = findOwners(tree);
  const through = labelThrough(tree, frames);
  const inlining = findInlined(profiles, tree, frames, through);
  const fn = frames.fn.map((owner, node) => {
    const callee = inlining.callee[node] as number;
    return callee < 0 ? owner : callee;
  });
  const owners = { ...frames, fn };
  const hosts = hostsOf(profiles, tree, owners) as [Host, ...Host[]];
  const recorded = hosts.map((host, i): Recorded => {
    const profile = profiles[i] as Profile;
    return { host, profile, side: sideOf(host, profile) };
  }) as [Recorded, ...Recorded[]];
  const hotSelf = nodeCores(hosts.slice(0, 1), tree.length);
  const healthySelf = nodeCores(hosts.slice(1), tree.length);
  return { profiles, tree, through, inlining, owners, hosts, recorded, hotSelf, healthySelf };
}

/** p of "the two sides differ at all"; undefined where the profiles keep no times. */
function wholeP({ profiles, tree, owners, hosts }: Laid): number | undefined {
  const samples = new Float64Array(tree.length);
  for (const host of hosts) {
    host.counts.nodeSelf.forEach((count, node) => {
      samples[node] = (samples[node] as number) + count;
    });
  }
  const [hot, ...peers] = profiles.map((profile, index) => ({ profile, index, scale: (hosts[index] as Host).scale }));
  return hot === undefined ? undefined : wholeProfileP(hot, peers, tree, owners, samples);
}

function findingsOf(
  laid: Laid,
  comparison: Comparison,
  rows: readonly FunctionRow[],
  own: readonly Change[],
  extra: number,
): Finding[] {
  const { tree, through, inlining, owners, hotSelf, healthySelf } = laid;
  const columns = ownerTree(tree, owners);
  return makeFindings({
    tree,
    through,
    inlining,
    ownerTree: columns,
    hotSelf,
    healthySelf,
    rows,
    extra,
    grounds: {
      tree: columns,
      hot: gather(columns, hotSelf),
      healthy: gather(columns, healthySelf),
      own,
      total: rows.map((row) => row.total),
      minCores: comparison.thresholds.minCores,
    },
  });
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
  const laid = lay([hot, ...peers]);
  const { tree, owners, hosts, hotSelf, healthySelf } = laid;
  const [hotHost, ...peerHosts] = hosts;
  const [hotRecorded, ...peersRecorded] = laid.recorded;
  const quality = judgeQuality(hotRecorded, peersRecorded);
  const thresholds = thresholdsFor(hosts, options);
  const comparison: Comparison = { hot: hotHost, peers: peerHosts, functions: tree.functions.length, thresholds };
  const tiers = [tierCounts([hot], tree, 0), tierCounts(peers, tree, 1)] as const;
  const rows = rowsOf(changes(comparison, 'self'), changes(comparison, 'total'), ...tiers);
  const own = changes(comparison, 'own');
  const whole = wholeChange(comparison);
  const p = wholeP(laid);
  const silent = quality.grade === 'withheld' || (p !== undefined && p > WHOLE_PROFILE_P);
  const sides = { hot: hotRecorded.side, healthy: meanSide(peersRecorded.map((peer) => peer.side)) };
  const { verdict, findings } = judge({
    ...sides,
    hotProfile: hot,
    peers: peersRecorded,
    whole,
    wholeP: p ?? whole.q,
    findings: silent ? [] : findingsOf(laid, comparison, rows, own, whole.deltaCores),
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
    findings,
    verdict,
    quality,
    ...sides,
    wholeProfileP: p ?? whole.q,
    method: describeMethod(comparison, hosts),
  };
}
