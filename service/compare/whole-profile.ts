/**
 * "Are these two profiles different at all?": a permutation test over blocks of time. It assumes nothing about how samples
 * are distributed, only that under "no difference" it would not matter which side a second was recorded on.
 */
import type { Profile } from '../profile/profile.ts';
import type { Owners } from './owners.ts';
import type { Scale } from './scale.ts';
import type { UnionTree } from './union-tree.ts';

export interface BlockSource {
  readonly profile: Profile;
  readonly scale: Scale;
  /** Place in the union tree's maps. */
  readonly index: number;
}

/** Smallest p is 1 ÷ 1000; more rounds cost time and change no decision at 5 %. */
const ROUNDS = 999;
/** Enough rounds were as extreme: p is far above any limit, and known to a fifth (Besag and Clifford's stopping rule). */
const ENOUGH = 30;
/** The functions with most samples; the rest of them is one more. */
const TOP = 40;
const MIN_BLOCKS = 4;

/** Deterministic: the same profiles give the same p (xorshift32, any seed but 0). */
function randomBelow(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

/** Cores of each group of functions in each block: `blocks` rows of `groups` numbers. */
function matrix(source: BlockSource, tree: UnionTree, groupOf: Int32Array, groups: number): Float64Array[] {
  const { profile, scale, index } = source;
  const blocks = Math.max(MIN_BLOCKS, Math.round(scale.seconds));
  const perMs = blocks / (scale.seconds * 1000);
  const rows = Array.from({ length: blocks }, () => new Float64Array(groups));
  const nodeOf = tree.nodeOf[index] as Int32Array;
  const { samples } = profile;
  for (let row = 0; row < samples.length; row++) {
    const block = Math.min(blocks - 1, Math.max(0, Math.floor((samples.atMs[row] as number) * perMs)));
    const cells = rows[block] as Float64Array;
    const group = groupOf[nodeOf[samples.node[row] as number] as number] as number;
    cells[group] = (cells[group] as number) + (samples.count[row] as number) * scale.coresPerSample * blocks;
  }
  return rows;
}

/** Groups: the owners with most samples, each alone, then all others by whether someone owns them. */
function groups(tree: UnionTree, owners: Owners, samples: Float64Array): { of: Int32Array; count: number } {
  const perFunction = new Map<number, number>();
  for (let node = 0; node < tree.length; node++) {
    const fn = owners.fn[node] as number;
    if (fn >= 0) perFunction.set(fn, (perFunction.get(fn) ?? 0) + (samples[node] as number));
  }
  const top = [...perFunction].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, TOP);
  const ids = new Map(top.map(([fn], i) => [fn, i]));
  const of = Int32Array.from(owners.fn, (fn) => (fn < 0 ? top.length : (ids.get(fn) ?? top.length + 1)));
  return { of, count: top.length + 2 };
}

/** Σ over groups of (difference of means)² ÷ pooled variance of the group over all blocks. */
function statistic(hot: readonly Float64Array[], healthy: readonly Float64Array[], weights: Float64Array): number {
  let sum = 0;
  for (let g = 0; g < weights.length; g++) {
    let a = 0;
    let b = 0;
    for (const row of hot) a += row[g] as number;
    for (const row of healthy) b += row[g] as number;
    const difference = a / hot.length - b / healthy.length;
    sum += difference * difference * (weights[g] as number);
  }
  return sum;
}

/** 1 ÷ variance of each group over all blocks; 0 for a group that never varies. */
function precision(rows: readonly Float64Array[], count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, g) => {
    let sum = 0;
    let squares = 0;
    for (const row of rows) {
      sum += row[g] as number;
      squares += (row[g] as number) ** 2;
    }
    const variance = squares / rows.length - (sum / rows.length) ** 2;
    return variance > 0 ? 1 / variance : 0;
  });
}

/**
 * p-value; 1 when a side is empty. Undefined when a side keeps no times or is too short to cut into blocks.
 * `samples`: of both sides by union node.
 */
export function wholeProfileP(
  hot: BlockSource,
  peers: readonly BlockSource[],
  tree: UnionTree,
  owners: Owners,
  samples: Float64Array,
): number | undefined {
  const sources = [hot, ...peers];
  if (sources.some((source) => !source.profile.samples.atMs.some((at) => at >= 0))) return undefined;
  const { of, count } = groups(tree, owners, samples);
  const hotRows = matrix(hot, tree, of, count);
  const rows = [...hotRows, ...peers.flatMap((peer) => matrix(peer, tree, of, count))];
  const weights = precision(rows, count);
  const n = hotRows.length;
  const seen = statistic(rows.slice(0, n), rows.slice(n), weights);
  const random = randomBelow(0x9e3779b9);
  let asExtreme = 1;
  let rounds = 0;
  while (rounds < ROUNDS && asExtreme < ENOUGH) {
    rounds++;
    for (let i = rows.length - 1; i > 0; i--) {
      const j = random(i + 1);
      [rows[i], rows[j]] = [rows[j] as Float64Array, rows[i] as Float64Array];
    }
    if (statistic(rows.slice(0, n), rows.slice(n), weights) >= seen * (1 - 1e-9)) asExtreme++;
  }
  return asExtreme / (rounds + 1);
}
