/** The call tree in the order in which it is drawn: parents before children, siblings by name. */
import type { FunctionInfo } from '../../profile/profile.ts';

/**
 * Columns of equal length in preorder; node 0 is the root (function −1). A subtree is the range `node … end[node] − 1`.
 */
export interface FlameTree {
  readonly length: number;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  readonly end: Int32Array;
  /** Index into the functions in drawing order; −1 for the root. */
  readonly fn: Int32Array;
  /** One column for each side: counts of samples that ended in the node. */
  readonly self: readonly Float64Array[];
  /** Bits of `call-kinds.ts` by node; absent: nothing was inlined. */
  readonly kinds?: Uint8Array;
}

/** A call tree as `FunctionTree` and `DifferentialTree` have it: parents come before children. */
interface CallTreeColumns {
  readonly functions: readonly FunctionInfo[];
  readonly length: number;
  readonly parent: Int32Array;
  readonly fn: Int32Array;
  readonly kinds?: Uint8Array;
}

export interface OrderedTree {
  readonly tree: FlameTree;
  /** Used functions in drawing order, and where each function went (−1: not used). */
  readonly functions: readonly FunctionInfo[];
  readonly rankOf: Int32Array;
  /** Node of the source → node of the tree; 0 also for nodes that lead to no value. */
  readonly place: Int32Array;
}

/** Code unit order: the same everywhere, which no locale's order is. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Nodes that lead to a value in any column. */
function usedNodes(parent: Int32Array, columns: readonly Float64Array[]): Uint8Array {
  const used = new Uint8Array(parent.length);
  used[0] = 1;
  for (let node = parent.length - 1; node > 0; node--) {
    if (used[node] === 0) for (const column of columns) if (column[node] !== 0) used[node] = 1;
    if (used[node] === 1) used[parent[node] as number] = 1;
  }
  return used;
}

function rankFunctions(source: CallTreeColumns, used: Uint8Array): { order: number[]; rankOf: Int32Array } {
  const seen = new Uint8Array(source.functions.length);
  for (let node = 1; node < source.length; node++) if (used[node] === 1) seen[source.fn[node] as number] = 1;
  const order: number[] = [];
  for (let fn = 0; fn < seen.length; fn++) if (seen[fn] === 1) order.push(fn);
  const info = (fn: number): FunctionInfo => source.functions[fn] as FunctionInfo;
  order.sort((a, b) => compareText(info(a).name, info(b).name) || compareText(info(a).key, info(b).key));
  const rankOf = new Int32Array(source.functions.length).fill(-1);
  for (let rank = 0; rank < order.length; rank++) rankOf[order[rank] as number] = rank;
  return { order, rankOf };
}

/**
 * Nodes in drawing order: parents before children, siblings by `rank` (a number below `ranks` for each node; −1: leave
 * it out, with all below). Node 0 is the root. O(nodes), and no recursion: a stack of 20,000 calls is only a long path.
 */
export function preorder(parent: Int32Array, rank: Int32Array, ranks: number): Int32Array {
  const length = parent.length;
  const at = new Int32Array(ranks + 1);
  let count = 0;
  for (let node = 1; node < length; node++) {
    const slot = (rank[node] as number) + 1;
    if (slot === 0) continue;
    at[slot] = (at[slot] as number) + 1;
    count++;
  }
  for (let r = 0; r < ranks; r++) at[r + 1] = (at[r + 1] as number) + (at[r] as number);
  const byRank = new Int32Array(count);
  for (let node = 1; node < length; node++) {
    const r = rank[node] as number;
    if (r < 0) continue;
    const slot = at[r] as number;
    byRank[slot] = node;
    at[r] = slot + 1;
  }
  // Taken from the last rank to the first, each put before its siblings.
  const first = new Int32Array(length);
  const next = new Int32Array(length);
  for (let i = count - 1; i >= 0; i--) {
    const node = byRank[i] as number;
    const up = parent[node] as number;
    next[node] = first[up] as number;
    first[up] = node;
  }
  const order = new Int32Array(count + 1);
  let placed = 1;
  for (let node = first[0] as number; node !== 0; ) {
    order[placed++] = node;
    let to = first[node] as number;
    for (let up = node; to === 0 && up !== 0; up = parent[up] as number) to = next[up] as number;
    node = to;
  }
  return order.subarray(0, placed);
}

/** Depth of each node and end of each subtree of a tree in preorder. */
export function measure(parent: Int32Array): { readonly depth: Int32Array; readonly end: Int32Array } {
  const depth = new Int32Array(parent.length);
  const end = new Int32Array(parent.length);
  for (let node = 1; node < parent.length; node++) depth[node] = (depth[parent[node] as number] as number) + 1;
  for (let node = parent.length - 1; node >= 0; node--) {
    if (end[node] === 0) end[node] = node + 1;
    if (node === 0) break;
    const up = parent[node] as number;
    if ((end[up] as number) < (end[node] as number)) end[up] = end[node] as number;
  }
  return { depth, end };
}

/** Bits by node, in drawing order. */
export function nodesOf(kinds: ArrayLike<number>, nodes: Int32Array): Uint8Array {
  return Uint8Array.from(nodes, (node) => kinds[node] as number);
}

/**
 * `columns`: self counts by node of `source`. Nodes that lead to no value are left out. O(nodes + functions log
 * functions).
 */
export function orderTree(source: CallTreeColumns, columns: readonly Float64Array[]): OrderedTree {
  const used = usedNodes(source.parent.subarray(0, source.length), columns);
  const { order, rankOf } = rankFunctions(source, used);
  const rank = new Int32Array(source.length);
  for (let node = 1; node < source.length; node++) {
    rank[node] = used[node] === 1 ? (rankOf[source.fn[node] as number] as number) : -1;
  }
  const nodes = preorder(source.parent.subarray(0, source.length), rank, order.length);
  const length = nodes.length;
  const place = new Int32Array(source.length);
  const parent = new Int32Array(length);
  const fn = new Int32Array(length);
  const self = columns.map((column) => Float64Array.from(nodes, (node) => column[node] as number));
  for (let i = 1; i < length; i++) {
    const node = nodes[i] as number;
    place[node] = i;
    parent[i] = place[source.parent[node] as number] as number;
    fn[i] = rank[node] as number;
  }
  parent[0] = -1;
  fn[0] = -1;
  const functions = order.map((id) => source.functions[id] as FunctionInfo);
  const kinds = source.kinds === undefined ? {} : { kinds: nodesOf(source.kinds, nodes) };
  return { tree: { length, parent, fn, self, ...kinds, ...measure(parent) }, functions, rankOf, place };
}
