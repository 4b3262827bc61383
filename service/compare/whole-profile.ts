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

/**
 * The largest (difference of means)² ÷ variance over all blocks, of any group. One function in forty that changed shows in the
 * largest, and drowns in the sum.
 */
function statistic(rows: readonly Float64Array[], n: number, weights: Float64Array): number {
  let largest = 0;
  const rest = rows.length - n;
  for (let g = 0; g < weights.length; g++) {
    let a = 0;
    let b = 0;
    for (let row = 0; row < n; row++) a += (rows[row] as Float64Array)[g] as number;
    for (let row = n; row < rows.length; row++) b += (rows[row] as Float64Array)[g] as number;
    const difference = a / n - b / rest;
    largest = Math.max(largest, difference * difference * (weights[g] as number));
  }
  return largest;
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

/** What each block has beyond the common shares: c − p·n. Blind to a host that is merely busier, sharp for a change of mix. */
function residuals(rows: readonly Float64Array[], count: number): Float64Array[] {
  const sums = new Float64Array(count);
  let all = 0;
  for (const row of rows) {
    for (let g = 0; g < count; g++) {
      sums[g] = (sums[g] as number) + (row[g] as number);
      all += row[g] as number;
    }
  }
  return rows.map((row) => {
    const n = row.reduce((sum, cores) => sum + cores, 0);
    return row.map((cores, g) => cores - (n * (sums[g] as number)) / (all || 1));
  });
}

/** One order of blocks that is tried, and the two statistics of it. */
class Trial {
  private readonly rows: readonly Float64Array[];
  private readonly n: number;
  private readonly weights: Float64Array;
  readonly seen: number;
  asExtreme = 1;

  constructor(rows: readonly Float64Array[], n: number, count: number) {
    this.rows = rows;
    this.n = n;
    this.weights = precision(rows, count);
    this.seen = statistic(rows, n, this.weights);
  }

  try(order: readonly number[]): void {
    const shuffled = order.map((row) => this.rows[row] as Float64Array);
    if (statistic(shuffled, this.n, this.weights) >= this.seen * (1 - 1e-9)) this.asExtreme++;
  }
}

export interface WholeTest {
  /** Twice the smaller of the p-values for cores and for the mix: "do the two sides differ at all?". */
  readonly p: number;
  /** For the mix alone: a side that merely does more of the same does not differ in it. */
  readonly shapeP: number;
}

/**
 * Undefined when a side keeps no times.
 * `samples`: of both sides by union node.
 */
export function wholeProfileTest(
  hot: BlockSource,
  peers: readonly BlockSource[],
  tree: UnionTree,
  owners: Owners,
  samples: Float64Array,
): WholeTest | undefined {
  const sources = [hot, ...peers];
  if (sources.some((source) => !source.profile.samples.atMs.some((at) => at >= 0))) return undefined;
  const { of, count } = groups(tree, owners, samples);
  const hotRows = matrix(hot, tree, of, count);
  const rows = [...hotRows, ...peers.flatMap((peer) => matrix(peer, tree, of, count))];
  const n = hotRows.length;
  // Roots for the same reason as in `rootEstimate`.
  const roots = rows.map((row) => row.map(Math.sqrt));
  const trials = [new Trial(roots, n, count), new Trial(residuals(rows, count), n, count)];
  const random = randomBelow(0x9e3779b9);
  const order = rows.map((_, i) => i);
  let rounds = 0;
  while (rounds < ROUNDS && trials.some((trial) => trial.asExtreme < ENOUGH)) {
    rounds++;
    for (let i = order.length - 1; i > 0; i--) {
      const j = random(i + 1);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    for (const trial of trials) trial.try(order);
  }
  const [cores = 1, shape = 1] = trials.map((trial) => trial.asExtreme / (rounds + 1));
  return { p: Math.min(1, 2 * Math.min(cores, shape)), shapeP: shape };
}
