import { callKinds } from './call-kinds.ts';
import type { FunctionInfo, Profile } from './profile.ts';
import { TIERS } from './profile.ts';

/**
 * The call tree by function: tiers of one function merged, V8's stubs out of view, every sample kept. Node 0 is the
 * root (function −1); parents come before children. Numbers are sample counts.
 */
export interface FunctionTree {
  readonly functions: readonly FunctionInfo[];
  readonly length: number;
  readonly parent: Int32Array;
  readonly fn: Int32Array;
  /** Samples that ended in this node. */
  readonly self: Float64Array;
  /** Samples of this node and all below. */
  readonly total: Float64Array;
  /** Self samples by tier, `TIERS.length` numbers a node. */
  readonly tierSelf: Float64Array;
  /** Bits of `call-kinds.ts` by node; absent: nothing was inlined. */
  readonly kinds?: Uint8Array;
}

/** Which samples to use; indices are rows of `profile.samples`. */
export type SampleFilter = (row: number) => boolean;

/** O(tree + samples). */
export function functionTree(profile: Profile, keep: SampleFilter = () => true): FunctionTree {
  const { tree, frames, samples } = profile;
  const tiers = TIERS.length;
  const toMerged = new Int32Array(tree.length);
  /** Tier of the node, or of the caller that a hidden node stands for. */
  const tierOf = new Uint8Array(tree.length);
  const parent: number[] = [-1];
  const fn: number[] = [-1];
  const children = new Map<number, number>();
  for (let node = 1; node < tree.length; node++) {
    const up = toMerged[tree.parent[node] as number] as number;
    if (frames.hidden[tree.frame[node] as number] === 1) {
      toMerged[node] = up;
      tierOf[node] = tierOf[tree.parent[node] as number] as number;
      continue;
    }
    tierOf[node] = frames.tier[tree.frame[node] as number] as number;
    const f = frames.functionOf[tree.frame[node] as number] as number;
    const key = up * 0x4000000 + f;
    let merged = children.get(key);
    if (merged === undefined) {
      merged = parent.push(up) - 1;
      fn.push(f);
      children.set(key, merged);
    }
    toMerged[node] = merged;
  }
  const self = new Float64Array(parent.length);
  const tierSelf = new Float64Array(parent.length * tiers);
  for (let row = 0; row < samples.length; row++) {
    if (!keep(row)) continue;
    const node = samples.node[row] as number;
    const merged = toMerged[node] as number;
    const count = samples.count[row] as number;
    self[merged] = (self[merged] as number) + count;
    const at = merged * tiers + (tierOf[node] as number);
    tierSelf[at] = (tierSelf[at] as number) + count;
  }
  const total = Float64Array.from(self);
  for (let node = parent.length - 1; node > 0; node--) {
    const up = parent[node] as number;
    total[up] = (total[up] as number) + (total[node] as number);
  }
  const kinds = callKinds(parent.length, [{ profile, nodeOf: toMerged }], keep);
  return {
    functions: profile.functions,
    length: parent.length,
    parent: Int32Array.from(parent),
    fn: Int32Array.from(fn),
    self,
    total,
    tierSelf,
    ...(kinds === undefined ? {} : { kinds }),
  };
}
