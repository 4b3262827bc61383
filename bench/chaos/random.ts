/** A seeded stream of numbers: one seed, one schedule. */
export interface Random {
  /** In [from, to). */
  between(from: number, to: number): number;
  oneOf<T>(items: readonly T[]): T;
}

/** Mulberry32: 32 bits of state are plenty for a schedule. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    between: (from, to) => from + next() * (to - from),
    oneOf: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
  };
}
