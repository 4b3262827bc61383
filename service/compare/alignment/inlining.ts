/**
 * Machine code of an optimised function holds the callees that V8 inlined, and perf sees one frame. Other samples of
 * the same recordings often show the callees apart: those taken while the caller was interpreted or in Sparkplug code,
 * which inline nothing, and where TurboFan compiled the caller also those in code of Maglev, which inlines less. Where
 * they all say that this work is done in one callee, it is given to the callee.
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

const MAGLEV = TIERS.indexOf('maglev');
const TURBOFAN = TIERS.indexOf('turbofan');

/** A callee that shows under optimised code of the caller in this part of the samples was not inlined there. */
const STILL_APART = 0.25;

/** A callee did the work itself when it was not optimised in this part of the samples that show it. */
const ITSELF = 0.5;

/**
 * Work is told apart by what it goes through: the callee that parses JSON need not be the one that matches expressions.
 */
interface Work {
  /** Samples with the function itself as owner, while its code was not optimised. */
  low: number;
  /** The same while Maglev had compiled it … */
  maglev: number;
  /** … and TurboFan. */
  turbofan: number;
  /** Samples that a callee owns, while the function was not optimised. */
  readonly lowCallees: Map<number, number>;
  /** The same in code of Maglev, of functions that TurboFan compiled as well. */
  readonly maglevCallees: Map<number, number>;
  /** Of both, the samples in which the callee was not optimised: it did the work itself. */
  readonly plainCallees: Map<number, number>;
  /** Of these callees, what they own by exactly this label below optimised code: they were not inlined there. */
  readonly belowMaglev: Map<number, number>;
  readonly belowTurbofan: Map<number, number>;
}

/** Work by function and label: key = function · labels + label. */
type WorkTable = Map<number, Work>;

function workAt(table: WorkTable, key: number): Work {
  let work = table.get(key);
  if (work === undefined) {
    work = {
      low: 0,
      maglev: 0,
      turbofan: 0,
      lowCallees: new Map(),
      maglevCallees: new Map(),
      plainCallees: new Map(),
      belowMaglev: new Map(),
      belowTurbofan: new Map(),
    };
    table.set(key, work);
  }
  return work;
}

