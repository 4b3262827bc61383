/** Single numbers of the method against values worked out by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlignedProfiles, alignProfiles } from '../../../service/compare/alignment/aligned-profiles.ts';
import { compare } from '../../../service/compare/compare.ts';
import { BetweenHosts } from '../../../service/compare/statistics/between-hosts.ts';
import { t95 } from '../../../service/compare/statistics/distributions.ts';
import {
  difference,
  type Estimate,
  estimate,
  meanOf,
  rootEstimate,
  shareEstimate,
} from '../../../service/compare/statistics/estimate.ts';
import { limitOfP } from '../../../service/compare/statistics/total-change.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

/** 1 sample = 0.001 cores: 10 s at 100 Hz. */
const FACTS = { facts: { hz: 100 } };
const K = 0.001;
/** Ten blocks: `burst` has 20 samples in the first and none after it, `steady` two in each. */
const BURST = '0.5 burst@/srv/a.js:1 20';
const STEADY = Array.from({ length: 10 }, (_, second) => `${second}.5 steady@/srv/a.js:9 2`).join('\n');

function aligned(text: string, other = text): AlignedProfiles {
  return alignProfiles([profileFromText(text, FACTS), profileFromText(other, FACTS)]);
}

function near(actual: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );
}

function numberOf({ tree }: AlignedProfiles, name: string): number {
  return tree.functions.findIndex((fn) => fn.name === name);
}

test('variance of cores: between blocks of one process, never below the count', () => {
  const ground = aligned(`${BURST}\n${STEADY}`);
  const [host] = ground.hosts;
  const of = (name: string): Estimate => estimate(host.counts.total, numberOf(ground, name), host);
  // 10 ÷ 9 · (20² − 20² ÷ 10)
  near(of('burst').variance / K ** 2, 400, 'burst');
  near(of('burst').df, 9, 'degrees of freedom');
  near(of('steady').variance / K ** 2, 20, 'steady');
  near(of('steady').cores, 0.02, 'cores');
});

test('a zero cell is "below 3 samples", the rule of three', () => {
  const ground = aligned(STEADY, `${STEADY}\n${BURST}`);
  const [hot] = ground.hosts;
  const { cores, variance } = estimate(hot.counts.total, numberOf(ground, 'burst'), hot);
  assert.equal(cores, 0);
  assert.ok(Math.abs((1.96 * Math.sqrt(variance)) / K - 3) < 0.01);
});

test('processes that differ from each other make their sum no less certain', () => {
  const busy = Array.from({ length: 10 }, (_, second) => `[7] ${second}.5 steady@/srv/a.js:9 30`).join('\n');
  const ground = aligned(`${STEADY}\n${busy}`);
  const [host] = ground.hosts;
  near(estimate(host.counts.total, numberOf(ground, 'steady'), host).variance / K ** 2, 320, 'Poisson only');
});

test('variance of a share: cluster ratio estimator, never below the binomial', () => {
  const ground = aligned(`${BURST}\n${STEADY}`);
  const [host] = ground.hosts;
  const of = (name: string): Estimate => shareEstimate(host.counts.total, numberOf(ground, name), host);
  // p = ½; (20 − 11)² + 9 · (0 − 1)² = 90, times 10 ÷ 9, by 40²
  near(of('burst').cores, 0.5, 'share');
  near(of('burst').variance, 100 / 1600, 'clustered');
  const apart = aligned(`${STEADY}\n${STEADY.replaceAll('steady@/srv/a.js:9', 'other@/srv/a.js:20')}`);
  const [even] = apart.hosts;
  near(shareEstimate(even.counts.total, numberOf(apart, 'other'), even).variance, 0.25 / 40, 'binomial');
});

test('square roots: variance between blocks, never below a quarter a block', () => {
  const ground = aligned(`${BURST}\n${STEADY}`);
  const [host] = ground.hosts;
  const of = (name: string): Estimate => rootEstimate(host.counts.total, numberOf(ground, name), host);
  const scale = (K * 10) / 100;
  // 10 ÷ 9 · (20 − 20 ÷ 10)
  near(of('burst').variance / scale, 20, 'burst');
  near(of('burst').cores, Math.sqrt(20 * scale), 'mean root');
  near(of('steady').variance / scale, 2.5, 'steady');
});

