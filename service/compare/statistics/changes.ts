import type { Change, ChangeClass } from '../differential.ts';
import { adjust } from './benjamini-hochberg.ts';
import { BetweenHosts, type Measure } from './between-hosts.ts';
import { t95, twoSidedP } from './distributions.ts';
import {
  type Difference,
  difference,
  type Estimate,
  estimate,
  type Host,
  meanOf,
  rootEstimate,
  type Spread,
  shareEstimate,
} from './estimate.ts';

/** One way of counting a function; each is a separate family of tests. */
export type Family = 'self' | 'total' | 'attributed';

export interface Thresholds {
  /** False discovery rate. */
  readonly q: number;
  /** Smallest |Δ| in cores worth a person's time. */
  readonly minCores: number;
  /**
   * … as a part of the larger of the two numbers of this function: hosts of one service differ by this much unprovoked.
   */
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

/** What a significant change is called. */
export function classOf(delta: number, healthySamples: number, hotSamples: number): ChangeClass {
  if (delta > 0) return healthySamples === 0 ? 'appeared' : 'grown';
  return hotSamples === 0 ? 'vanished' : 'shrunk';
}

function intervalOf(diff: Difference): readonly [number, number] {
  const half = quantile(diff.df) * diff.se;
  return [diff.delta - half, diff.delta + half];
}

function toChange(test: Test, share: Test | undefined, q: number, thresholds: Thresholds): Change {
  const { hot, healthy, diff } = test;
  const size = Math.abs(diff.delta);
  const big = size >= thresholds.minCores && size >= thresholds.minRelative * Math.max(hot.cores, healthy.cores);
  const significant = q <= thresholds.q && big;
  return {
    hotCores: hot.cores,
    healthyCores: healthy.cores,
    deltaCores: diff.delta,
    ci: intervalOf(diff),
    q,
    hotSamples: hot.samples,
    healthySamples: healthy.samples,
    significant,
    change: significant ? classOf(diff.delta, healthy.samples, hot.samples) : 'unchanged',
    ...(share && { share: { hot: share.hot.cores, healthy: share.healthy.cores, ci: intervalOf(share.diff) } }),
  };
}

function testOf(hot: Estimate, peers: readonly Estimate[], between: Spread): Test {
  const healthy = meanOf(peers);
  const ofBoth = { variance: between.variance * (1 + 1 / peers.length), df: between.df };
  return { hot, healthy, diff: difference(hot, healthy, ofBoth) };
}

/** Tests of one measure, function by function. */
function tester(comparison: Comparison, measure: Measure, functions: number): (fn: number) => Test {
  const between = new BetweenHosts(comparison.peers, measure, functions);
  return (fn) => {
    const peers = between.of(fn);
    return testOf(measure(fn, comparison.hot), peers, between.spread(peers));
  };
}

function pOf(test: Test): number {
  return twoSidedP(test.diff.delta / test.diff.se, test.diff.df);
}

/**
 * Two looks at one question, so twice the smaller p (Bonferroni). A look that moves against the cores is not evidence:
 * a share may fall because the rest of the profile grew.
 */
function combinedP(cores: Test, looks: readonly Test[]): number {
  const sign = Math.sign(cores.diff.delta);
  const p = looks.map((look) => (Math.sign(look.diff.delta) === sign ? pOf(look) : 1));
  return Math.min(1, looks.length * Math.min(...p));
}

/** Hot against the peers for each function, tested as one family. */
export function changes(comparison: Comparison, family: Family): Change[] {
  const { functions, thresholds } = comparison;
  const byCores = tester(comparison, (fn, host) => estimate(host.counts[family], fn, host), functions);
  const byRoots = tester(comparison, (fn, host) => rootEstimate(host.counts[family], fn, host), functions);
  const byShare = tester(comparison, (fn, host) => shareEstimate(host.counts[family], fn, host), functions);
  const cores = Array.from({ length: functions }, (_, fn) => byCores(fn));
  const tested: number[] = [];
  cores.forEach(({ hot, healthy }, fn) => {
    if (Math.max(hot.samples, healthy.samples) >= thresholds.minSamples) tested.push(fn);
  });
  const shares = new Map(tested.map((fn) => [fn, byShare(fn)]));
  const p = [...shares].map(([fn, share]) => combinedP(cores[fn] as Test, [byRoots(fn), share]));
  const q = new Map(adjust(p).map((value, i) => [tested[i], value]));
  return cores.map((test, fn) => toChange(test, shares.get(fn), q.get(fn) ?? 1, thresholds));
}

/** All samples of a profile as one number, tested alone. */
export function changeOfTotal(comparison: Comparison): Change {
  const test = tester(comparison, (_, host) => estimate(host.counts.all, 0, host), 1)(0);
  return toChange(test, undefined, pOf(test), comparison.thresholds);
}
