/**
 * Sample counts per function in blocks of time and process, and the variance of their sum that the blocks show.
 * Samples of one block are not independent (a slow request is hundreds of them in a row), blocks nearly are.
 */
import type { Profile } from '../profile/profile.ts';
import type { Owners } from './owners.ts';
import type { UnionTree } from './union-tree.ts';

/** Sums over a whole recording; index = function of the union tree. Numbers are samples. */
export interface Moments {
  readonly count: Float64Array;
  /** Block-robust variance of `count`, without floor; 0 where the profile keeps no time. */
  readonly variance: Float64Array;
  /** Σ over processes of variance² ÷ (blocks − 1): gives the degrees of freedom (Satterthwaite). */
  readonly spread: Float64Array;
  /** Σ c_b² and Σ c_b·n_b over all blocks, n_b = all samples of the block: what the variance of a share needs. */
  readonly squares: Float64Array;
  readonly products: Float64Array;
  /** Σ √c_t over blocks of time, c_t being the samples of all processes together. */
  readonly roots: Float64Array;
}

export interface HostCounts {
  /** Samples that ended in each union node. */
  readonly nodeSelf: Float64Array;
  readonly self: Moments;
  /** Function anywhere on the stack, once per sample. */
  readonly total: Moments;
  /** Function is the owner of the sample. */
  readonly own: Moments;
  /** All samples, as one function. */
  readonly all: Moments;
  /** Blocks with samples in them. */
  readonly busyBlocks: number;
  /** Blocks of time in the recording; 0 where the profile keeps no time. */
  readonly blocks: number;
  readonly blockSeconds: number;
}

/** Long enough that requests seldom straddle two, short enough to have several in a capture. */
const BLOCK_SECONDS = 1;
/** A capture shorter than this many seconds is cut into this many blocks all the same. */
const MIN_BLOCKS = 10;

class MomentSums implements Moments {
  readonly count: Float64Array;
  readonly variance: Float64Array;
  readonly spread: Float64Array;
  readonly squares: Float64Array;
  readonly products: Float64Array;
  readonly roots: Float64Array;
  private readonly block: Float64Array;
  private readonly inBlock: number[] = [];
  private readonly sum: Float64Array;
  private readonly processSquares: Float64Array;
  private readonly inProcess: number[] = [];

  constructor(functions: number) {
    this.count = new Float64Array(functions);
    this.variance = new Float64Array(functions);
    this.spread = new Float64Array(functions);
    this.block = new Float64Array(functions);
    this.sum = new Float64Array(functions);
    this.processSquares = new Float64Array(functions);
    this.squares = new Float64Array(functions);
    this.products = new Float64Array(functions);
    this.roots = new Float64Array(functions);
  }

  add(fn: number, count: number): void {
    const before = this.block[fn] as number;
    if (before === 0) this.inBlock.push(fn);
    this.block[fn] = before + count;
  }

  /** `inAll`: all samples of the block. */
  endBlock(inAll: number): void {
    for (const fn of this.inBlock) {
      const count = this.block[fn] as number;
      this.block[fn] = 0;
      if (this.sum[fn] === 0) this.inProcess.push(fn);
      this.sum[fn] = (this.sum[fn] as number) + count;
      this.processSquares[fn] = (this.processSquares[fn] as number) + count * count;
      this.products[fn] = (this.products[fn] as number) + count * inAll;
    }
    this.inBlock.length = 0;
  }

  /** Ends a block of time of all processes; instead of `endBlock` in a pass that counts nothing else. */
  endTimeBlock(): void {
    for (const fn of this.inBlock) {
      this.roots[fn] = (this.roots[fn] as number) + Math.sqrt(this.block[fn] as number);
      this.block[fn] = 0;
    }
    this.inBlock.length = 0;
  }

  /** Variance of the process's sum: B ÷ (B − 1) · Σ (c_b − c̄)², empty blocks included. */
  endProcess(blocks: number): void {
    for (const fn of this.inProcess) {
      const sum = this.sum[fn] as number;
      const squares = this.processSquares[fn] as number;
      this.count[fn] = (this.count[fn] as number) + sum;
      this.squares[fn] = (this.squares[fn] as number) + squares;
      if (blocks > 1) {
        const around = Math.max(0, squares - (sum * sum) / blocks);
        const variance = (blocks / (blocks - 1)) * around;
        this.variance[fn] = (this.variance[fn] as number) + variance;
        this.spread[fn] = (this.spread[fn] as number) + (variance * variance) / (blocks - 1);
      }
      this.sum[fn] = 0;
      this.processSquares[fn] = 0;
    }
    this.inProcess.length = 0;
  }
}

/**
 * Rows of the sample table ordered by process, then block; `start[process * blocks + block]` is the first. With `together` all
 * processes are one.
 */
