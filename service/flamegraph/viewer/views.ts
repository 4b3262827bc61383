/** Ways of looking at one call tree. */
import { measure, nodesOf, preorder } from '../data/flame-tree.ts';
import { isInside, type Rows, rowsOfDepth, shownFrame } from '../picture/folding.ts';
import { placeFrames, spreadExcess, sumUp } from '../picture/frame-geometry.ts';
import { hashStep } from '../picture/palette.ts';
import { mergeCallers } from './callers.ts';
import type { Model } from './model.ts';

/** Frames in preorder, ready to draw. */
export interface PaneHalf {
  readonly parent: Int32Array;
  readonly fn: Int32Array;
  readonly depth: Int32Array;
  readonly end: Int32Array;
  /** By side: value with all below. */
  readonly totals: readonly Float64Array[];
  /** Own values where the view has them. */
  readonly self: readonly Float64Array[] | null;
  readonly width: Float64Array;
  readonly start: Float64Array;
  /** Bits of `call-kinds.ts` by node; null: nothing was inlined. */
  readonly kinds: Uint8Array | null;
  /** Children are callers, not callees. */
  readonly callers: boolean;
  /** Where frames are drawn; runs are folded among the calls only. */
  readonly rows: Rows;
}

/** `lower`: frames below the middle of a sandwich, root on top. */
export interface View {
  readonly upper: PaneHalf;
  readonly lower: PaneHalf | null;
}

/** Callers of a frame that are followed: recursion can make thousands, which nobody reads. */
const MOST_CALLERS = 200;

/** A tree that grows by (node, function); node 0 is the root. */
class Merger {
  readonly parent: number[] = [-1];
  readonly fn: number[] = [-1];
  readonly sums: number[][];
  readonly kinds: number[] = [0];
  private readonly ids = new Map<number, number>();

  constructor(sides: number) {
    this.sums = Array.from({ length: sides }, () => [0]);
  }

  child(node: number, fn: number): number {
    // Exact: fewer than 2^26 functions and 2^27 nodes.
    const key = node * 0x4000000 + fn;
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.parent.push(node) - 1;
    this.fn.push(fn);
    this.kinds.push(0);
    for (const sums of this.sums) sums.push(0);
    this.ids.set(key, id);
    return id;
  }

  mark(node: number, kind: number): void {
    this.kinds[node] = (this.kinds[node] as number) | kind;
  }

  add(node: number, side: number, value: number): void {
    const sums = this.sums[side] as number[];
    sums[node] = (sums[node] as number) + value;
  }
}

/** `width`: `hot`, `healthy`, `both` (the larger of the two) or `excess`. A profile has one width. */
function widthOf(
  parent: Int32Array,
  totals: readonly Float64Array[],
  self: readonly Float64Array[] | null,
  width: string,
): Float64Array {
  const [hot, healthy] = totals as [Float64Array, Float64Array | undefined];
  if (healthy === undefined || width === 'hot') return hot;
  if (width === 'healthy') return healthy;
  if (width === 'excess') return spreadExcess(parent, hot, healthy);
  // Own time of the larger side, summed up: what vanished keeps its old size, what appeared its new one.
  const own = self ?? totals.map((total) => ownOf(parent, total));
  return sumUp(
    parent,
    (own[0] as Float64Array).map((value, node) => Math.max(value, own[1]?.[node] as number)),
  );
}

/** Totals → own values; rounding errors do not make frames. */
function ownOf(parent: Int32Array, total: Float64Array): Float64Array {
  const own = total.slice();
  for (let node = 1; node < parent.length; node++) {
    const up = parent[node] as number;
    own[up] = (own[up] as number) - (total[node] as number);
  }
  return own.map((value) => (value > 1e-9 ? value : 0));
}

function makeHalf(
  model: Model,
  tree: Pick<PaneHalf, 'parent' | 'fn' | 'kinds'>,
  totals: readonly Float64Array[],
  self: readonly Float64Array[] | null,
  width: string,
): PaneHalf {
  const { parent, fn, kinds } = tree;
  const widths = widthOf(parent, totals, self, width);
  const measures = tree === model ? { depth: model.depth, end: model.end } : measure(parent);
  return {
    parent,
    fn,
    ...measures,
    rows: rowsOfDepth(measures.depth),
    totals,
    self,
    width: widths,
    start: placeFrames(parent, widths),
    kinds,
    callers: false,
  };
}

