import { at } from '../../profile/columns.ts';
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
    const fn = at(owners.fn, node);
    const [hot, healthy] = [at(hotSelf, node), at(healthySelf, node)];
    if (fn < 0 || hot + healthy === 0 || tree.functions[at(tree.fn, node)]?.category === 'gc') continue;
    const key = fn * through.names.length + at(through.byNode, node);
    const part = parts.get(key) ?? { fn, hot: 0, healthy: 0 };
    parts.set(key, part);
    part.hot += hot;
    part.healthy += healthy;
  }
  return [...parts.values()];
}
