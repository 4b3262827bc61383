import { CallTrie } from '../../profile/call-trie.ts';
import { add } from '../../profile/columns.ts';
import type { Owners } from './owners.ts';
import type { UnionTree } from './union-tree.ts';

/**
 * The call tree of owners alone: all that works for a function is inside its node, and recursion (direct or mutual) is
 * folded into the outermost call, so a function is at most once on a path and totals of functions are plain sums of
 * nodes.
 */
export interface OwnerTree {
  readonly length: number;
  readonly parent: Int32Array;
  /** Index into the union tree's functions; −1 for the root, which holds what no one owns. */
  readonly fn: Int32Array;
  /** For each union node its node here: where its callees hang. */
  readonly nodeOf: Int32Array;
  /** For each union node the node here that its own samples belong to: the same, or a callee that was inlined. */
  readonly selfOf: Int32Array;
}

/** The node of a call of `own` below `up`: an outer call of the same function when there is one. */
function callBelow(trie: CallTrie, up: number, own: number): number {
  let same = up;
  while (same > 0 && trie.frame[same] !== own) same = trie.parent[same] as number;
  return same > 0 ? same : trie.child(up, own);
}

export function ownerTree(tree: UnionTree, owners: Owners): OwnerTree {
  const trie = new CallTrie();
  const nodeOf = new Int32Array(tree.length);
  const selfOf = new Int32Array(tree.length);
  for (let node = 1; node < tree.length; node++) {
    const up = nodeOf[tree.parent[node] as number] as number;
    const own = tree.fn[node] as number;
    const at = owners.canOwn[own] === 1 ? callBelow(trie, up, own) : up;
    nodeOf[node] = at;
    const counts = owners.fn[node] as number;
    selfOf[node] = counts < 0 || counts === trie.frame[at] ? at : callBelow(trie, at, counts);
  }
  const { length, parent, frame } = trie;
  return { length, parent: parent.slice(0, length), fn: frame.slice(0, length), nodeOf, selfOf };
}

/** Sums own cores of the union tree by node of the owner tree. */
export function gather(tree: OwnerTree, column: Float64Array): Float64Array {
  const sums = new Float64Array(tree.length);
  for (let node = 0; node < column.length; node++) {
    const at = tree.selfOf[node] as number;
    add(sums, at, column[node] as number);
  }
  return sums;
}
