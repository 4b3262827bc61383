/**
 * "Are these two profiles different at all?": a permutation test over blocks of time. It assumes nothing about how
 * samples are distributed, only that under "no difference" it would not matter which side a second was recorded on.
 */
import { add } from '../../profile/columns.ts';
import type { Profile } from '../../profile/profile.ts';
import type { Owners } from '../alignment/owners.ts';
import { totals, type UnionTree } from '../alignment/union-tree.ts';
import { blocksIn } from './block-counts.ts';
import type { Scale } from './scale.ts';

export interface BlockSource {
  readonly profile: Profile;
  readonly scale: Scale;
  /** Place in the union tree's maps. */
  readonly index: number;
}

/**
 * Two recordings differ when p is at most this, so that hardly more pairs of equal ones have a finding: 1.0 to 1.6 % of
 * 1000 simulated pairs each with bursts of 20 to 300 ms, 5 to 30 s long.
 */
const DIFFERENT = 0.015;

/**
 * Blocks of less than a second depend on their neighbours: what short recordings show must be clearer in proportion.
 * `blockSeconds`: the shorter of the two sides.
 */
export function limitOfP(blockSeconds: number): number {
  return DIFFERENT * Math.min(1, blockSeconds);
}
/** Smallest p is 1 ÷ 1000, a fifteenth of the limit: more rounds cost time and change hardly a decision. */
const ROUNDS = 999;
/**
 * Enough rounds were as extreme: p is far above any limit, and known to a fifth (Besag and Clifford's stopping rule).
 */
const ENOUGH = 30;
/** The functions with most samples, by own time and by total; the rest of them is one more. */
const TOP = 40;

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

/** What is counted: each sample once by its owner, and once for each of the busiest functions above it. */
interface Groups {
  /** For each union node the group of its owner. */
  readonly own: Int32Array;
  /** Groups of owners: 0 … owners − 1; those of whole calls follow. */
  readonly owners: number;
  readonly count: number;
  /** For each union node the groups of the calls that it is part of. */
  readonly calls: readonly (readonly number[])[];
}

/** Cores of each group in each block: `blocks` rows of `count` numbers. */
function matrix(source: BlockSource, tree: UnionTree, groups: Groups): Float64Array[] {
  const { profile, scale, index } = source;
  // Ten at least: five blocks a side can be dealt out in 252 ways, and even the clearest difference would then have
  // p = 0.016.
  const blocks = blocksIn(scale.seconds);
  const perMs = blocks / (scale.seconds * 1000);
  const rows = Array.from({ length: blocks }, () => new Float64Array(groups.count));
  const nodeOf = tree.nodeOf[index] as Int32Array;
  const { samples } = profile;
  for (let row = 0; row < samples.length; row++) {
    const block = Math.min(blocks - 1, Math.max(0, Math.floor((samples.atMs[row] as number) * perMs)));
    const cells = rows[block] as Float64Array;
    const node = nodeOf[samples.node[row] as number] as number;
    const cores = (samples.count[row] as number) * scale.coresPerSample * blocks;
    const own = groups.own[node] as number;
    add(cells, own, cores);
    for (const call of groups.calls[node] as readonly number[]) add(cells, call, cores);
  }
  return rows;
}

function busiest(counts: ReadonlyMap<number, number>): number[] {
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return sorted.slice(0, TOP).map(([fn]) => fn);
}

function addTo(counts: Map<number, number>, fn: number, count: number): void {
  counts.set(fn, (counts.get(fn) ?? 0) + count);
}

/**
 * The owners with most samples, each alone, then all others by whether someone owns them; and the functions with most
 * samples in them and below: a parser of twenty small functions changes in none of them as much as in its whole.
 */
function groupsOf(tree: UnionTree, owners: Owners, samples: Float64Array): Groups {
  const own = new Map<number, number>();
  const total = new Map<number, number>();
  const below = totals(tree.parent, samples);
  for (let node = 1; node < tree.length; node++) {
    const owner = owners.fn[node] as number;
    if (owner >= 0) addTo(own, owner, samples[node] as number);
    const fn = tree.fn[node] as number;
    if (owners.canOwn[fn] === 1) addTo(total, fn, below[node] as number);
  }
  const ids = new Map(busiest(own).map((fn, i) => [fn, i]));
  const ownGroups = ids.size + 2;
  const callIds = new Map(busiest(total).map((fn, i) => [fn, ownGroups + i]));
  const calls: (readonly number[])[] = [[]];
  for (let node = 1; node < tree.length; node++) {
    const up = calls[tree.parent[node] as number] as readonly number[];
    const id = callIds.get(tree.fn[node] as number);
    calls.push(id === undefined || up.includes(id) ? up : [...up, id]);
  }
  return {
    own: Int32Array.from(owners.fn, (fn) => (fn < 0 ? ids.size : (ids.get(fn) ?? ids.size + 1))),
    owners: ownGroups,
    count: ownGroups + callIds.size,
    calls,
  };
}

