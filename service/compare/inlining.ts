/**
 * Machine code of an optimised function holds the callees that V8 inlined, and perf sees one frame. Other samples of the same
 * recordings often show the callees apart: those taken while the caller was interpreted or in Sparkplug code, which inline
 * nothing. Where they all say that this work is done in one callee, it is given to the callee.
 */
import type { Profile } from '../profile/profile.ts';
import { TIERS } from '../profile/profile.ts';
import type { Owners } from './owners.ts';
import type { Through } from './through.ts';
import type { UnionTree } from './union-tree.ts';

/** Of the work that unoptimised samples show below a function, this part must be one callee's … */
const ONE_CALLEE = 0.8;
/** … in at least this many samples: fewer could be a coincidence. */
const MIN_SAMPLES = 3;

const OPTIMISED_FROM = TIERS.indexOf('maglev');

/** A callee that shows under optimised code of the caller in this part of the samples was not inlined there. */
const STILL_APART = 0.25;

/** Work is told apart by what it goes through: the callee that parses JSON need not be the one that matches expressions. */
interface Work {
  /** Samples with the function itself as owner, while its code was not optimised. */
  low: number;
  /** The same while it was. */
  high: number;
  /** Samples that a callee owns, while the function was not optimised. */
  readonly lowCallees: Map<number, number>;
  /** The same while it was. */
  readonly highCallees: Map<number, number>;
}

/** Work by function and label. */
class WorkTable {
  readonly byKey = new Map<number, Work>();
  private readonly labels: number;

  constructor(labels: number) {
    this.labels = labels;
  }

  at(fn: number, label: number): Work {
    const key = fn * this.labels + label;
    let work = this.byKey.get(key);
    if (work === undefined) {
      work = { low: 0, high: 0, lowCallees: new Map(), highCallees: new Map() };
      this.byKey.set(key, work);
    }
    return work;
  }
}

function add(counts: Map<number, number>, key: number, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** Samples of one profile, each walked up to the root over the functions that can own. */
function collect(
  table: WorkTable,
  profile: Profile,
  index: number,
  tree: UnionTree,
  owners: Owners,
  through: Through,
): void {
  const nodeOf = tree.nodeOf[index] as Int32Array;
  const tierOf = tree.tierOf[index] as Uint8Array;
  const { samples } = profile;
  const { parent } = profile.tree;
  const perNode = new Float64Array(parent.length);
  for (let row = 0; row < samples.length; row++) {
    const node = samples.node[row] as number;
    perNode[node] = (perNode[node] as number) + (samples.count[row] as number);
  }
  for (let node = 1; node < parent.length; node++) {
    const count = perNode[node] as number;
    if (count === 0) continue;
    const label = through.of[nodeOf[node] as number] as number;
    let owner = -1;
    for (let up = node; up > 0; up = parent[up] as number) {
      const fn = tree.fn[nodeOf[up] as number] as number;
      if (fn < 0 || owners.can[fn] !== 1) continue;
      const optimised = (tierOf[up] as number) >= OPTIMISED_FROM;
      if (owner < 0) {
        owner = fn;
        const work = table.at(fn, label);
        if (optimised) work.high += count;
        else work.low += count;
      } else if (fn === owner) break;
      else add(optimised ? table.at(fn, label).highCallees : table.at(fn, label).lowCallees, owner, count);
    }
  }
}

function calleeOf(work: Work): number | undefined {
  if (work.high === 0) return undefined;
  let best = -1;
  let most = 0;
  let all = work.low;
  for (const [callee, count] of work.lowCallees) {
    all += count;
    if (count > most) [best, most] = [callee, count];
  }
  if (most < MIN_SAMPLES || most < ONE_CALLEE * all) return undefined;
  return (work.highCallees.get(best) ?? 0) > STILL_APART * work.high ? undefined : best;
}

export interface Inlining {
  /** For each union node: the callee that its own samples are given to; −1 where they stay with their owner. */
  readonly callee: Int32Array;
  /** Callee → functions that V8 inlined it into. */
  readonly into: ReadonlyMap<number, ReadonlySet<number>>;
}

export function findInlined(profiles: readonly Profile[], tree: UnionTree, owners: Owners, through: Through): Inlining {
  const table = new WorkTable(through.names.length);
  profiles.forEach((profile, index) => {
    collect(table, profile, index, tree, owners, through);
  });
  const calleeByKey = new Map<number, number>();
  for (const [key, work] of table.byKey) {
    const callee = calleeOf(work);
    if (callee !== undefined) calleeByKey.set(key, callee);
  }
  const callee = new Int32Array(tree.length).fill(-1);
  const into = new Map<number, Set<number>>();
  if (calleeByKey.size === 0) return { callee, into };
  for (let node = 1; node < tree.length; node++) {
    const owner = owners.fn[node] as number;
    if (owner < 0) continue;
    const found = calleeByKey.get(owner * through.names.length + (through.of[node] as number));
    if (found === undefined) continue;
    callee[node] = found;
    into.set(found, (into.get(found) ?? new Set()).add(owner));
  }
  return { callee, into };
}
