import { CallTrie } from '../../profile/call-trie.ts';
import { add } from '../../profile/columns.ts';
import type { FunctionInfo, Profile } from '../../profile/profile.ts';

/** One call tree over several profiles, keyed by function: tiers merged, V8's stubs out of view. Node 0 is the root. */
export interface UnionTree {
  readonly functions: readonly FunctionInfo[];
  readonly length: number;
  readonly parent: Int32Array;
  /** Index into `functions`; −1 for the root. */
  readonly fn: Int32Array;
  /** For each profile: its tree node → node here. */
  readonly nodeOf: readonly Int32Array[];
  /** For each profile: the V8 tier of its tree node; a stub has the tier of its caller. */
  readonly tierOf: readonly Uint8Array[];
}

class UnionBuilder {
  readonly functions: FunctionInfo[] = [];
  /** Its "frames" are functions. */
  readonly trie = new CallTrie();
  private readonly ids = new Map<string, number>();

  internAll(functions: readonly FunctionInfo[]): Int32Array {
    return Int32Array.from(functions, (info) => {
      const known = this.ids.get(info.key);
      if (known !== undefined) return known;
      this.ids.set(info.key, this.functions.length);
      return this.functions.push(info) - 1;
    });
  }
}

function addProfile(builder: UnionBuilder, profile: Profile): { nodeOf: Int32Array; tierOf: Uint8Array } {
  const { tree, frames } = profile;
  const fnOf = builder.internAll(profile.functions);
  const nodeOf = new Int32Array(tree.length);
  const tierOf = new Uint8Array(tree.length);
  for (let node = 1; node < tree.length; node++) {
    const parent = tree.parent[node] as number;
    const frame = tree.frame[node] as number;
    if (frames.hidden[frame] === 1) {
      nodeOf[node] = nodeOf[parent] as number;
      tierOf[node] = tierOf[parent] as number;
    } else {
      nodeOf[node] = builder.trie.child(nodeOf[parent] as number, fnOf[frames.functionOf[frame] as number] as number);
      tierOf[node] = frames.tier[frame] as number;
    }
  }
  return { nodeOf, tierOf };
}

/** O(nodes of all trees). */
export function uniteTrees(profiles: readonly Profile[]): UnionTree {
  const builder = new UnionBuilder();
  const maps = profiles.map((profile) => addProfile(builder, profile));
  return {
    functions: builder.functions,
    length: builder.trie.length,
    parent: builder.trie.parent.slice(0, builder.trie.length),
    fn: builder.trie.frame.slice(0, builder.trie.length),
    nodeOf: maps.map((map) => map.nodeOf),
    tierOf: maps.map((map) => map.tierOf),
  };
}

/** Samples of each node and all below, from samples that ended in it. */
export function totals(parent: Int32Array, self: Float64Array): Float64Array {
  const total = Float64Array.from(self);
  for (let node = parent.length - 1; node > 0; node--) {
    const up = parent[node] as number;
    add(total, up, total[node] as number);
  }
  return total;
}
