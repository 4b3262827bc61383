import { adjust } from './benjamini-hochberg.ts';
import { BetweenHosts } from './between-hosts.ts';
import type { HostCounts, Moments } from './block-counts.ts';
import type { Change, ChangeClass } from './differential.ts';
import { t95, twoSidedP } from './distributions.ts';
import { type Difference, difference, type Estimate, estimate, type Host, meanOf } from './estimate.ts';

/** One way of counting a function; each is a family of tests of its own. */
export type Family = 'self' | 'total' | 'own';

export interface Thresholds {
  /** False discovery rate. */
  readonly q: number;
  /** Smallest |Δ| in cores worth a person's time. */
  readonly minCores: number;
  /** … as a part of the larger of the two numbers of this function: hosts of one service differ by this much unprovoked. */
  readonly minRelative: number;
  /** Functions with fewer samples on both sides are not tested. */
  readonly minSamples: number;
}

export interface Comparison {
  readonly hot: Host;
  readonly peers: readonly Host[];
  readonly functions: number;
  readonly thresholds: Thresholds;
}

interface Test {
  readonly hot: Estimate;
  readonly healthy: Estimate;
  readonly diff: Difference;
}

const T95 = new Map<number, number>();

/** Quantiles are asked for the same few degrees of freedom: rounded to a tenth and remembered. */
function quantile(df: number): number {
  const key = df > 1000 ? 1000 : Math.max(1, Math.round(df * 10) / 10);
  let value = T95.get(key);
  if (value === undefined) {
    value = t95(key);
    T95.set(key, value);
  }
  return value;
}

function classOf(test: Test, significant: boolean): ChangeClass {
  if (!significant) return 'unchanged';
  if (test.diff.delta > 0) return test.healthy.samples === 0 ? 'appeared' : 'grown';
  return test.hot.samples === 0 ? 'vanished' : 'shrunk';
}

function toChange(test: Test, q: number, thresholds: Thresholds): Change {
  const { hot, healthy, diff } = test;
  const half = quantile(diff.df) * diff.se;
  const size = Math.abs(diff.delta);
  const big = size >= thresholds.minCores && size >= thresholds.minRelative * Math.max(hot.cores, healthy.cores);
  const significant = q <= thresholds.q && big;
  return {
    hotCores: hot.cores,
    healthyCores: healthy.cores,
    deltaCores: diff.delta,
    ci: [diff.delta - half, diff.delta + half],
    q,
    hotSamples: hot.samples,
    healthySamples: healthy.samples,
    significant,
    change: classOf(test, significant),
  };
}

function testOf(hot: Estimate, peers: readonly Estimate[], between: number): Test {
  const healthy = meanOf(peers, between);
  const widened = { ...hot, variance: hot.variance + (peers.length > 1 ? between : 0) };
  return { hot: widened, healthy, diff: difference(widened, healthy) };
}

/** Hot against the peers for each function, tested as one family. */
export function changes(comparison: Comparison, family: Family): Change[] {
  const pick = (host: Host): Moments => host.counts[family];
  const between = new BetweenHosts(comparison.peers, pick, comparison.functions);
  const tests: Test[] = [];
  const tested: number[] = [];
  for (let fn = 0; fn < comparison.functions; fn++) {
    const hot = estimate(pick(comparison.hot), fn, comparison.hot);
    const peers = between.of(fn);
    tests.push(testOf(hot, peers, between.variance(peers)));
    const most = Math.max(hot.samples, ...peers.map((peer) => peer.samples));
    if (most >= comparison.thresholds.minSamples) tested.push(fn);
  }
  const q = new Float64Array(comparison.functions).fill(1);
  const adjusted = adjust(tested.map((fn) => pOf(tests[fn] as Test)));
  tested.forEach((fn, i) => {
    q[fn] = adjusted[i] as number;
  });
  return tests.map((test, fn) => toChange(test, q[fn] as number, comparison.thresholds));
}

function pOf(test: Test): number {
  return twoSidedP(test.diff.delta / test.diff.se, test.diff.df);
}

/** All samples of a profile as one number, tested alone. */
export function wholeChange(comparison: Comparison): Change {
  const pick = (counts: HostCounts): Moments => counts.all;
  const between = new BetweenHosts(comparison.peers, (host) => pick(host.counts), 1);
  const peers = between.of(0);
  const test = testOf(estimate(pick(comparison.hot.counts), 0, comparison.hot), peers, between.variance(peers));
  return toChange(test, pOf(test), comparison.thresholds);
}
