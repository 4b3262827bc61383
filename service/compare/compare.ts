import { callKinds } from '../profile/call-kinds.ts';
import { add } from '../profile/columns.ts';
import { apartByImage } from '../profile/container/apart-by-image.ts';
import type { Profile } from '../profile/profile.ts';
import { TIERS } from '../profile/profile.ts';
import { sharesOfSums } from '../profile/shares-of-sums.ts';
import { AppError } from '../shared/errors.ts';
import { formatCores } from '../shared/text/number.ts';
import { type AlignedProfiles, alignProfiles } from './alignment/aligned-profiles.ts';
import { cpuKinds } from './alignment/cpu-kinds.ts';
import { describeTerms, onEqualTerms } from './alignment/equal-terms.ts';
import { ownerShares } from './alignment/owner-shares.ts';
import { gather, ownerTree } from './alignment/owner-tree.ts';
import { totals, type UnionTree } from './alignment/union-tree.ts';
import { type UnownedGrowth, unownedGrowth } from './alignment/unowned-growth.ts';
import type { Change, Differential, DifferentialTree, Finding, FunctionRow, RecordedSamples } from './differential.ts';
import { describeMethod } from './method.ts';
import { describeMoves } from './moved-code.ts';
import { type Comparison, changeOfTotal, changes, type Thresholds } from './statistics/changes.ts';
import { meanSide } from './statistics/coverage.ts';
import type { Host } from './statistics/estimate.ts';
import { judgeQuality } from './statistics/quality.ts';
import { limitOfP, type TotalChangeTest, testTotalChange } from './statistics/total-change.ts';
import { UNTESTED_METHOD, untestedVerdict } from './untested.ts';
import { makeFindings } from './verdict/findings.ts';
import { programUses } from './verdict/programs.ts';
import { judge } from './verdict/verdict.ts';

export interface CompareOptions {
  /** CPU of the host, in percent of all its CPUs, that set off the alarm. */
  readonly alarm?: { readonly cpuPercent: number | null };
  /** From the recording of the healthy side to that of the hot one, where they are not of the same seconds. */
  readonly baselineAgeMs?: number;
  /** Smallest change in cores that is worth naming. */
  readonly minCores?: number;
}

const DEFAULT_MIN_CORES = 0.05;
/** … and as a part of all the CPU that the busier side uses; of profiles without recording time this alone. */
const MIN_PART = 0.02;
const FALSE_DISCOVERY_RATE = 0.05;
const MIN_RELATIVE = 0.1;
const MIN_SAMPLES_TO_NAME = 20;
/** Functions are looked for with this part of the usual samples where most of the CPU is burnt out of sight. */
const FAINT = 0.4;

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
      add(counts, at, samples.count[row] as number);
    }
  });
  return counts;
}