function mergedHalf(model: Model, merger: Merger, width: string): PaneHalf {
  const parent = Int32Array.from(merger.parent);
  const rank = Int32Array.from(merger.fn, (fn) => (fn < 0 ? 0 : (model.rank[fn] as number)));
  const order = preorder(parent, rank, model.names.length);
  const place = new Int32Array(parent.length);
  order.forEach((node, index) => {
    place[node] = index;
  });
  const tree = {
    parent: Int32Array.from(order, (node) => (node === 0 ? -1 : (place[parent[node] as number] as number))),
    fn: Int32Array.from(order, (node) => merger.fn[node] as number),
    kinds: model.kinds === null ? null : nodesOf(merger.kinds, order),
  };
  const columns = merger.sums.map((sums) => Float64Array.from(order, (node) => sums[node] as number));
  const totals = columns.map((column) => sumUp(tree.parent, column));
  return makeHalf(model, tree, totals, columns, width);
}

function callsView(model: Model, self: readonly Float64Array[], totals: readonly Float64Array[], width: string): View {
  return { upper: makeHalf(model, model, totals, self, width), lower: null };
}

/** Merged from the leaves: what uses the CPU, and below it who calls it. Callers beyond `MOST_CALLERS` are left out. */
function reverseView(model: Model, self: readonly Float64Array[], width: string): View {
  const nodes = model.parent
    .map((_, node) => node)
    .filter((node) => self.some((column) => (column[node] as number) > 0));
  return { upper: callersHalf(model, nodes, nodes, self, -1, width), lower: null };
}

/** `first`: first callers of the frames `counted`, whose values count. */
function callersHalf(
  model: Model,
  first: Int32Array,
  counted: Int32Array,
  columns: readonly Float64Array[],
  fn: number,
  width: string,
): PaneHalf {
  const values = columns.map((column) => Float64Array.from(counted, (node) => column[node] as number));
  const tree = mergeCallers(model, first, values, MOST_CALLERS);
  tree.fn[0] = fn;
  // The middle of a sandwich.
  if (fn >= 0 && tree.kinds !== null && model.kinds !== null)
    tree.kinds[0] = counted.reduce((kind, node) => kind | ((model.kinds as Uint8Array)[node] as number), 0);
  return { ...makeHalf(model, tree, tree.sums, null, width), callers: true };
}

/** Callers of one function above, callees below; where it calls itself, the outermost call counts. */
function sandwichView(
  model: Model,
  self: readonly Float64Array[],
  totals: readonly Float64Array[],
  width: string,
  fn: number,
): View {
  const calls: number[] = [];
  const callees = new Merger(self.length);
  const place = new Int32Array(model.parent.length);
  for (let node = 1; node < model.parent.length; ) {
    if (model.fn[node] !== fn) {
      node++;
      continue;
    }
    const end = model.end[node] as number;
    if (totals.some((total) => (total[node] as number) > 0)) {
      calls.push(node);
      for (let at = node; at < end; at++) {
        place[at] =
          at === node ? 0 : callees.child(place[model.parent[at] as number] as number, model.fn[at] as number);
        callees.mark(place[at] as number, at === node ? 0 : (model.kinds?.[at] ?? 0));
        for (let side = 0; side < self.length; side++)
          callees.add(place[at] as number, side, self[side]?.[at] as number);
      }
    }
    node = end;
  }
  callees.fn[0] = fn;
  const counted = Int32Array.from(calls);
  const first = counted.map((node) => model.parent[node] as number);
  return { upper: callersHalf(model, first, counted, totals, fn, width), lower: mergedHalf(model, callees, width) };
}

/**
 * `self` and `totals`: own values and values with all below, by side. `kind`: `calls`, `reverse` or `sandwich`; `fn` is
 * the sandwich's function, −1 where the graph does not have it.
 */
