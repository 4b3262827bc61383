import type { CallTrie } from './call-trie.ts';
import { at } from './columns.ts';
import type { CallTree } from './profile.ts';

/** Nodes of a finished tree in a trie that grows: each with all above it, when it is asked for. */
export class Graft {
  /** By node of the tree; 0 for what was not asked yet. */
  private readonly placed: Int32Array;
  private readonly tree: CallTree;
  private readonly trie: CallTrie;
  private readonly root: number;
  private readonly frameOf: (frame: number) => number;

  /** `root`: the trie's node for that of the tree; `frameOf`: what the trie has for a frame. */
  constructor(tree: CallTree, trie: CallTrie, root: number, frameOf: (frame: number) => number) {
    this.tree = tree;
    this.trie = trie;
    this.root = root;
    this.frameOf = frameOf;
    this.placed = new Int32Array(tree.length);
  }

  /** Whether a node but the root was asked for, or one below it. */
  has(node: number): boolean {
    return at(this.placed, node) > 0;
  }

  /** The trie's node for a node of the tree. */
  node(node: number): number {
    const { placed, tree } = this;
    const way: number[] = [];
    let up = node;
    for (; up > 0 && placed[up] === 0; up = at(tree.parent, up)) way.push(up);
    let below = up > 0 ? at(placed, up) : this.root;
    for (const next of way.reverse()) {
      below = this.trie.child(below, this.frameOf(at(tree.frame, next)));
      placed[next] = below;
    }
    return below;
  }
}
