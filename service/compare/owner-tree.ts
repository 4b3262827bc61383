import type { Owners } from './owners.ts';
import type { UnionTree } from './union-tree.ts';

/**
 * The call tree of owners alone: all that works for a function is inside its node, and recursion (direct or mutual) is folded
 * into the outermost call, so a function is at most once on a path and totals of functions are plain sums of nodes.
 */
export interface OwnerTree {
  readonly length: number;
  readonly parent: Int32Array;
  /** Index into the union tree's functions; −1 for the root, which holds what no one owns. */
  readonly fn: Int32Array;
  /** For each union node its node here. */
  readonly nodeOf: Int32Array;
}

export function ownerTree(tree: UnionTree, owners: Owners): OwnerTree {
  const parent: number[] = [-1];
  const fn: number[] = [-1];
  const children = new Map<number, number>();
  const nodeOf = new Int32Array(tree.length);
  for (let node = 1; node < tree.length; node++) {
    const up = nodeOf[tree.parent[node] as number] as number;
    const own = tree.fn[node] as number;
    nodeOf[node] = up;
    if (owners.can[own] !== 1) continue;
    let same = up;
    while (same > 0 && fn[same] !== own) same = parent[same] as number;
    if (same > 0) {
      nodeOf[node] = same;
      continue;
    }
    const key = up * tree.functions.length + own;
    let child = children.get(key);
    if (child === undefined) {
      child = parent.push(up) - 1;
      fn.push(own);
      children.set(key, child);
    }
    nodeOf[node] = child;
  }
  return { length: parent.length, parent: Int32Array.from(parent), fn: Int32Array.from(fn), nodeOf };
}

/** Sums a column of the union tree by node of the owner tree. */
export function gather(tree: OwnerTree, column: Float64Array): Float64Array {
  const sums = new Float64Array(tree.length);
  for (let node = 0; node < column.length; node++) {
    const at = tree.nodeOf[node] as number;
    sums[at] = (sums[at] as number) + (column[node] as number);
  }
  return sums;
}
