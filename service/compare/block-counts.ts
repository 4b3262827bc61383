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
  private readonly block: Float64Array;
  private readonly inBlock: number[] = [];
  private readonly sum: Float64Array;
  private readonly squares: Float64Array;
  private readonly inProcess: number[] = [];

  constructor(functions: number) {
    this.count = new Float64Array(functions);
    this.variance = new Float64Array(functions);
    this.spread = new Float64Array(functions);
    this.block = new Float64Array(functions);
    this.sum = new Float64Array(functions);
    this.squares = new Float64Array(functions);
  }

  add(fn: number, count: number): void {
    const before = this.block[fn] as number;
    if (before === 0) this.inBlock.push(fn);
    this.block[fn] = before + count;
  }

  endBlock(): void {
    for (const fn of this.inBlock) {
      const count = this.block[fn] as number;
      this.block[fn] = 0;
      if (this.sum[fn] === 0) this.inProcess.push(fn);
      this.sum[fn] = (this.sum[fn] as number) + count;
      this.squares[fn] = (this.squares[fn] as number) + count * count;
    }
    this.inBlock.length = 0;
  }

  /** Variance of the process's sum: B ÷ (B − 1) · Σ (c_b − c̄)², empty blocks included. */
  endProcess(blocks: number): void {
    for (const fn of this.inProcess) {
      const sum = this.sum[fn] as number;
      this.count[fn] = (this.count[fn] as number) + sum;
      if (blocks > 1) {
        const around = Math.max(0, (this.squares[fn] as number) - (sum * sum) / blocks);
        const variance = (blocks / (blocks - 1)) * around;
        this.variance[fn] = (this.variance[fn] as number) + variance;
        this.spread[fn] = (this.spread[fn] as number) + (variance * variance) / (blocks - 1);
      }
      this.sum[fn] = 0;
      this.squares[fn] = 0;
    }
    this.inProcess.length = 0;
  }
}

/** Rows of the sample table ordered by process, then block; `start[process * blocks + block]` is the first. */
function rowsByBlock(profile: Profile, seconds: number, blocks: number): { rows: Uint32Array; start: Uint32Array } {
  const { samples, threads } = profile;
  const cells = Math.max(1, profile.processes.length) * blocks;
  const cellOf = new Uint32Array(samples.length);
  const start = new Uint32Array(cells + 1);
  const perMs = blocks / (seconds * 1000);
  for (let row = 0; row < samples.length; row++) {
    const process = threads[samples.thread[row] as number]?.process ?? 0;
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
  const { rows, start } = rowsByBlock(profile, seconds, blocks);
  const nodeOf = tree.nodeOf[index] as Int32Array;
  const functions = tree.functions.length;
  const self = new MomentSums(functions);
  const total = new MomentSums(functions);
  const own = new MomentSums(functions);
  const all = new MomentSums(1);
  const nodeSelf = new Float64Array(tree.length);
  const seen = new Int32Array(functions).fill(-1);
  for (let cell = 0; cell + 1 < start.length; cell++) {
    for (let i = start[cell] as number; i < (start[cell + 1] as number); i++) {
      const row = rows[i] as number;
      const count = profile.samples.count[row] as number;
      if (count === 0) continue;
      const node = nodeOf[profile.samples.node[row] as number] as number;
      nodeSelf[node] = (nodeSelf[node] as number) + count;
      all.add(0, count);
      if (node === 0) continue;
      self.add(tree.fn[node] as number, count);
      if ((owners.fn[node] as number) >= 0) own.add(owners.fn[node] as number, count);
      for (let up = node; up > 0; up = tree.parent[up] as number) {
        const fn = tree.fn[up] as number;
        if (seen[fn] === i) continue;
        seen[fn] = i;
        total.add(fn, count);
      }
    }
    for (const moments of [self, total, own, all]) moments.endBlock();
    if ((cell + 1) % blocks === 0) for (const moments of [self, total, own, all]) moments.endProcess(blocks);
  }
  return { nodeSelf, self, total, own, all, blocks: timed ? blocks : 0, blockSeconds: seconds / blocks };
}
