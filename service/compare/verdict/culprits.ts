/**
 * Tree-aware ranking: goes down from the root to the deepest function that still explains the change, takes it out, and
 * starts again. docs/method.md, "Which function is named", has the rules in words.
 */

import { at } from '../../profile/columns.ts';
import type { OwnerTree } from '../alignment/owner-tree.ts';
import { totals } from '../alignment/union-tree.ts';
import type { Change } from '../differential.ts';

export interface Culprit {
  readonly fn: number;
  readonly kind: 'self' | 'total';
  /** 1 for the nodes of the owner tree that are calls of this function. */
  readonly calls: Uint8Array;
}

export interface Grounds {
  readonly tree: OwnerTree;
  /** Own cores of each node of the owner tree. */
  readonly hot: Float64Array;
  readonly healthy: Float64Array;
  /** By function. */
  readonly attributed: readonly Change[];
  readonly total: readonly Change[];
  readonly minCores: number;
  /** A change with a q-value up to this is certain. */
  readonly q: number;
  /** All samples as one function. */
  readonly totalChange: Change;
}

/** A function explains a change when it holds most of it, so that two such functions are one above the other. */
const EXPLAINS = 0.51;
/** … or this part of what its caller gained, where a second fault or the service around has the rest of the change. */
const MOST_OF_CALLER = 2 / 3;
/** A callee with this part of a change is a separate change when its caller mostly does other, unchanged work. */
const HEAVY = 0.15;
/** What is left of a caller without its heavy callees is "mostly other work" from this part of its healthy cores. */
const OTHER_WORK = 0.5;
/** … when that is more than a few stray samples: this part of the smallest change that counts. */
const SEEN = 0.5;
/** The heaviest callee of a spread change is worth its own line from this share on. */
const MAIN_PART = 0.3;
/** Findings below this part of the first one are not worth a line. */
const MINOR = 0.1;
const MAX_CULPRITS = 10;
/** A caller of what was already reported is reported again only when half of its change is left. */
const STILL_THERE = 0.5;

interface Place {
  /** −1: the root. */
  readonly fn: number;
  readonly calls: Uint8Array;
}

class Search {
  private readonly grounds: Grounds;
  private readonly sign: 1 | -1;
  private readonly left: Float64Array;
  private subtotal: Float64Array = new Float64Array(0);
  private readonly base: Float64Array;

  constructor(grounds: Grounds, sign: 1 | -1) {
    this.grounds = grounds;
    this.sign = sign;
    // Shrinking is growing with the sides swapped.
    const from = sign > 0 ? grounds.healthy : grounds.hot;
    const to = sign > 0 ? grounds.hot : grounds.healthy;
    this.left = to.map((cores, node) => cores - at(from, node));
    this.base = totals(grounds.tree.parent, from);
  }

  run(): Culprit[] {
    const found: Culprit[] = [];
    let smallest = this.grounds.minCores;
    while (found.length < MAX_CULPRITS) {
      this.subtotal = totals(this.grounds.tree.parent, this.left);
      const place = this.descend(smallest);
      if (place === undefined) break;
      const size = this.sizeAt(place, this.subtotal);
      if (found.length === 0) smallest = Math.max(smallest, MINOR * size);
      const kind = this.kindOf(place);
      found.push({ fn: place.fn, kind, calls: this.everyCall(place.fn) });
      found.push(...this.mainPart(place, size));
      this.takeOut(place.fn);
    }
    return found;
  }

  /**
   * A change that several callees share: the one with most of it is said too, when that alone would be worth a line.
   */
  private mainPart(place: Place, size: number): Culprit[] {
    const [fn, part] = this.heaviest(this.below(place), 0);
    if (fn < 0 || part < Math.max(MAIN_PART * size, this.grounds.minCores)) return [];
    const calls = this.everyCall(fn);
    return [{ fn, kind: this.kindOf({ fn, calls: this.callsBelow(place, fn) }), calls }];
  }

  /**
   * What is left of a function is a finding of its own only when it is most of what would be reported: its total, or
   * its own code.
   */
  private eligible(fn: number, left: number, explains: boolean): boolean {
    if (!(explains ? this.certain(fn) : this.significant(fn))) return false;
    const total = this.grounds.total[fn] as Change;
    if (left >= STILL_THERE * total.deltaCores * this.sign) return true;
    const own = this.grounds.attributed[fn] as Change;
    const sure = explains ? own.q <= this.grounds.q : own.significant;
    return sure && left <= own.deltaCores * this.sign * (1 / EXPLAINS) && own.deltaCores * this.sign > 0;
  }

  /**
   * Certain, of whatever size: it is the change to be explained that must be big enough, not each step down to its
   * cause. Else a callee with 0.049 of its caller's 0.051 cores would leave the caller accused.
   */
  private certain(fn: number): boolean {
    return [this.grounds.attributed[fn], this.grounds.total[fn]].some(
      (change) => change !== undefined && change.q <= this.grounds.q && change.deltaCores * this.sign > 0,
    );
  }

  private significant(fn: number): boolean {
    const own = this.grounds.attributed[fn] as Change;
    const total = this.grounds.total[fn] as Change;
    return (
      (own.significant && own.deltaCores * this.sign > 0) || (total.significant && total.deltaCores * this.sign > 0)
    );
  }