/**
 * What each block has beyond the common shares: (c − p·n) ÷ √n. Blind to a host that is merely busier, sharp for a
 * change of mix. Divided by √n, for that is how c − p·n grows by chance: a busy second must not drown nine quiet ones,
 * nor a busy host the other.
 */
function residuals(rows: readonly Float64Array[], { owners, count }: Groups): Float64Array[] {
  const sums = new Float64Array(count);
  for (const row of rows) for (let g = 0; g < count; g++) add(sums, g, row[g] as number);
  const size = (row: Float64Array): number => row.subarray(0, owners).reduce((sum, cores) => sum + cores, 0);
  const all = size(sums);
  return rows.map((row) => {
    const n = size(row);
    return n > 0 ? row.map((cores, g) => (cores - (n * (sums[g] as number)) / all) / Math.sqrt(n)) : row;
  });
}

/**
 * One statistic, seen and under other orders of the blocks: the largest (difference of means)² ÷ variance over all
 * blocks, of any group. One function in forty that changed shows in the largest, and drowns in the sum.
 */
class Trial {
  /** Group after group, the numbers of all blocks. */
  private readonly columns: Float64Array;
  private readonly sums: Float64Array;
  /** 1 ÷ variance over all blocks; 0 for a group that never varies. */
  private readonly precision: Float64Array;
  private readonly blocks: number;
  private readonly hotBlocks: number;
  private readonly seen: number;
  asExtreme = 1;

  constructor(rows: readonly Float64Array[], hotBlocks: number, groups: number) {
    this.blocks = rows.length;
    this.hotBlocks = hotBlocks;
    this.columns = new Float64Array(groups * rows.length);
    this.sums = new Float64Array(groups);
    this.precision = new Float64Array(groups);
    for (let g = 0; g < groups; g++) {
      let sum = 0;
      let squares = 0;
      rows.forEach((row, block) => {
        const value = row[g] as number;
        this.columns[g * rows.length + block] = value;
        sum += value;
        squares += value * value;
      });
      const variance = squares / rows.length - (sum / rows.length) ** 2;
      this.sums[g] = sum;
      this.precision[g] = variance > 0 ? 1 / variance : 0;
    }
    this.seen = this.statistic(Int32Array.from(rows, (_, block) => block));
  }

  try(order: Int32Array): void {
    if (this.statistic(order) >= this.seen * (1 - 1e-9)) this.asExtreme++;
  }

  /** `order`: the blocks of the hot side first. */
  private statistic(order: Int32Array): number {
    const { columns, sums, precision, blocks, hotBlocks } = this;
    let largest = 0;
    for (let g = 0; g < sums.length; g++) {
      let hot = 0;
      for (let i = 0; i < hotBlocks; i++) hot += columns[g * blocks + (order[i] as number)] as number;
      const difference = hot / hotBlocks - ((sums[g] as number) - hot) / (blocks - hotBlocks);
      const size = difference * difference * (precision[g] as number);
      if (size > largest) largest = size;
    }
    return largest;
  }
}

export interface TotalChangeTest {
  /** Twice the smaller of the p-values for cores and for the mix: "do the two sides differ at all?". */
  readonly p: number;
  /** For the mix alone: a side that merely does more of the same does not differ in it. */
  readonly shapeP: number;
}

/**
 * Undefined when a side keeps no times.
 * `samples`: of both sides by union node.
 */
export function testTotalChange(
  hot: BlockSource,
  peers: readonly BlockSource[],
  tree: UnionTree,
  owners: Owners,
  samples: Float64Array,
): TotalChangeTest | undefined {
  const sources = [hot, ...peers];
  if (sources.some((source) => !source.profile.samples.atMs.some((at) => at >= 0))) return undefined;
  const groups = groupsOf(tree, owners, samples);
  const hotRows = matrix(hot, tree, groups);
  const rows = [...hotRows, ...peers.flatMap((peer) => matrix(peer, tree, groups))];
  const n = hotRows.length;
  // Roots for the same reason as in `rootEstimate`.
  const roots = rows.map((row) => row.map(Math.sqrt));
  const trials = [new Trial(roots, n, groups.count), new Trial(residuals(rows, groups), n, groups.count)];
  const random = randomBelow(0x9e3779b9);
  const order = Int32Array.from(rows, (_, block) => block);
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