function shares(counts: Float64Array, fn: number): number[] {
  const parts = new Array<number>(TIERS.length).fill(0);
  let all = 0;
  for (let tier = 0; tier < parts.length; tier++) all += counts[fn * parts.length + tier] as number;
  if (all === 0) return parts;
  for (let tier = 0; tier < parts.length; tier++) parts[tier] = (counts[fn * parts.length + tier] as number) / all;
  return parts;
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

function differentialTree({ profiles, tree, hotSelf, healthySelf }: AlignedProfiles): DifferentialTree {
  const merged = profiles.map((profile, i) => ({ profile, nodeOf: tree.nodeOf[i] as Int32Array }));
  const kinds = callKinds(tree.length, merged);
  return {
    functions: tree.functions,
    length: tree.length,
    parent: tree.parent,
    fn: tree.fn,
    hotSelf,
    hotTotal: totals(tree.parent, hotSelf),
    healthySelf,
    healthyTotal: totals(tree.parent, healthySelf),
    ...(kinds === undefined ? {} : { kinds }),
  };
}

/** The hot one first. */
function recordedSamples({ profiles, tree, hosts }: AlignedProfiles): RecordedSamples[] {
  return profiles.map(({ samples }, i) => {
    const { coresPerSample, seconds } = (hosts[i] as Host).scale;
    const nodeOf = tree.nodeOf[i] as Int32Array;
    return {
      side: i === 0 ? 'hot' : 'healthy',
      coresPerSample: i === 0 ? coresPerSample : coresPerSample / (profiles.length - 1),
      seconds,
      node: samples.node.map((node) => nodeOf[node] as number),
      atMs: samples.atMs,
      count: samples.count,
    };
  });
}

function thresholdsFor(hosts: readonly Host[], options: CompareOptions): Thresholds {
  const busiest = Math.max(...hosts.map(({ scale }) => scale.samples * scale.coresPerSample));
  const least = hosts[0]?.scale.sharesOnly ? 0 : (options.minCores ?? DEFAULT_MIN_CORES);
  return {
    q: FALSE_DISCOVERY_RATE,
    minCores: Math.max(least, MIN_PART * busiest),
    minRelative: MIN_RELATIVE,
    minSamples: MIN_SAMPLES_TO_NAME,
  };
}

/** "Do the two sides differ at all?"; undefined where the profiles keep no times. */
function totalChangeTest({ profiles, tree, owners, hosts }: AlignedProfiles): TotalChangeTest | undefined {
  if (hosts.some((host) => host.counts.blocks === 0 || !host.scale.countsSamples)) return undefined;
  const samples = new Float64Array(tree.length);
  for (const host of hosts) {
    host.counts.nodeSelf.forEach((count, node) => {
      add(samples, node, count);
    });
  }
  const [hot, ...peers] = profiles.map((profile, index) => ({ profile, index, scale: (hosts[index] as Host).scale }));
  return hot === undefined ? undefined : testTotalChange(hot, peers, tree, owners, samples);
}

function findingsOf(
  aligned: AlignedProfiles,
  comparison: Comparison,
  rows: readonly FunctionRow[],
  attributed: readonly Change[],
  totalChange: Change,
): Finding[] {
  const { tree, through, inlining, owners, counterparts, hotSelf, healthySelf } = aligned;
  const columns = ownerTree(tree, owners);
  return makeFindings({
    tree,
    through,
    inlining,
    counterparts,
    hotProfile: aligned.profiles[0],
    ownerTree: columns,
    hotSelf,
    healthySelf,
    rows,
    extra: totalChange.deltaCores,
    grounds: {
      tree: columns,
      hot: gather(columns, hotSelf),
      healthy: gather(columns, healthySelf),
      attributed,
      total: rows.map((row) => row.total),
      minCores: comparison.thresholds.minCores,
      q: comparison.thresholds.q,
      totalChange,
    },
  });
}

/**
 * When the CPU is burnt where JavaScript cannot be seen, the function that sends it there still shows by the little
 * that it uses itself: a fifth of the usual effect is then enough, with the same certainty.
 */
function faintFindings(
  aligned: AlignedProfiles,
  comparison: Comparison,
  totalChange: Change,
  unowned: UnownedGrowth | null,
): Finding[] {
  if (
    !totalChange.significant ||
    totalChange.deltaCores <= 0 ||
    unowned === null ||
    unowned.cores < 0.5 * totalChange.deltaCores
  )
    return [];
  const { minCores, minSamples } = comparison.thresholds;
  const thresholds = { ...comparison.thresholds, minCores: minCores / 5, minSamples: Math.round(minSamples * FAINT) };
  const faint = { ...comparison, thresholds };
  const total = changes(faint, 'total');
  const rows = total.map(
    (change, fn): FunctionRow => ({ fn, self: change, total: change, hotTiers: [], healthyTiers: [] }),
  );
  const [top] = findingsOf(aligned, faint, rows, changes(faint, 'attributed'), totalChange);
  if (top === undefined || top.deltaCores <= 0) return [];
  const note =
    `${formatCores(unowned.cores)} of the extra cores have no JavaScript function above them (mostly ` +
    `${unowned.name}); this is the function that grew with them.`;
  return [{ ...top, notes: [note, ...top.notes] }];
}

/**
 * What changed between healthy and hot, by how much, how sure, and whose code it is. Several healthy profiles are
 * peers: their mean is the other side, their differences widen the intervals. Throws `NO_HEALTHY_PROFILE`.
 */
export function compare(
  healthy: Profile | readonly Profile[],
  recordedHot: Profile,
  options: CompareOptions = {},
): Differential {
  const recordedPeers: readonly Profile[] = 'samples' in healthy ? [healthy] : healthy;
  const [hot = recordedHot, ...peers] = apartByImage([recordedHot, ...recordedPeers]).map((side) => sharesOfSums(side));
  if (peers.length === 0) throw new AppError('NO_HEALTHY_PROFILE', 'There is no healthy profile to compare with.');
  const aligned = alignProfiles(onEqualTerms([hot, ...peers]) as [Profile, ...Profile[]]);
  const { tree, owners, hosts, hotSelf, healthySelf } = aligned;
  const [hotHost, ...peerHosts] = hosts;
  const [hotRecorded, ...peersRecorded] = aligned.recorded;
  const quality = judgeQuality(hotRecorded, peersRecorded, options.baselineAgeMs);
  const thresholds = thresholdsFor(hosts, options);
  const comparison: Comparison = { hot: hotHost, peers: peerHosts, functions: tree.functions.length, thresholds };
  const tiers = [tierCounts([hot], tree, 0), tierCounts(peers, tree, 1)] as const;
  const rows = rowsOf(changes(comparison, 'self'), changes(comparison, 'total'), ...tiers);
  const attributed = changes(comparison, 'attributed');
  const totalChange = changeOfTotal(comparison);
  const tested = totalChangeTest(aligned);
  const p = tested?.p;
  const limit = limitOfP(Math.min(...hosts.map((host) => host.counts.blockSeconds)));
  const silent = quality.grade === 'withheld' || (p !== undefined && p > limit);
  const unowned = unownedGrowth(aligned);
  const plain = silent ? [] : findingsOf(aligned, comparison, rows, attributed, totalChange);
  const found = plain.length > 0 || silent ? plain : faintFindings(aligned, comparison, totalChange, unowned);
  const sides = { hot: hotRecorded.side, healthy: meanSide(peersRecorded.map((peer) => peer.side)) };
  const programs = programUses({ profile: hot, side: sides.hot }, peersRecorded);
  const isTested = hosts.every((host) => host.scale.countsSamples);
  const { sharesOnly } = hotHost.scale;
  const judged = judge({
    ...sides,
    hotProfile: hot,
    peers: peersRecorded,
    programs,
    totalChange,
    differ: (p ?? totalChange.q) <= limit,
    totalP: p ?? totalChange.q,
    shapeP: tested?.shapeP ?? null,
    findings: found,
    unowned,
    functions: tree.functions,
    rows,
    attributed,
    ownerShares: () => ownerShares(aligned),
    hotKinds: cpuKinds(tree, owners, hotSelf),
    healthyKinds: cpuKinds(tree, owners, healthySelf),
    minCores: thresholds.minCores,
    sharesOnly,
    alarmPercent: options.alarm?.cpuPercent ?? null,
    quality,
    isBaseline: options.baselineAgeMs !== undefined,
  });
  return {
    tree: differentialTree(aligned),
    rows,
    findings: judged.findings,
    programs: sharesOnly ? [] : programs,
    verdict: isTested ? judged.verdict : untestedVerdict(tree.functions, attributed, thresholds.minCores, sharesOnly),
    quality,
    ...sides,
    wholeProfileP: p ?? totalChange.q,
    method: [
      ...(isTested ? describeMethod(comparison, hosts, options.baselineAgeMs !== undefined) : [UNTESTED_METHOD]),
      ...describeMoves(aligned.counterparts),
      ...[describeTerms([hot, ...peers])].filter((line) => line !== undefined),
    ],
    ...(isTested ? { recordings: recordedSamples(aligned) } : {}),
  };
}
