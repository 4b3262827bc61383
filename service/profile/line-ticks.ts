import type { Profile } from './profile.ts';

/** Samples by source line over the nodes that `belongs` accepts; empty where the profile does not count by line. */
export function ticksByLine(profile: Profile, belongs: (node: number) => boolean): Map<number, number> {
  const byLine = new Map<number, number>();
  for (const { node, line, samples } of profile.lineTicks ?? []) {
    if (belongs(node)) byLine.set(line, (byLine.get(line) ?? 0) + samples);
  }
  return byLine;
}
