/**
 * Sample counts per function in blocks of time and process, and the variance of their sum that the blocks show.
 * Samples of one block are not independent (a slow request is hundreds of them in a row), blocks nearly are.
 */
import { add } from '../../profile/columns.ts';
import type { Profile } from '../../profile/profile.ts';
import type { Owners } from '../alignment/owners.ts';
import type { UnionTree } from '../alignment/union-tree.ts';

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
  readonly attributed: Moments;
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
/**
 * Blocks of a recording of hours are longer: more of them tell nothing new, and whoever writes a file may claim any
 * length.
 */
const MAX_BLOCKS = 1000;

/** Blocks of time that a recording is cut into. */
export function blocksIn(seconds: number): number {
  return Math.min(MAX_BLOCKS, Math.max(MIN_BLOCKS, Math.round(seconds / BLOCK_SECONDS)));
}

/**
 * Numbers of one measure while they are summed: blocks of time, one after the other, and in each of them process by
 * process.
 */
class MomentSums implements Moments {
  readonly count: Float64Array;
  readonly variance: Float64Array;
  readonly spread: Float64Array;
  readonly squares: Float64Array;
  readonly products: Float64Array;
  readonly roots: Float64Array;
  private readonly functions: number;
  private readonly block: Float64Array;
  private readonly inBlock: number[] = [];
  /** A block of time, all processes together. */
  private readonly time: Float64Array;
  private readonly inTime: number[] = [];
  /** Σ c_b and Σ c_b² of each process: index = process · functions + function. */
  private readonly sum: Float64Array;
  private readonly processSquares: Float64Array;

  constructor(functions: number, processes: number) {
    this.functions = functions;
    this.count = new Float64Array(functions);
    this.variance = new Float64Array(functions);
    this.spread = new Float64Array(functions);
    this.squares = new Float64Array(functions);
    this.products = new Float64Array(functions);
    this.roots = new Float64Array(functions);
    this.block = new Float64Array(functions);
    this.time = new Float64Array(functions);
    this.sum = new Float64Array(functions * processes);
    this.processSquares = new Float64Array(functions * processes);
  }

  add(fn: number, count: number): void {
    const before = this.block[fn] as number;
    if (before === 0) this.inBlock.push(fn);
    this.block[fn] = before + count;
  }

  /** `inAll`: all samples of the block. */
  endBlock(process: number, inAll: number): void {
    for (const fn of this.inBlock) {
      const count = this.block[fn] as number;
      this.block[fn] = 0;
      const at = process * this.functions + fn;
      add(this.sum, at, count);
      add(this.processSquares, at, count * count);
      add(this.products, fn, count * inAll);
      const before = this.time[fn] as number;
      if (before === 0) this.inTime.push(fn);
      this.time[fn] = before + count;
    }
    this.inBlock.length = 0;
  }

  /** Ends a block of time of all processes. */
  endTimeBlock(): void {
    for (const fn of this.inTime) {
      add(this.roots, fn, Math.sqrt(this.time[fn] as number));
      this.time[fn] = 0;
    }
    this.inTime.length = 0;
  }

  /** Variances of the sums of the processes, added up: B ÷ (B − 1) · Σ (c_b − c̄)², empty blocks included. */
  end(blocks: number): void {
    for (let at = 0; at < this.sum.length; at++) {
      const sum = this.sum[at] as number;
      if (sum === 0) continue;
      const fn = at % this.functions;
      const squares = this.processSquares[at] as number;
      add(this.count, fn, sum);
      add(this.squares, fn, squares);
      if (blocks < 2) continue;
      const around = Math.max(0, squares - (sum * sum) / blocks);
      const variance = (blocks / (blocks - 1)) * around;
      add(this.variance, fn, variance);
      add(this.spread, fn, (variance * variance) / (blocks - 1));
    }
  }
}

function processesOf(profile: Profile): number {
  return Math.max(1, profile.processes.length);
}

/** Rows of the sample table ordered by block, then process; `start[block * processes + process]` is the first. */
function rowsByBlock(profile: Profile, seconds: number, blocks: number): { rows: Uint32Array; start: Uint32Array } {
  const { samples, threads } = profile;
  const processes = processesOf(profile);
  const cells = processes * blocks;
  const cellOf = new Uint32Array(samples.length);
  const start = new Uint32Array(cells + 1);
  const perMs = blocks / (seconds * 1000);
  for (let row = 0; row < samples.length; row++) {
    const process = threads[samples.thread[row] as number]?.process ?? 0;
    const block = Math.min(blocks - 1, Math.max(0, Math.floor((samples.atMs[row] as number) * perMs)));
    const cell = block * processes + process;
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
  readonly attributed: MomentSums;
  readonly all: MomentSums;
  readonly each: readonly MomentSums[];
  private readonly tree: UnionTree;
  private readonly owners: Owners;
  /** Last sample in which a function was seen: recursion counts once. */
  private readonly seen: Int32Array;
  private serial = 0;

  constructor(tree: UnionTree, owners: Owners, processes: number) {
    const functions = tree.functions.length;
    this.tree = tree;
    this.owners = owners;
    this.self = new MomentSums(functions, processes);
    this.total = new MomentSums(functions, processes);
    this.attributed = new MomentSums(functions, processes);
    this.all = new MomentSums(1, processes);
    this.each = [this.self, this.total, this.attributed, this.all];
    this.seen = new Int32Array(functions);
  }

  add(node: number, count: number): void {
    this.all.add(0, count);
    if (node === 0) return;
    const { parent, fn } = this.tree;
    this.self.add(fn[node] as number, count);
    const owner = this.owners.fn[node] as number;
    if (owner >= 0) this.attributed.add(owner, count);
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
  const blocks = timed ? blocksIn(seconds) : 1;
  const nodeOf = tree.nodeOf[index] as Int32Array;
  const processes = processesOf(profile);
  const counter = new Counter(tree, owners, processes);
  const nodeSelf = new Float64Array(tree.length);
  let busyBlocks = 0;
  const { rows, start } = rowsByBlock(profile, seconds, blocks);
  for (let cell = 0; cell + 1 < start.length; cell++) {
    let inAll = 0;
    for (let i = start[cell] as number; i < (start[cell + 1] as number); i++) {
      const row = rows[i] as number;
      const count = profile.samples.count[row] as number;
      if (count === 0) continue;
      const node = nodeOf[profile.samples.node[row] as number] as number;
      inAll += count;
      add(nodeSelf, node, count);
      counter.add(node, count);
    }
    if (inAll > 0) busyBlocks++;
    for (const moments of counter.each) moments.endBlock(cell % processes, inAll);
    if (timed && (cell + 1) % processes === 0) for (const moments of counter.each) moments.endTimeBlock();
  }
  for (const moments of counter.each) moments.end(blocks);
  const { self, total, attributed, all } = counter;
  return {
    nodeSelf,
    self,
    total,
    attributed,
    all,
    busyBlocks,
    blocks: timed ? blocks : 0,
    blockSeconds: seconds / blocks,
  };
}
