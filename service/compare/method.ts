import { formatSeconds } from '../shared/text/duration.ts';
import { formatCores, formatPercent, formatRate } from '../shared/text/number.ts';
import type { Comparison } from './statistics/changes.ts';
import type { Host } from './statistics/estimate.ts';

/** What significance means here, for a reader of the report. docs/method.md has the formulas. */
export function describeMethod(comparison: Comparison, hosts: readonly Host[], isBaseline = false): string[] {
  const { thresholds, peers } = comparison;
  const words: string[] = [];
  const timed = hosts.every((host) => host.counts.blocks > 0);
  if (timed) {
    const blocks = hosts.map((host) => host.counts.blocks).join(' and ');
    const length = formatSeconds((hosts[0] as Host).counts.blockSeconds);
    words.push(
      `Variance is estimated from the sample counts of each process in blocks of ${length} (${blocks} blocks), ` +
        "and is never below Poisson's.",
    );
  } else {
    words.push(
      'At least one profile has no sample times: a general overdispersed count model stands in for its burstiness.',
    );
  }
  const [reference, of] = isBaseline ? ['baseline', 'moments'] : ['peer', 'instances'];
  words.push(
    peers.length === 1
      ? `One ${reference}: significant means that these two recordings differ by more than they vary from second ` +
          `to second. How much healthy ${of} differ from each other is not known.`
      : `${peers.length} peers: the variance between them is part of every interval.`,
  );
  const least = hosts[0]?.scale.sharesOnly
    ? `${formatPercent(thresholds.minCores)} of the profile`
    : `${formatCores(thresholds.minCores)} cores`;
  words.push(
    `A function is named when q ≤ ${thresholds.q} (Benjamini–Hochberg over functions with ` +
      `≥ ${thresholds.minSamples} samples) and the change is ≥ ${least} and ` +
      `≥ ${formatPercent(thresholds.minRelative)} of the function.`,
  );
  if (hosts.some((host) => host.scale.lostFactor > 1))
    words.push('The samples that were kept are weighted to make up for lost ones.');
  hosts.forEach(({ scale }, i) => {
    if (scale.throttleFactor === 1) return;
    const side = i === 0 ? 'hot' : peers.length === 1 ? 'healthy' : `peer ${i}`;
    const missing = formatPercent(1 - 1 / scale.throttleFactor);
    words.push(
      `${side}: ${missing} of the samples expected from process accounting are missing, ` +
        'as when the kernel throttles sampling: scaled up.',
    );
  });
  const rates = new Set(hosts.map((host) => `${formatRate(host.scale.hz)} × ${formatSeconds(host.scale.seconds)}`));
  if (rates.size > 1 && !hosts[0]?.scale.sharesOnly)
    words.push(`Different rates or lengths (${[...rates].join(', ')}) are scaled to cores.`);
  return words;
}
