/** Everything of both sides on one tree, counted: the ground on which all questions are asked. */
import { add } from '../../profile/columns.ts';
import type { Profile } from '../../profile/profile.ts';
import { countBlocks } from '../statistics/block-counts.ts';
import { sideOf } from '../statistics/coverage.ts';
import type { Host } from '../statistics/estimate.ts';
import type { Recorded } from '../statistics/quality.ts';
import { asShares, madeUpFor, scaleOf } from '../statistics/scale.ts';
import { type Counterparts, findCounterparts } from './counterparts.ts';
import { findInlined, type Inlining } from './inlining.ts';
import { findOwners, type Owners } from './owners.ts';
import { findSkipped } from './skipped-callers.ts';
import { labelThrough, type Through } from './through.ts';
import { totals, type UnionTree, uniteTrees } from './union-tree.ts';

function hostsOf(profiles: readonly Profile[], tree: UnionTree, owners: Owners): Host[] {
  const scales = profiles.map(scaleOf);
  const shares = scales.some((scale) => scale.sharesOnly);
  return profiles.map((profile, index) => {
    const scale = scales[index] as Host['scale'];
    const counts = countBlocks(profile, tree, owners, index, scale.seconds);
    const variance = counts.all.variance[0] as number;
    return { scale: shares ? asShares(scale) : madeUpFor(scale, profile, variance), counts };
  });
}

/** Cores by union node, mean of the hosts. */
function nodeCores(hosts: readonly Host[], length: number): Float64Array {
  const cores = new Float64Array(length);
  for (const { counts, scale } of hosts) {
    const k = scale.coresPerSample / hosts.length;
    for (let node = 0; node < length; node++) {
      add(cores, node, (counts.nodeSelf[node] as number) * k);
    }
  }
  return cores;
}

export interface AlignedProfiles {
  readonly profiles: readonly [Profile, ...Profile[]];
  readonly counterparts: Counterparts;
  readonly tree: UnionTree;
  readonly through: Through;
  readonly inlining: Inlining;
  readonly owners: Owners;
  readonly hosts: readonly [Host, ...Host[]];
  readonly recorded: readonly [Recorded, ...Recorded[]];
  readonly hotSelf: Float64Array;
  readonly healthySelf: Float64Array;
}

/** Samples of each profile in each union node and below. */
function samplesBelow(profiles: readonly Profile[], tree: UnionTree): Float64Array[] {
  return profiles.map(({ samples }, index) => {
    const self = new Float64Array(tree.length);
    const nodeOf = tree.nodeOf[index] as Int32Array;
    for (let row = 0; row < samples.length; row++) {
      const node = nodeOf[samples.node[row] as number] as number;
      add(self, node, samples.count[row] as number);
    }
    return totals(tree.parent, self);
  });
}

/** The hot side first: its functions and call order come first in the tree. */
export function alignProfiles(recordings: readonly [Profile, ...Profile[]]): AlignedProfiles {
  const counterparts = findCounterparts(recordings);
  const { profiles } = counterparts;
  const tree = uniteTrees(profiles);
  const frames = findOwners(tree);
  const through = labelThrough(tree, frames);
  const inlining = findInlined(profiles, tree, frames, through);
  const skipped = findSkipped(profiles, tree, frames.canOwn, () => samplesBelow(profiles, tree));
  const fn = frames.fn.map((owner, node) => {
    const callee = skipped[node] as number;
    const inlined = inlining.callee[node] as number;
    return callee >= 0 ? callee : inlined >= 0 ? inlined : owner;
  });
  const owners = { ...frames, fn };
  const hosts = hostsOf(profiles, tree, owners) as [Host, ...Host[]];
  const recorded = hosts.map((host, i): Recorded => {
    const profile = profiles[i] as Profile;
    return { host, profile, side: sideOf(host, profile) };
  }) as [Recorded, ...Recorded[]];
  const hotSelf = nodeCores(hosts.slice(0, 1), tree.length);
  const healthySelf = nodeCores(hosts.slice(1), tree.length);
  return { profiles, counterparts, tree, through, inlining, owners, hosts, recorded, hotSelf, healthySelf };
}
