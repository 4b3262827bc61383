/**
 * Machine code of an optimised function holds the callees that V8 inlined, and perf sees one frame. Other samples of
 * the same recordings often show the callees apart: those taken while the caller was interpreted or in Sparkplug code,
 * which inline nothing. Where they all say that this work is done in one callee, it is given to the callee.
 */
import { add } from '../../profile/columns.ts';
import type { Profile } from '../../profile/profile.ts';
import { TIERS } from '../../profile/profile.ts';
import type { Owners } from './owners.ts';
import type { Through } from './through.ts';
import type { UnionTree } from './union-tree.ts';

/** Of the work that unoptimised samples show below a function, this part must be one callee's … */
const ONE_CALLEE = 0.8;
/** … in at least this many samples: fewer could be a coincidence. */
const MIN_SAMPLES_OF_CALLEE = 3;

const OPTIMISED_FROM = TIERS.indexOf('maglev');

/** A callee that shows under optimised code of the caller in this part of the samples was not inlined there. */
const STILL_APART = 0.25;

/**
 * Work is told apart by what it goes through: the callee that parses JSON need not be the one that matches expressions.
 */
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

/** Work by function and label: key = function · labels + label. */
type WorkTable = Map<number, Work>;

function workAt(table: WorkTable, key: number): Work {
  let work = table.get(key);
  if (work === undefined) {
    work = { low: 0, high: 0, lowCallees: new Map(), highCallees: new Map() };
    table.set(key, work);
  }
  return work;
}