export function buildView(
  model: Model,
  self: readonly Float64Array[],
  totals: readonly Float64Array[],
  kind: string,
  width: string,
  fn: number,
): View {
  if (kind === 'reverse') return reverseView(model, self, width);
  if (kind === 'sandwich') return sandwichView(model, self, totals, width, fn);
  return callsView(model, self, totals, width);
}

/** The widest frame in the next row; −1 = none. */
export function widestChild(half: PaneHalf, node: number): number {
  const next = (half.rows.row[node] as number) + 1;
  let best = -1;
  for (let child = node + 1; child < (half.end[node] as number); ) {
    if ((half.rows.row[child] as number) < next) {
      child++;
      continue;
    }
    if ((half.width[child] as number) > (best < 0 ? 0 : (half.width[best] as number))) best = child;
    child = half.end[child] as number;
  }
  return best;
}

/** The frame that a frame stands on, as drawn; −1 for the root. */
export function frameBelow(half: PaneHalf, node: number): number {
  const up = half.parent[shownFrame(half.rows, node)] as number;
  return up < 0 ? -1 : shownFrame(half.rows, up);
}

/** The frame at a place: `x` in units of width, `row` below `root`; −1 where there is none. */
export function frameAt(half: PaneHalf, root: number, x: number, row: number): number {
  let node = root;
  const wanted = (half.rows.row[root] as number) + row;
  while ((half.rows.row[node] as number) < wanted) {
    let found = -1;
    for (let child = node + 1; child < (half.end[node] as number); child = half.end[child] as number) {
      const start = half.start[child] as number;
      if (x >= start && x < start + (half.width[child] as number)) {
        found = child;
        break;
      }
    }
    if (found < 0) return -1;
    node = found;
  }
  return node;
}

/**
 * The next (step 1) or previous (step −1) frame of the same row inside `root` that is at least `least` wide; −1 = none.
 */
export function neighbour(half: PaneHalf, root: number, node: number, step: 1 | -1, least: number): number {
  const row = half.rows.row[node];
  const end = half.end[root] as number;
  for (let at = node + step; at > root && at < end; at += step) {
    if (half.rows.row[at] === row && !isInside(half.rows, at) && (half.width[at] as number) >= least) return at;
  }
  return -1;
}

/** The widest frame of a function; −1 = none that is drawn. */
export function widestFrame(half: PaneHalf, fn: number): number {
  let best = -1;
  for (let node = 0; node < half.fn.length; node++) {
    if (half.fn[node] === fn && (half.width[node] as number) > (best < 0 ? 0 : (half.width[best] as number)))
      best = node;
  }
  return best;
}

/** Functions from below the root to a frame. */
export function functionPath(half: PaneHalf, node: number): number[] {
  const path: number[] = [];
  for (let at = node; at > 0; at = half.parent[at] as number) path.push(half.fn[at] as number);
  return path.reverse();
}

/**
 * The deepest frame that is drawn of a path; `same` tells whether a function is the one at a step. 0, the root, at
 * least.
 */
export function followPath(half: PaneHalf, steps: number, same: (fn: number, step: number) => boolean): number {
  let node = 0;
  for (let step = 0; step < steps; step++) {
    let child = node + 1;
    const end = half.end[node] as number;
    while (child < end && !same(half.fn[child] as number, step)) child = half.end[child] as number;
    if (child >= end || !((half.width[child] as number) > 0)) break;
    node = child;
  }
  return node;
}

/** The same way from the root has the same hash in every graph; the root's is 0. `identity`: by function. */
export function pathHash(half: Pick<PaneHalf, 'parent' | 'fn'>, node: number, identity: Uint32Array): number {
  const path: number[] = [];
  for (let at = node; at > 0; at = half.parent[at] as number) path.push(identity[half.fn[at] as number] as number);
  return path.reduceRight(hashStep, 0);
}

/** The frame whose path has this hash; −1: none. */
export function frameWithHash(half: Pick<PaneHalf, 'parent' | 'fn'>, hash: number, identity: Uint32Array): number {
  const hashes = new Uint32Array(half.fn.length);
  for (let node = 1; node < hashes.length; node++) {
    const step = identity[half.fn[node] as number] as number;
    hashes[node] = hashStep(hashes[half.parent[node] as number] as number, step);
  }
  return hashes.indexOf(hash);
}
