/** Who calls, merged: reverse views and the upper half of a sandwich. */
import type { Model } from './model.ts';

/**
 * Parents before children, siblings in the order of names; node 0 is the root (function −1). Sums are with all callers
 * above.
 */
export interface CallerTree {
  readonly parent: Int32Array;
  readonly fn: Int32Array;
  readonly sums: readonly Float64Array[];
  /** Bits of `call-kinds.ts` by node; null: nothing was inlined. */
  readonly kinds: Uint8Array | null;
}

/**
 * Ways towards the root that have the same functions so far lie side by side, so that a tree of them is made by
 * splitting ranges.
 */
class Ways {
  /** Frame that each way is at, and what it carries. */
  readonly at: Int32Array;
  readonly which: Int32Array;
  private readonly model: Model;
  private readonly spare: Int32Array;
  private readonly spareWhich: Int32Array;
  /** By function: ways of the range that is split; where its next one goes. */
  private readonly slots: Int32Array;

  constructor(model: Model, from: Int32Array) {
    this.model = model;
    this.at = from.slice();
    this.which = from.map((_, i) => i);
    this.spare = new Int32Array(from.length);
    this.spareWhich = new Int32Array(from.length);
    this.slots = new Int32Array(model.names.length);
  }

  /**
   * Sorts a range by function; ends of its parts, the last first. Ways that have reached the root come last, outside
   * all parts.
   */
  split(from: number, to: number): number[] {
    const { at, which, slots, spare, spareWhich } = this;
    const { fn, rank } = this.model;
    // Trunks: all go the same way.
    let same = from;
    while (same < to && (at[same] as number) > 0 && fn[at[same] as number] === fn[at[from] as number]) same++;
    if (same === to) return [to];
    const found: number[] = [];
    for (let i = from; i < to; i++) {
      const node = at[i] as number;
      if (node <= 0) continue;
      const callee = fn[node] as number;
      if (slots[callee] === 0) found.push(callee);
      slots[callee] = (slots[callee] as number) + 1;
    }
    found.sort((a, b) => (rank[a] as number) - (rank[b] as number));
    const ends: number[] = [];
    let end = from;
    for (const callee of found) {
      const start = end;
      end += slots[callee] as number;
      slots[callee] = start;
      ends.push(end);
    }
    for (let i = from; i < to; i++) {
      const node = at[i] as number;
      if (node <= 0) continue;
      const callee = fn[node] as number;
      const place = slots[callee] as number;
      slots[callee] = place + 1;
      spare[place] = node;
      spareWhich[place] = which[i] as number;
    }
    for (const callee of found) slots[callee] = 0;
    at.set(spare.subarray(from, end), from);
    which.set(spareWhich.subarray(from, end), from);
    return ends.reverse();
  }
}

/**
 * Merges the ways from frames (`from`) to the root; `values`: by side, what each way carries. At most `most` callers a
 * way. Each step of each way is looked at once, and most ways are alone after some steps: a hundred thousand frames are
 * a million steps.
 */
export function mergeCallers(
  model: Model,
  from: Int32Array,
  values: readonly Float64Array[],
  most: number,
): CallerTree {
  const ways = new Ways(model, from);
  const { at, which } = ways;
  const parent = [-1];
  const fn = [-1];
  const kinds = [0];
  const kindOf = (at: number): number => model.kinds?.[at] ?? 0;
  const sums = values.map((column) => [column.reduce((sum, value) => sum + value, 0)]);
  /** Ranges to do, four numbers each: begin, end, node that calls lead to, steps left. */
  const todo: number[] = [];
  const put = (start: number, end: number, node: number, left: number): void => {
    if (left === 0) return;
    const ends = ways.split(start, end);
    ends.forEach((last, i) => {
      todo.push(ends[i + 1] ?? start, last, node, left);
    });
  };
  const add = (above: number, start: number, end: number): number => {
    fn.push(model.fn[at[start] as number] as number);
    for (let side = 0; side < values.length; side++) {
      let sum = 0;
      for (let i = start; i < end; i++) sum += values[side]?.[which[i] as number] as number;
      sums[side]?.push(sum);
    }
    let kind = 0;
    for (let i = start; i < end && model.kinds !== null; i++) kind |= kindOf(at[i] as number);
    kinds.push(kind);
    return parent.push(above) - 1;
  };
  put(0, from.length, 0, most);
  while (todo.length > 0) {
    const left = (todo.pop() as number) - 1;
    const above = todo.pop() as number;
    const end = todo.pop() as number;
    const start = todo.pop() as number;
    let node = add(above, start, end);
    if (end - start > 1) {
      for (let i = start; i < end; i++) at[i] = model.parent[at[i] as number] as number;
      put(start, end, node, left);
      continue;
    }
    // A way alone, as most are: its callers up to the root.
    let caller = model.parent[at[start] as number] as number;
    for (let more = left; more > 0 && caller > 0; more--) {
      fn.push(model.fn[caller] as number);
      kinds.push(kindOf(caller));
      for (const side of sums) side.push(side[node] as number);
      node = parent.push(node) - 1;
      caller = model.parent[caller] as number;
    }
  }
  return {
    parent: Int32Array.from(parent),
    fn: Int32Array.from(fn),
    sums: sums.map((side) => Float64Array.from(side)),
    kinds: model.kinds === null ? null : Uint8Array.from(kinds),
  };
}