const estimateOf = (cores: number, variance: number): Estimate => ({ cores, variance, df: 9, samples: cores * 1000 });

test('the mean of peers, and a difference with the variance between them', () => {
  const mean = meanOf([estimateOf(0.1, 0.0004), estimateOf(0.3, 0.0004)]);
  near(mean.cores, 0.2, 'mean');
  near(mean.variance, 0.0008 / 4, 'variance');
  near(mean.df, 18, 'degrees of freedom');
  assert.equal(mean.samples, 400);
  const none = { variance: 0, df: 5 };
  const { delta, se, df } = difference(estimateOf(0.5, 0.0004), estimateOf(0.1, 0.0004), none);
  near(delta, 0.4, 'delta');
  near(se, Math.sqrt(0.0008), 'standard error');
  near(df, 18, 'Welch–Satterthwaite');
  const wide = difference(estimateOf(0.5, 0.0004), estimateOf(0.1, 0.0004), { variance: 0.0092, df: 5 });
  near(wide.se, 0.1, 'standard error with the variance between hosts');
  near(wide.df, 0.01 ** 2 / ((2 * 0.0004 ** 2) / 9 + 0.0092 ** 2 / 5), 'mostly that of the hosts');
});

test('variance between peers: beyond sampling, shrunk towards what all functions show', () => {
  const cores = [
    [0.1, 0.3],
    [0.5, 0.5],
  ];
  const ground = aligned(STEADY);
  const [first, second] = ground.hosts;
  assert.ok(second !== undefined);
  const between = new BetweenHosts(
    [first, second],
    (fn, host) => estimateOf(cores[fn]?.[host === first ? 0 : 1] ?? 0, 0.002),
    2,
  );
  // Sample variance 0.02 less the mean of the sampling variances; the second function shows less than sampling
  // explains.
  const [excess, none] = [0.02 - 0.002, 0 - 0.002];
  const common = (excess + none) / (0.2 ** 2 + 0.5 ** 2);
  near(between.spread(between.of(0)).variance, (excess + 4 * common * 0.2 ** 2) / 5, 'the one that varies');
  near(between.spread(between.of(1)).variance, (4 * common * 0.5 ** 2) / 5, 'the one that does not');
  assert.equal(between.spread(between.of(0)).df, 5);
});

test('functions too small to be measured say nothing about how hosts differ', () => {
  const [first, second] = aligned(STEADY).hosts;
  assert.ok(second !== undefined);
  const spreadOfBig = (small: number) => {
    const cores = [
      [0.5, 0.5],
      [0, 2 * small],
    ];
    const measure = (fn: number, host: unknown) => estimateOf(cores[fn]?.[host === first ? 0 : 1] ?? 0, 1e-9);
    const between = new BetweenHosts([first, second], measure, 2);
    return between.spread(between.of(0)).variance;
  };
  assert.equal(spreadOfBig(0.0199), 0);
  assert.ok(spreadOfBig(0.0201) > 1e-5);
});

test('several peers: the interval includes the variance between them, for the hot host and for their mean', () => {
  const of = (count: number) => {
    const lines = Array.from({ length: 10 }, (_, second) => `${second}.5 work@/srv/w.js:1 ${count}`);
    return profileFromText(lines.join('\n'), FACTS);
  };
  const { rows } = compare([of(10), of(30)], of(40));
  const [low, high] = rows[0]?.total.ci ?? [0, 0];
  near((low + high) / 2, 0.2, 'against the mean of the peers');
  // Poisson: 0.0004 and (0.0001 + 0.0003) ÷ 4. Between the peers: 0.02 − 0.0002, of one function, which is its own
  // common one.
  const se = Math.sqrt(0.0004 + 0.0198 + 0.0001 + 0.0198 / 2);
  const t = (high - low) / 2 / se;
  assert.ok(t > t95(9) && t < t95(5), `${t} standard errors`);
});

test('what short recordings show must be clearer in proportion', () => {
  near(limitOfP(1), 0.015, 'a second');
  near(limitOfP(0.3), 0.0045, 'ten blocks of 0.3 s');
  near(limitOfP(4), 0.015, 'more than a second');
});
