import { formatSeconds } from '../shared/text/duration.ts';
import { formatCores, formatPercent, formatRate } from '../shared/text/number.ts';
import type { Comparison } from './statistics/changes.ts';
import type { Host } from './statistics/estimate.ts';

/** What significance means here, for a reader of the report. docs/method.md has the formulas. */
export function describeMethod(comparison: Comparison, hosts: readonly Host[]): string[] {
  const { thresholds, peers } = comparison;
  const words: string[] = [];
  const timed = hosts.every((host) => host.counts.blocks > 0);
  if (timed) {
    const blocks = hosts.map((host) => host.counts.blocks).join(' and ');
    words.push(
      `Variance comes from sample counts in blocks of ${formatSeconds((hosts[0] as Host).counts.blockSeconds)} and process (${blocks} blocks), never below Poisson's.`,
    );
  } else {
    words.push(
      'At least one profile has no sample times: a general over-dispersed count model stands for its own burstiness.',
    );
  }
  words.push(
    peers.length === 1
      ? 'One peer: significant means that these two recordings differ by more than they vary from second to second. How much healthy hosts differ among themselves cannot be seen.'
      : `${peers.length} peers: the variance between them is part of every interval.`,
  );
  words.push(
    `Named when q ≤ ${thresholds.q} (Benjamini–Hochberg over functions with ≥ ${thresholds.minSamples} samples) and the change is ≥ ${hosts[0]?.scale.sharesOnly ? `${formatPercent(thresholds.minCores)} of the profile` : `${formatCores(thresholds.minCores)} cores`} and ≥ ${formatPercent(thresholds.minRelative)} of the function.`,
  );
  if (hosts.some((host) => host.scale.lostFactor > 1)) words.push('Kept samples stand for lost ones.');
  hosts.forEach(({ scale }, i) => {
    if (scale.throttleFactor === 1) return;
    const side = i === 0 ? 'hot' : peers.length === 1 ? 'healthy' : `peer ${i}`;
    words.push(
      `${side}: ${formatPercent(1 - 1 / scale.throttleFactor)} of the samples due by process accounting were not taken, as when the kernel throttles: scaled up.`,
    );
  });
  const rates = new Set(hosts.map((host) => `${formatRate(host.scale.hz)} × ${formatSeconds(host.scale.seconds)}`));
  if (rates.size > 1 && !hosts[0]?.scale.sharesOnly)
    words.push(`Different rates or lengths (${[...rates].join(', ')}) are scaled to cores.`);
  return words;
}
