import type { Profile, SampleAccounting } from './profile.ts';

/**
 * The profile of the samples in rows that `keep` marks with 1; the tree holds only what they need. Line ticks are of
 * the whole recording: they have no times.
 */
export function selectSamples(profile: Profile, keep: Uint8Array, ledger: SampleAccounting): Profile {
  const { tree, samples } = profile;
  const used = new Uint8Array(tree.length);
  used[0] = 1;
  let rows = 0;
  for (let row = 0; row < samples.length; row++) {
    if (keep[row] !== 1) continue;
    rows++;
    for (let node = samples.node[row] as number; used[node] === 0; node = tree.parent[node] as number) used[node] = 1;
  }
  const renumbered = new Int32Array(tree.length);
  const parent = new Int32Array(tree.length);
  const frame = new Int32Array(tree.length);
  let length = 0;
  for (let node = 0; node < tree.length; node++) {
    if (used[node] !== 1) continue;
    parent[length] = node === 0 ? -1 : (renumbered[tree.parent[node] as number] as number);
    frame[length] = tree.frame[node] as number;
    renumbered[node] = length++;
  }
  const picked = <T extends Int32Array | Float64Array>(column: T, into: T): T => {
    for (let row = 0, at = 0; row < samples.length; row++) if (keep[row] === 1) into[at++] = column[row] as number;
    return into;
  };
  const lineTicks = profile.lineTicks
    ?.filter(({ node }) => used[node] === 1)
    .map((ticks) => ({ ...ticks, node: renumbered[ticks.node] as number }));
  return {
    ...profile,
    ledger,
    ...(lineTicks === undefined ? {} : { lineTicks }),
    tree: { length, parent: parent.slice(0, length), frame: frame.slice(0, length) },
    samples: {
      length: rows,
      atMs: picked(samples.atMs, new Int32Array(rows)),
      thread: picked(samples.thread, new Int32Array(rows)),
      node: picked(samples.node, new Int32Array(rows)).map((node) => renumbered[node] as number),
      count: picked(samples.count, new Int32Array(rows)),
      weight: picked(samples.weight, new Float64Array(rows)),
    },
  };
}
