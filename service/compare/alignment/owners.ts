import type { FunctionInfo } from '../../profile/profile.ts';
import type { UnionTree } from './union-tree.ts';

/**
 * Whose code each node of the tree uses CPU for: the nearest frame, itself included, that an engineer can open and
 * change. Node core, V8, native code, the kernel, collectors and regular expressions below it work for it.
 */
export interface Owners {
  /** For each union node the union node of its owner; 0 where no one owns it (event loop, helper threads). */
  readonly node: Int32Array;
  /**
   * For each union node the function that its own samples count for: that of its owner, or a callee of it that the
   * recorded stack lacks (inlined, or skipped); −1 where no one owns it.
   */
  readonly fn: Int32Array;
  /** For each function: it can own. */
  readonly canOwn: Uint8Array;
}

/**
 * JavaScript with a file. Templates and `new Function` have none: their line cannot be opened, so the caller owns them.
 */
function isOpenable(fn: FunctionInfo): boolean {
  return (fn.category === 'app' || fn.category === 'dependency') && fn.file !== null;
}

/** A small service may be inlined whole into the code of Node that calls it back: a timer's list, say. */
function isNodeCore(fn: FunctionInfo): boolean {
  return fn.category === 'node' && fn.file !== null;
}

/** In profiles of other programs (no JavaScript at all) any code of user space can own. */
function isUserSpace(fn: FunctionInfo): boolean {
  return fn.category !== 'kernel' && fn.category !== 'unknown';
}

export function findOwners(tree: UnionTree): Owners {
  const test = [isOpenable, isNodeCore].find((one) => tree.functions.some(one)) ?? isUserSpace;
  const canOwn = Uint8Array.from(tree.functions, (fn) => (test(fn) ? 1 : 0));
  const node = new Int32Array(tree.length);
  const fn = new Int32Array(tree.length).fill(-1);
  for (let at = 1; at < tree.length; at++) {
    const own = tree.fn[at] as number;
    if (canOwn[own] === 1) {
      node[at] = at;
      fn[at] = own;
    } else {
      const up = tree.parent[at] as number;
      node[at] = node[up] as number;
      fn[at] = fn[up] as number;
    }
  }
  return { node, fn, canOwn };
}
