/** How functions come onto the stack: called, or inlined into their caller. */
import type { Profile } from './profile.ts';

/** Bits. A node of several samples may have both: V8 compiles a caller again and again. */
export const CALLED = 1;
export const INLINED = 2;

/** For each node of a profile's tree, whether samples ended in it or below. */
function nodesWithSamples({ tree, samples }: Profile, keep: (row: number) => boolean): Uint8Array {
  const used = new Uint8Array(tree.length);
  for (let row = 0; row < samples.length; row++) if (keep(row)) used[samples.node[row] as number] = 1;
  for (let node = tree.length - 1; node > 0; node--) if (used[node] === 1) used[tree.parent[node] as number] = 1;
  return used;
}

/**
 * The bits of each of the `length` nodes of a tree into which the trees of profiles were merged; `nodeOf` gives the
 * merged node of each of their nodes. Undefined where nothing that is in view was inlined.
 */
export function callKinds(
  length: number,
  merged: readonly { readonly profile: Profile; readonly nodeOf: Int32Array }[],
  keep: (row: number) => boolean = () => true,
): Uint8Array | undefined {
  if (merged.every(({ profile }) => profile.frames.inlined === undefined)) return undefined;
  const kinds = new Uint8Array(length);
  let some = false;
  for (const { profile, nodeOf } of merged) {
    const { tree, frames } = profile;
    const used = nodesWithSamples(profile, keep);
    for (let node = 1; node < tree.length; node++) {
      const frame = tree.frame[node] as number;
      if (used[node] === 0 || frames.hidden[frame] === 1) continue;
      const kind = frames.inlined?.[frame] ? INLINED : CALLED;
      if (kind === INLINED) some = true;
      const place = nodeOf[node] as number;
      kinds[place] = (kinds[place] as number) | kind;
    }
  }
  return some ? kinds : undefined;
}