  private descend(smallest: number): Place | undefined {
    let place: Place = { fn: -1, calls: this.rootOnly() };
    const { totalChange } = this.grounds;
    // The total change is one like any other: what holds most of it explains it.
    let explain = totalChange.significant ? Math.max(0, totalChange.deltaCores * this.sign) : 0;
    for (;;) {
      const below = this.below(place);
      const ofCaller = place.fn < 0 ? Infinity : MOST_OF_CALLER * this.sizeAt(place, this.subtotal);
      const enough = Math.min(EXPLAINS * explain, ofCaller);
      const [fn, size] = this.heaviest(below, enough);
      if (fn < 0) break;
      const split = place.fn < 0 || (size < enough && this.isDispatcher(place, explain));
      if (split) {
        if (size < smallest && (place.fn >= 0 || explain === 0 || size < enough)) break;
        explain = size;
      } else if (size < enough) break;
      place = { fn, calls: this.callsBelow(place, fn) };
    }
    return place.fn < 0 ? undefined : place;
  }

  /** Change of each function strictly below the calls of a place. */
  private below(place: Place): Map<number, number> {
    const { parent, fn, length } = this.grounds.tree;
    const inside = new Uint8Array(length);
    const sums = new Map<number, number>();
    for (let node = 0; node < length; node++) {
      const up = at(parent, node);
      const within = up >= 0 && (inside[up] === 1 || place.calls[up] === 1);
      inside[node] = within ? 1 : 0;
      if (!within) continue;
      const f = at(fn, node);
      sums.set(f, (sums.get(f) ?? 0) + at(this.subtotal, node));
    }
    return sums;
  }

  /** `enough`: from this size on a function explains what is above it; 0 at the root. */
  private heaviest(sums: ReadonlyMap<number, number>, enough: number): [fn: number, size: number] {
    let best = -1;
    let size = 0;
    for (const [fn, sum] of sums) {
      if (sum > size && this.eligible(fn, sum, enough > 0 && sum >= enough)) {
        best = fn;
        size = sum;
      }
    }
    return [best, size];
  }

  /**
   * A caller whose other work did not change is not to blame for the callees that did; a caller that did nothing but
   * these callees, or did not run at all before, is.
   */
  private isDispatcher(place: Place, explain: number): boolean {
    const { parent, fn, length } = this.grounds.tree;
    const change = new Map<number, number>();
    const before = new Map<number, number>();
    for (let node = 1; node < length; node++) {
      if (place.calls[parent[node] as number] !== 1) continue;
      const f = at(fn, node);
      change.set(f, (change.get(f) ?? 0) + at(this.subtotal, node));
      before.set(f, (before.get(f) ?? 0) + at(this.base, node));
    }
    const all = this.sizeAt(place, this.base);
    let rest = all;
    let restChange = this.sizeAt(place, this.subtotal);
    for (const [f, size] of change) {
      if (size < HEAVY * explain || !this.significant(f)) continue;
      rest -= before.get(f) ?? 0;
      restChange -= size;
    }
    return rest > OTHER_WORK * all && rest >= SEEN * this.grounds.minCores && restChange < 0.5 * explain;
  }

  private kindOf(place: Place): 'self' | 'total' {
    let own = 0;
    for (let node = 0; node < this.left.length; node++) if (place.calls[node] === 1) own += at(this.left, node);
    const ownChange = this.grounds.attributed[place.fn] as Change;
    return own >= EXPLAINS * this.sizeAt(place, this.subtotal) && ownChange.q <= this.grounds.q ? 'self' : 'total';
  }

  private sizeAt(place: Place, column: Float64Array): number {
    let sum = 0;
    for (let node = 0; node < column.length; node++) if (place.calls[node] === 1) sum += at(column, node);
    return sum;
  }

  private rootOnly(): Uint8Array {
    const calls = new Uint8Array(this.grounds.tree.length);
    calls[0] = 1;
    return calls;
  }

  private callsBelow(place: Place, wanted: number): Uint8Array {
    const { parent, fn, length } = this.grounds.tree;
    const inside = new Uint8Array(length);
    const calls = new Uint8Array(length);
    for (let node = 1; node < length; node++) {
      const up = at(parent, node);
      inside[node] = inside[up] === 1 || place.calls[up] === 1 ? 1 : 0;
      if (inside[node] === 1 && fn[node] === wanted) calls[node] = 1;
    }
    return calls;
  }

  private everyCall(wanted: number): Uint8Array {
    const { fn, length } = this.grounds.tree;
    const calls = new Uint8Array(length);
    for (let node = 0; node < length; node++) if (fn[node] === wanted) calls[node] = 1;
    return calls;
  }

  /** The function and all below it is explained. */
  private takeOut(wanted: number): void {
    const { parent, fn, length } = this.grounds.tree;
    const inside = new Uint8Array(length);
    for (let node = 1; node < length; node++) {
      if (fn[node] === wanted || inside[parent[node] as number] === 1) {
        inside[node] = 1;
        this.left[node] = 0;
      }
    }
  }
}

/** Functions that explain what grew (`sign` 1) or shrank (−1), most first. O(findings × depth × nodes). */
export function findCulprits(grounds: Grounds, sign: 1 | -1): Culprit[] {
  return new Search(grounds, sign).run();
}