/** Where a callee counts that shows under code of such a tier; undefined where the function has no better code. */
function calleesIn(work: Work, tier: number): Map<number, number> | undefined {
  if (tier >= MAGLEV) return work.turbofan > 0 ? work.maglevCallees : undefined;
  return work.maglev + work.turbofan > 0 ? work.lowCallees : undefined;
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
  /** 1 where one of these above a node, itself included, ran below TurboFan. */
  private readonly low: Uint8Array;

  constructor(source: Source, tree: UnionTree, owners: Owners, through: Through) {
    this.source = source;
    this.tree = tree;
    this.through = through;
    const { frames, tree: calls } = source.profile;
    const { parent } = calls;
    this.nearest = new Int32Array(parent.length);
    this.low = new Uint8Array(parent.length);
    for (let node = 1; node < parent.length; node++) {
      const up = parent[node] as number;
      // A stub that is out of view is at the union node of its caller, but no call of it.
      const hidden = frames.hidden[calls.frame[node] as number] === 1;
      const owns = !hidden && owners.canOwn[this.functionAt(node)] === 1;
      this.nearest[node] = owns ? node : (this.nearest[up] as number);
      this.low[node] = owns && this.tierAt(node) < TURBOFAN ? 1 : (this.low[up] as number);
    }
  }

  /** Work by its owner. */
  own(table: WorkTable): void {
    this.each((owner, at, label, count) => {
      const work = workAt(table, owner * this.through.names.length + label);
      const tier = this.tierAt(at);
      if (tier >= TURBOFAN) work.turbofan += count;
      else if (tier >= MAGLEV) work.maglev += count;
      else work.low += count;
    });
  }

  /** Within the code of its caller: no sample of it apart. */
  private isInlined(node: number): boolean {
    const { frames, tree } = this.source.profile;
    return Boolean(frames.inlined?.[tree.frame[node] as number]);
  }

  /** Work of callees seen apart, under functions that have code of a better tier as well. */
  callees(table: WorkTable, bestTier: Uint8Array): void {
    this.each((owner, at, label, count, leaf) => {
      if (this.low[this.source.profile.tree.parent[at] as number] !== 1 || this.isInlined(at)) return;
      const labels = this.labelsBelow(at, leaf, label);
      this.above(at, owner, (fn, up) => {
        const tier = this.tierAt(up);
        const best = bestTier[fn] as number;
        if (best < MAGLEV || (tier >= MAGLEV && tier >= best)) return;
        for (const one of labels) {
          const work = table.get(fn * this.through.names.length + one);
          const counts = work && calleesIn(work, tier);
          if (work === undefined || counts === undefined) continue;
          addTo(counts, owner, count);
          if (this.tierAt(at) < MAGLEV) addTo(work.plainCallees, owner, count);
        }
      });
    });
  }

  /** The same callees under optimised code. */
  calleesOfOptimised(table: WorkTable, callees: ReadonlySet<number>): void {
    this.each((owner, at, label, count) => {
      if (!callees.has(owner)) return;
      this.above(at, owner, (fn, up) => {
        const work = table.get(fn * this.through.names.length + label);
        if (work === undefined || !(work.lowCallees.has(owner) || work.maglevCallees.has(owner))) return;
        const tier = this.tierAt(up);
        if (tier >= TURBOFAN) addTo(work.belowTurbofan, owner, count);
        else if (tier >= MAGLEV) addTo(work.belowMaglev, owner, count);
      });
    });
  }

  private functionAt(node: number): number {
    return this.tree.fn[this.source.nodeOf[node] as number] as number;
  }

  private tierAt(node: number): number {
    return this.source.tierOf[node] as number;
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

/** Where the callee's part of this work goes in turn; the callee itself where it keeps it. */
type Resolve = (callee: number, label: number) => number;

function sumOf(counts: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** Code of Maglev shows callees apart: then its own samples are the function's, else they may hold what it inlined. */
function isMaglevApart(work: Work): boolean {
  return work.turbofan > 0 && sumOf(work.maglevCallees) >= MIN_SAMPLES_OF_CALLEE;
}

/** The callee that does nearly all of this work where it shows, and is not called by the code that may hold it. */
function mainCallee(work: Work, fn: number, label: number, resolve: Resolve): number | undefined {
  const apart = isMaglevApart(work);
  const high = work.turbofan + (apart ? 0 : work.maglev);
  if (high === 0) return undefined;
  const sums = new Map<number, number>();
  for (const counts of apart ? [work.lowCallees, work.maglevCallees] : [work.lowCallees])
    for (const [callee, count] of counts) addTo(sums, resolve(callee, label), count);
  const all = work.low + (apart ? work.maglev : 0) + sumOf(sums);
  sums.delete(fn);
  let best = -1;
  let most = 0;
  for (const [callee, count] of sums) if (count > most) [best, most] = [callee, count];
  if (most < MIN_SAMPLES_OF_CALLEE || most < ONE_CALLEE * all) return undefined;
  let below = 0;
  for (const counts of apart ? [work.belowTurbofan] : [work.belowMaglev, work.belowTurbofan])
    for (const [callee, count] of counts) if (resolve(callee, label) === best) below += count;
  return below > STILL_APART * high ? undefined : best;
}

/** Calls inlined into calls that are looked through, at most. */
const MAX_DEPTH = 4;

/** By key of the work table: the callee that the work is given to. What that callee gives on is given on. */
function inlinedCallees(table: WorkTable, labels: number): Map<number, number> {
  let found = new Map<number, number>();
  const resolve: Resolve = (callee, label) => {
    let at = callee;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const next = found.get(at * labels + label);
      if (next === undefined || next === callee) break;
      at = next;
    }
    return at;
  };
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const next = new Map<number, number>();
    for (const [key, work] of table) {
      const callee = mainCallee(work, Math.floor(key / labels), key % labels, resolve);
      if (callee !== undefined) next.set(key, callee);
    }
    const settled = next.size === found.size && [...next].every(([key, callee]) => found.get(key) === callee);
    found = next;
    if (settled) break;
  }
  return found;
}

/** All that the recordings say of who does which work. */
function workOf(walks: readonly Walk[], functions: number, labels: number): WorkTable {
  const table: WorkTable = new Map();
  for (const walk of walks) walk.own(table);
  const bestTier = new Uint8Array(functions);
  for (const [key, work] of table) {
    const fn = Math.floor(key / labels);
    const tier = work.turbofan > 0 ? TURBOFAN : work.maglev > 0 ? MAGLEV : 0;
    bestTier[fn] = Math.max(bestTier[fn] as number, tier);
  }
  for (const walk of walks) walk.callees(table, bestTier);
  const callees = new Set<number>();
  for (const work of table.values())
    for (const callee of [...work.lowCallees.keys(), ...work.maglevCallees.keys()]) callees.add(callee);
  if (callees.size > 0) for (const walk of walks) walk.calleesOfOptimised(table, callees);
  return table;
}

export interface Inlining {
  /** For each union node: the callee that its own samples are given to; −1 where they stay with their owner. */
  readonly callee: Int32Array;
  /** Callee → functions that V8 inlined it into. */
  readonly into: ReadonlyMap<number, ReadonlySet<number>>;
  /**
   * Function → callees that its optimised code may hold, most seen first: they show in slower code of it, and not in
   * the optimised. Where the function keeps the samples, for the evidence names no single one.
   */
  readonly perhaps: ReadonlyMap<number, readonly SeenCallee[]>;
}

export interface SeenCallee {
  readonly callee: number;
  /** It was not optimised when it was seen, so that it did the work itself, and nothing that V8 inlined into it. */
  readonly itself: boolean;
}

/** Of the work that stays with a function: the callees that may do it. */
function candidates(table: WorkTable, found: ReadonlyMap<number, number>, labels: number): Inlining['perhaps'] {
  const seen = new Map<number, { counts: Map<number, number>; plain: Map<number, number> }>();
  for (const [key, work] of table) {
    if (found.has(key)) continue;
    const fn = Math.floor(key / labels);
    const { counts, plain } = seen.get(fn) ?? { counts: new Map<number, number>(), plain: new Map<number, number>() };
    seen.set(fn, { counts, plain });
    for (const callees of [work.lowCallees, work.maglevCallees]) {
      for (const [callee, count] of callees) {
        const below = (work.belowMaglev.get(callee) ?? 0) + (work.belowTurbofan.get(callee) ?? 0);
        if (below > STILL_APART * (work.maglev + work.turbofan)) continue;
        addTo(counts, callee, count);
        addTo(plain, callee, work.plainCallees.get(callee) ?? 0);
      }
    }
  }
  return new Map([...seen].map(([fn, { counts, plain }]) => [fn, mostSeen(counts, plain)]));
}

function mostSeen(counts: ReadonlyMap<number, number>, plain: ReadonlyMap<number, number>): SeenCallee[] {
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  return sorted.map(([callee, count]) => ({ callee, itself: (plain.get(callee) ?? 0) >= ITSELF * count }));
}

const NOTHING: Omit<Inlining, 'callee'> = { into: new Map(), perhaps: new Map() };

export function findInlined(profiles: readonly Profile[], tree: UnionTree, owners: Owners, through: Through): Inlining {
  const callee = new Int32Array(tree.length).fill(-1);
  // Folded stacks without tiers, other languages: nothing is known to be optimised.
  if (!tree.tierOf.some((tiers) => tiers.some((tier) => tier >= MAGLEV))) return { callee, ...NOTHING };
  const walks = profiles.map((profile, index) => new Walk(sourceOf(profile, index, tree), tree, owners, through));
  const labels = through.names.length;
  const table = workOf(walks, tree.functions.length, labels);
  const calleeByKey = inlinedCallees(table, labels);
  const into = new Map<number, Set<number>>();
  for (let node = 1; node < tree.length; node++) {
    const owner = owners.fn[node] as number;
    if (owner < 0) continue;
    const found = calleeByKey.get(owner * labels + (through.byNode[node] as number));
    if (found === undefined) continue;
    callee[node] = found;
    into.set(found, (into.get(found) ?? new Set()).add(owner));
  }
  return { callee, into, perhaps: candidates(table, calleeByKey, labels) };
}
