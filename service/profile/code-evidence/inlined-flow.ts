/**
 * How much of the work that perf shows in an optimised function belongs to which callee. Work that V8's profiler sees
 * in a callee and perf does not see in it is taken from the nearest caller in which perf sees more than V8 does.
 */

/** Samples of V8 that end in one chain of functions, root first. */
export interface V8Chain {
  readonly functions: readonly number[];
  readonly samples: number;
}

/** A part of a caller's samples: the chain of inlined calls, nearest first; the last one does the work. */
export interface Flow {
  readonly path: readonly number[];
  samples: number;
}

/** Fewer samples could be chance … */
const MIN_SAMPLES = 3;
/** … as could a difference of less than so many standard errors. */
const STANDARD_ERRORS = 2;

/**
 * By function: what is given away of its samples. `own` are perf's samples by nearest function, `optimised` those of
 * them in code of the optimising compilers: only these can hold inlined work.
 */
export function inlinedFlows(
  chains: readonly V8Chain[],
  own: ReadonlyMap<number, number>,
  optimised: ReadonlyMap<number, number>,
): Map<number, Flow[]> {
  const seen = new Map<number, number>();
  let all = 0;
  for (const { functions, samples } of chains) {
    const leaf = functions.at(-1) as number;
    seen.set(leaf, (seen.get(leaf) ?? 0) + samples);
    all += samples;
  }
  const scale = sum(own.values()) / all;
  const missing = new Map<number, number>();
  for (const [fn, samples] of seen) {
    const more = samples * scale - (own.get(fn) ?? 0);
    const noise = STANDARD_ERRORS * Math.sqrt(samples * scale * scale + (own.get(fn) ?? 0));
    if (more >= Math.max(MIN_SAMPLES, noise)) missing.set(fn, more / (samples * scale));
  }
  const spare = new Map<number, number>();
  for (const [fn, samples] of optimised)
    spare.set(fn, Math.min(samples, (own.get(fn) ?? 0) - (seen.get(fn) ?? 0) * scale));
  const flows = new Map<number, Map<string, Flow>>();
  // The most certain first: large chains find their callers' room untouched.
  for (const { functions, samples } of [...chains].sort((a, b) => b.samples - a.samples)) {
    let left = samples * scale * (missing.get(functions.at(-1) as number) ?? 0);
    const below = new Set(functions.slice(-1));
    for (let at = functions.length - 2; at >= 0 && left > 0; at--) {
      const caller = functions[at] as number;
      // An outer call of a function that is below as well: the nearest one has the work.
      if (!below.has(caller)) left -= take(flows, spare, functions, at, left);
      below.add(caller);
    }
  }
  return new Map([...flows].map(([fn, byPath]) => [fn, [...byPath.values()]]));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function take(
  flows: Map<number, Map<string, Flow>>,
  spare: Map<number, number>,
  functions: readonly number[],
  at: number,
  wanted: number,
): number {
  const caller = functions[at] as number;
  const room = spare.get(caller) ?? 0;
  if (room <= 0) return 0;
  const path = functions.slice(at + 1);
  const taken = Math.min(room, wanted);
  spare.set(caller, room - taken);
  const byPath = flows.get(caller) ?? new Map<string, Flow>();
  flows.set(caller, byPath);
  const key = path.join();
  const flow = byPath.get(key);
  if (flow === undefined) byPath.set(key, { path, samples: taken });
  else flow.samples += taken;
  return taken;
}

/**
 * Deals samples out in turn, in proportion to the parts and at any moment less than one away from it; what is not a
 * part's stays with the caller (−1). Each turn goes to the part that would be the first to fall behind by that much:
 * Tijdeman, "The chairman assignment problem", 1980.
 */
export class Dealer {
  private readonly shares: number[];
  private readonly credit: number[];
  private readonly slack: number;

  /** `parts` of `all` samples. */
  constructor(parts: readonly number[], all: number) {
    const given = parts.map((part) => part / all);
    this.shares = [...given, Math.max(0, 1 - sum(given))];
    this.credit = this.shares.map(() => 0);
    this.slack = 1 / Math.max(2, 2 * this.shares.length - 2);
  }

  next(): number {
    let [best, soonest] = [this.shares.length - 1, Number.POSITIVE_INFINITY];
    for (let i = 0; i < this.shares.length; i++) {
      const share = this.shares[i] as number;
      const credit = (this.credit[i] as number) + share;
      this.credit[i] = credit;
      const deadline = (1 - this.slack - credit) / share;
      if (share > 0 && credit >= this.slack && deadline < soonest) [best, soonest] = [i, deadline];
    }
    this.credit[best] = (this.credit[best] as number) - 1;
    return best === this.shares.length - 1 ? -1 : best;
  }
}
