import type { AlignedProfiles } from './aligned-profiles.ts';

/** What a function does by one way of doing it: its own code, or one builtin, library or system call. */
export interface OwnerShare {
  readonly fn: number;
  readonly hot: number;
  readonly healthy: number;
}

/** Own cores by function and by what they go through; collections left out, for they come when they must. */
export function ownerShares({ tree, owners, through, hotSelf, healthySelf }: AlignedProfiles): OwnerShare[] {
  const parts = new Map<number, { fn: number; hot: number; healthy: number }>();
  for (let node = 1; node < tree.length; node++) {
    const fn = owners.fn[node] as number;
    const [hot, healthy] = [hotSelf[node] as number, healthySelf[node] as number];
    if (fn < 0 || hot + healthy === 0 || tree.functions[tree.fn[node] as number]?.category === 'gc') continue;
    const key = fn * through.names.length + (through.byNode[node] as number);
    const part = parts.get(key) ?? { fn, hot: 0, healthy: 0 };
    parts.set(key, part);
    part.hot += hot;
    part.healthy += healthy;
  }
  return [...parts.values()];
}