function addTo(counts: Map<number, number>, key: number, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

interface Source {
  readonly profile: Profile;
  readonly nodeOf: Int32Array;
  readonly tierOf: Uint8Array;
  /** Samples that ended in each node of the profile's tree. */
  readonly counts: Float64Array;
}

function sourceOf(profile: Profile, index: number, tree: UnionTree): Source {
  const counts = new Float64Array(profile.tree.length);
  const { samples } = profile;
  for (let row = 0; row < samples.length; row++) {
    const node = samples.node[row] as number;
    add(counts, node, samples.count[row] as number);
  }
  const [nodeOf, tierOf] = [tree.nodeOf[index] as Int32Array, tree.tierOf[index] as Uint8Array];
  return { profile, nodeOf, tierOf, counts };
}

/** One recording, walked over the functions that can own. */
class Walk {
  private readonly source: Source;
  private readonly tree: UnionTree;
  private readonly through: Through;
  /** For each node the nearest node, itself included, whose function can own it; 0 when there is none. */
  private readonly nearest: Int32Array;
  /** 1 where one of these above a node, itself included, ran unoptimised. */
  private readonly low: Uint8Array;

  constructor(source: Source, tree: UnionTree, owners: Owners, through: Through) {
    this.source = source;
    this.tree = tree;
    this.through = through;
    const { parent } = source.profile.tree;
    this.nearest = new Int32Array(parent.length);
    this.low = new Uint8Array(parent.length);
    for (let node = 1; node < parent.length; node++) {
      const up = parent[node] as number;
      const owns = owners.canOwn[this.functionAt(node)] === 1;
      this.nearest[node] = owns ? node : (this.nearest[up] as number);
      this.low[node] = owns && !this.isOptimised(node) ? 1 : (this.low[up] as number);
    }
  }

  /** Work by its owner. */
  own(table: WorkTable): void {
    this.each((owner, at, label, count) => {
      const work = workAt(table, owner * this.through.names.length + label);
      if (this.isOptimised(at)) work.high += count;
      else work.low += count;
    });
  }

  /** Work of callees under unoptimised code of functions that have optimised code, too. */
  lowCallees(table: WorkTable, optimised: Uint8Array): void {
    this.each((owner, at, label, count, leaf) => {
      if (this.low[this.source.profile.tree.parent[at] as number] !== 1) return;
      const labels = this.labelsBelow(at, leaf, label);
      this.above(at, owner, (fn, up) => {
        if (optimised[fn] !== 1 || this.isOptimised(up)) return;
        for (const one of labels) {
          const work = table.get(fn * this.through.names.length + one);
          if (work !== undefined && work.high > 0) addTo(work.lowCallees, owner, count);
        }
      });
    });
  }

  /** The same under optimised code, for callees that may have been inlined. */
  highCallees(table: WorkTable, candidates: ReadonlyMap<number, number>, callees: ReadonlySet<number>): void {
    this.each((owner, at, label, count) => {
      if (!callees.has(owner)) return;
      this.above(at, owner, (fn, up) => {
        const key = fn * this.through.names.length + label;
        if (this.isOptimised(up) && candidates.get(key) === owner) addTo(workAt(table, key).highCallees, owner, count);
      });
    });
  }

  private functionAt(node: number): number {
    return this.tree.fn[this.source.nodeOf[node] as number] as number;
  }

  private isOptimised(node: number): boolean {
    return (this.source.tierOf[node] as number) >= OPTIMISED_FROM;
  }

  /** Nodes with samples that someone owns. */
  private each(visit: (owner: number, at: number, label: number, count: number, leaf: number) => void): void {
    const { counts, nodeOf } = this.source;
    for (let node = 1; node < counts.length; node++) {
      const count = counts[node] as number;
      const at = this.nearest[node] as number;
      if (count === 0 || at === 0) continue;
      visit(this.functionAt(at), at, this.through.byNode[nodeOf[node] as number] as number, count, node);
    }
  }

  /**
   * What the work goes through: its label, and all known names further down. Of `callee > deflateSync > zlibBufferSync`
   * only `zlibBufferSync` is left on the stack when `deflateSync` was inlined as well.
   */
  private labelsBelow(at: number, leaf: number, label: number): ReadonlySet<number> {
    const labels = new Set([label]);
    const { parent } = this.source.profile.tree;
    for (let node = leaf; node !== at; node = parent[node] as number) {
      const known = this.through.known[this.functionAt(node)] as number;
      if (known > 0) labels.add(known);
    }
    return labels;
  }

  /** Functions above a call of `owner`, up to an outer call of the same. */
  private above(at: number, owner: number, visit: (fn: number, up: number) => void): void {
    const { parent } = this.source.profile.tree;
    let up = this.nearest[parent[at] as number] as number;
    for (; up > 0; up = this.nearest[parent[up] as number] as number) {
      const fn = this.functionAt(up);
      if (fn === owner) return;
      visit(fn, up);
    }
  }
}

/** The callee that does nearly all of this work while the function is not optimised. */
function mainCallee(work: Work): number | undefined {
  if (work.high === 0) return undefined;
  let best = -1;
  let most = 0;
  let all = work.low;
  for (const [callee, count] of work.lowCallees) {
    all += count;
    if (count > most) [best, most] = [callee, count];
  }
  return most < MIN_SAMPLES_OF_CALLEE || most < ONE_CALLEE * all ? undefined : best;
}

/** By key of the work table: the callee that the work is given to. */
function inlinedCallees(walks: readonly Walk[], functions: number, labels: number): Map<number, number> {
  const table: WorkTable = new Map();
  for (const walk of walks) walk.own(table);
  const optimised = new Uint8Array(functions);
  for (const [key, work] of table) if (work.high > 0) optimised[Math.floor(key / labels)] = 1;
  for (const walk of walks) walk.lowCallees(table, optimised);
  const found = new Map<number, number>();
  for (const [key, work] of table) {
    const callee = mainCallee(work);
    if (callee !== undefined) found.set(key, callee);
  }
  const callees = new Set(found.values());
  if (found.size > 0) for (const walk of walks) walk.highCallees(table, found, callees);
  for (const [key, callee] of found) {
    const { high, highCallees } = workAt(table, key);
    if ((highCallees.get(callee) ?? 0) > STILL_APART * high) found.delete(key);
  }
  return found;
}

export interface Inlining {
  /** For each union node: the callee that its own samples are given to; −1 where they stay with their owner. */
  readonly callee: Int32Array;
  /** Callee → functions that V8 inlined it into. */
  readonly into: ReadonlyMap<number, ReadonlySet<number>>;
}

export function findInlined(profiles: readonly Profile[], tree: UnionTree, owners: Owners, through: Through): Inlining {
  const callee = new Int32Array(tree.length).fill(-1);
  const into = new Map<number, Set<number>>();
  // Folded stacks without tiers, other languages: nothing is known to be optimised.
  if (!tree.tierOf.some((tiers) => tiers.some((tier) => tier >= OPTIMISED_FROM))) return { callee, into };
  const walks = profiles.map((profile, index) => new Walk(sourceOf(profile, index, tree), tree, owners, through));
  const calleeByKey = inlinedCallees(walks, tree.functions.length, through.names.length);
  if (calleeByKey.size === 0) return { callee, into };
  for (let node = 1; node < tree.length; node++) {
    const owner = owners.fn[node] as number;
    if (owner < 0) continue;
    const found = calleeByKey.get(owner * through.names.length + (through.byNode[node] as number));
    if (found === undefined) continue;
    callee[node] = found;
    into.set(found, (into.get(found) ?? new Set()).add(owner));
  }
  return { callee, into };
}
