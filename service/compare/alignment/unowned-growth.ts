import type { AlignedProfiles } from './aligned-profiles.ts';

export interface UnownedGrowth {
  readonly cores: number;
  /** What most of it goes through. */
  readonly name: string;
}

/**
 * Growth of what no function of the service stands above (TLS, DNS, I/O of libuv's threads), by what it goes through.
 */
export function unownedGrowth({ tree, through, owners, hotSelf, healthySelf }: AlignedProfiles): UnownedGrowth | null {
  const byName = new Map<string, number>();
  let cores = 0;
  for (let node = 1; node < tree.length; node++) {
    if ((owners.fn[node] as number) >= 0) continue;
    const delta = (hotSelf[node] as number) - (healthySelf[node] as number);
    const name = through.names[through.byNode[node] as number] as string;
    byName.set(name, (byName.get(name) ?? 0) + delta);
    cores += delta;
  }
  const [most] = [...byName].sort((a, b) => b[1] - a[1]);
  return most === undefined || cores <= 0 ? null : { cores, name: most[0] };
}