function rowsByBlock(
  profile: Profile,
  seconds: number,
  blocks: number,
  together: boolean,
): { rows: Uint32Array; start: Uint32Array } {
  const { samples, threads } = profile;
  const cells = (together ? 1 : Math.max(1, profile.processes.length)) * blocks;
  const cellOf = new Uint32Array(samples.length);
  const start = new Uint32Array(cells + 1);
  const perMs = blocks / (seconds * 1000);
  for (let row = 0; row < samples.length; row++) {
    const process = together ? 0 : (threads[samples.thread[row] as number]?.process ?? 0);
    const block = Math.min(blocks - 1, Math.max(0, Math.floor((samples.atMs[row] as number) * perMs)));
    const cell = process * blocks + block;
    cellOf[row] = cell;
    start[cell + 1] = (start[cell + 1] as number) + 1;
  }
  for (let cell = 0; cell < cells; cell++) start[cell + 1] = (start[cell + 1] as number) + (start[cell] as number);
  const next = start.slice();
  const rows = new Uint32Array(samples.length);
  for (let row = 0; row < samples.length; row++) {
    const cell = cellOf[row] as number;
    const at = next[cell] as number;
    next[cell] = at + 1;
    rows[at] = row;
  }
  return { rows, start };
}

function hasTimes(profile: Profile): boolean {
  return profile.samples.length > 0 && profile.samples.atMs.some((at) => at >= 0);
}

/** Counts samples for their functions, one at a time. */
class Counter {
  readonly self: MomentSums;
  readonly total: MomentSums;
  readonly own: MomentSums;
  readonly all = new MomentSums(1);
  readonly each: readonly MomentSums[];
  private readonly tree: UnionTree;
  private readonly owners: Owners;
  /** Last sample in which a function was seen: recursion counts once. */
  private readonly seen: Int32Array;
  private serial = 0;

  constructor(tree: UnionTree, owners: Owners) {
    const functions = tree.functions.length;
    this.tree = tree;
    this.owners = owners;
    this.self = new MomentSums(functions);
    this.total = new MomentSums(functions);
    this.own = new MomentSums(functions);
    this.each = [this.self, this.total, this.own, this.all];
    this.seen = new Int32Array(functions);
  }

  add(node: number, count: number): void {
    this.all.add(0, count);
    if (node === 0) return;
    const { parent, fn } = this.tree;
    this.self.add(fn[node] as number, count);
    const owner = this.owners.fn[node] as number;
    if (owner >= 0) this.own.add(owner, count);
    this.serial++;
    for (let up = node; up > 0; up = parent[up] as number) {
      const name = fn[up] as number;
      if (this.seen[name] === this.serial) continue;
      this.seen[name] = this.serial;
      this.total.add(name, count);
    }
  }
}

/** O(samples × depth). `index` is the place of this profile in the union tree's maps. */
export function countBlocks(
  profile: Profile,
  tree: UnionTree,
  owners: Owners,
  index: number,
  seconds: number,
): HostCounts {
  const timed = hasTimes(profile);
  const blocks = timed ? Math.max(MIN_BLOCKS, Math.round(seconds / BLOCK_SECONDS)) : 1;
  const nodeOf = tree.nodeOf[index] as Int32Array;
  const counter = new Counter(tree, owners);
  const nodeSelf = new Float64Array(tree.length);
  let busyBlocks = 0;
  const { rows, start } = rowsByBlock(profile, seconds, blocks, false);
  const countCell = (order: Uint32Array, from: number, to: number): number => {
    let inCell = 0;
    for (let i = from; i < to; i++) {
      const row = order[i] as number;
      const count = profile.samples.count[row] as number;
      if (count === 0) continue;
      inCell += count;
      counter.add(nodeOf[profile.samples.node[row] as number] as number, count);
    }
    return inCell;
  };
  for (let cell = 0; cell + 1 < start.length; cell++) {
    const inAll = countCell(rows, start[cell] as number, start[cell + 1] as number);
    if (inAll > 0) busyBlocks++;
    for (const moments of counter.each) moments.endBlock(inAll);
    if ((cell + 1) % blocks === 0) for (const moments of counter.each) moments.endProcess(blocks);
  }
  const inTime = timed ? rowsByBlock(profile, seconds, blocks, true) : undefined;
  for (let block = 0; inTime !== undefined && block < blocks; block++) {
    countCell(inTime.rows, inTime.start[block] as number, inTime.start[block + 1] as number);
    for (const moments of counter.each) moments.endTimeBlock();
  }
  for (let row = 0; row < profile.samples.length; row++) {
    const node = nodeOf[profile.samples.node[row] as number] as number;
    nodeSelf[node] = (nodeSelf[node] as number) + (profile.samples.count[row] as number);
  }
  const { self, total, own, all } = counter;
  return { nodeSelf, self, total, own, all, busyBlocks, blocks: timed ? blocks : 0, blockSeconds: seconds / blocks };
}
