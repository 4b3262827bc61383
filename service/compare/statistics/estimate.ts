/**
 * From sample counts to cores with an uncertainty. docs/method.md has the formulas and what was measured about them.
 */
import type { HostCounts, Moments } from './block-counts.ts';
import type { Scale } from './scale.ts';

/** A number of cores and how sure it is. */
export interface Estimate {
  readonly cores: number;
  /** In cores². */
  readonly variance: number;
  /** Degrees of freedom of `variance`; infinite where it is not estimated from few blocks. */
  readonly df: number;
  readonly samples: number;
}

export interface Host {
  readonly counts: HostCounts;
  readonly scale: Scale;
}

/** (3 ÷ 1.96)²: with 0 samples the 95 % bound is then 3 samples (rule of three). Counts below it get the same floor. */
const RULE_OF_THREE = 2.343;

/**
 * Without times: variance = 10 × count + (15 % of count)². Measured over blocks of real Node profiles the dispersion is
 * 1.1 times the binomial for the middle function, 3.5 at the ninth decile and 27 at the 99th percentile, where the busy
 * functions are: this is on the side of silence. The second term covers long captures.
 */
const UNTIMED_DISPERSION = 10;
const UNTIMED_CV = 0.15;

/** Of sums: how far chance may be off is not known, so nothing is significant. */
function untested(cores: number, samples: number): Estimate {
  return { cores, variance: Number.POSITIVE_INFINITY, df: Number.POSITIVE_INFINITY, samples };
}

export function estimate(moments: Moments, fn: number, host: Host): Estimate {
  const samples = moments.count[fn] as number;
  const k = host.scale.coresPerSample;
  if (!host.scale.countsSamples) return untested(samples * k, samples);
  const floor = Math.max(samples, RULE_OF_THREE);
  if (host.counts.blocks === 0) {
    const variance = UNTIMED_DISPERSION * floor + (UNTIMED_CV * samples) ** 2;
    return { cores: samples * k, variance: variance * k * k, df: Number.POSITIVE_INFINITY, samples };
  }
  const blocks = moments.variance[fn] as number;
  const spread = moments.spread[fn] as number;
  const df = spread > 0 ? (blocks * blocks) / spread : host.counts.blocks - 1;
  return { cores: samples * k, variance: Math.max(blocks, floor) * k * k, df, samples };
}

/** What several peers say together. */
export function meanOf(hosts: readonly Estimate[]): Estimate {
  const k = hosts.length;
  if (k === 1) return hosts[0] as Estimate;
  let cores = 0;
  let variance = 0;
  let spread = 0;
  let samples = 0;
  for (const host of hosts) {
    cores += host.cores / k;
    variance += host.variance / (k * k);
    spread += (host.variance / (k * k)) ** 2 / host.df;
    samples += host.samples;
  }
  const df = spread > 0 ? (variance * variance) / spread : Number.POSITIVE_INFINITY;
  return { cores, variance, df, samples };
}

export interface Difference {
  readonly delta: number;
  readonly se: number;
  /** Welch–Satterthwaite. */
  readonly df: number;
}

/** A part of a variance, and how well it is known. */
export type Spread = Pick<Estimate, 'variance' | 'df'>;

/**
 * `between`: what hosts differ by besides what their samples vary by, for the hot one and for the mean of the peers.
 */
export function difference(hot: Estimate, healthy: Estimate, between: Spread): Difference {
  const parts = [hot, healthy, between];
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  const spread = parts.reduce((sum, part) => sum + part.variance ** 2 / part.df, 0);
  return {
    delta: hot.cores - healthy.cores,
    se: Math.sqrt(variance),
    df: spread > 0 ? (variance * variance) / spread : Number.POSITIVE_INFINITY,
  };
}

/**
 * Mean over blocks of time of √cores. Square roots make counts of any size vary alike (√ of a Poisson count has
 * variance ¼), so that one block with a burst does not drown nine that say the same. For tests only: no one wants to
 * read √cores.
 */
export function rootEstimate(moments: Moments, fn: number, host: Host): Estimate {
  const { blocks } = host.counts;
  if (blocks === 0 || !host.scale.countsSamples) return estimate(moments, fn, host);
  const samples = moments.count[fn] as number;
  const sum = moments.roots[fn] as number;
  const clustered = (blocks / (blocks - 1)) * Math.max(0, samples - (sum * sum) / blocks);
  const floor = Math.min(blocks / 4, Math.max(samples, RULE_OF_THREE));
  const scale = (host.scale.coresPerSample * blocks) / (blocks * blocks);
  return { cores: sum * Math.sqrt(scale), variance: Math.max(clustered, floor) * scale, df: blocks - 1, samples };
}

/**
 * The same function as a part of all samples of the host: cluster ratio estimator over blocks, B ÷ (B − 1) · Σ (c_b −
 * p·n_b)² ÷ n², never below the binomial p (1 − p) ÷ n. Sharper than cores where the whole host speeds up and slows
 * down together. `cores` then is a share.
 */
export function shareEstimate(moments: Moments, fn: number, host: Host): Estimate {
  const all = host.counts.all.count[0] as number;
  const samples = moments.count[fn] as number;
  if (all === 0) return { cores: 0, variance: Number.POSITIVE_INFINITY, df: 1, samples };
  const p = samples / all;
  if (!host.scale.countsSamples) return untested(p, samples);
  const floor = Math.max(p * (1 - p) * all, RULE_OF_THREE);
  const { blocks, busyBlocks } = host.counts;
  if (blocks === 0) {
    const variance = UNTIMED_DISPERSION * floor + (UNTIMED_CV * samples * (1 - p)) ** 2;
    return { cores: p, variance: variance / (all * all), df: Number.POSITIVE_INFINITY, samples };
  }
  const squares = moments.squares[fn] as number;
  const around = squares - 2 * p * (moments.products[fn] as number) + p * p * (host.counts.all.squares[0] as number);
  const clustered = (busyBlocks / Math.max(1, busyBlocks - 1)) * Math.max(0, around);
  return { cores: p, variance: Math.max(clustered, floor) / (all * all), df: Math.max(1, busyBlocks - 1), samples };
}
