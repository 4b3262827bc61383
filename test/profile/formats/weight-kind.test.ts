import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparisonTable } from '../../../service/cli/output/compare-table.ts';
import { terminalOf } from '../../../service/cli/output/terminal.ts';
import { compare } from '../../../service/compare/compare.ts';
import { accountingText } from '../../../service/profile/accounting-text.ts';
import { FoldedParser } from '../../../service/profile/folded/import-folded.ts';
import { importSpeedscope } from '../../../service/profile/formats/import-speedscope.ts';
import { WeightKind } from '../../../service/profile/formats/weight-kind.ts';
import type { Profile } from '../../../service/profile/profile.ts';
import { bytesOf, fold } from '../../support/perf-text.ts';

function kindOf(weights: readonly number[]): readonly [isSum: boolean, period: number] {
  const kind = new WeightKind();
  for (const weight of weights) kind.add(weight);
  return [kind.isSum, kind.period];
}

function parseFolded(text: string): Profile {
  const parser = new FoldedParser();
  parser.write(bytesOf(text));
  return parser.finish();
}

/** Reproducible; as good as chance. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}

/** Stacks of one service, the same each time, that 150 samples fall on; each sample weighs what `weigh` says. */
function foldedSums(random: () => number, weigh: () => number): Profile {
  const sums = new Map<string, number>();
  for (let sample = 0; sample < 150; sample++) {
    const fn = Math.floor(12 * random() ** 2);
    const stack = `main;handler;f${fn} (/srv/app.js:${10 * fn + 1}:1);g${Math.floor(6 * random() ** 2)}`;
    sums.set(stack, (sums.get(stack) ?? 0) + weigh());
  }
  return parseFolded([...sums].map(([stack, sum]) => `${stack} ${sum}\n`).join(''));
}

const KINDS: readonly (readonly [why: string, weights: readonly number[], isSum: boolean, period: number])[] = [
  ['small numbers are counts', [3, 7, 250], false, 1],
  [
    'numbers of a busy recording are counts: most stacks are seen once',
    [23000, 800, 12, 1, 1, 2, 1, 1, 3, 1],
    false,
    1,
  ],
  ['a few stacks of many samples are counts', [29_701, 1203, 17], false, 1],
  ['multiples of a period are counts', [30_303_030, 10_101_010], false, 10_101_010],
  ['microseconds as nanoseconds are sums', [3_171_000, 29_000, 1_113_000], true, 1],
  ['pages as bytes are sums', [4096, 8192, 40_960], true, 1],
  ['decimals are sums', [12.5, 0.000015], true, 1],
  ['cycles are sums', [31_233_217, 8_127_451, 1, 99_812_003], true, 1],
  ['microseconds are sums', Array.from({ length: 40 }, (_, i) => 1 + ((i * 7919) % 8009)), true, 1],
  ['nothing is counted', [], false, 1],
];
for (const [why, weights, isSum, period] of KINDS) {
  test(`weights: ${why}`, () => assert.deepEqual(kindOf(weights), [isSum, period]));
}

test('of pairs of sums from one distribution none is called a hot path', () => {
  const random = randoms(11);
  const cycles = () => Math.ceil(3e7 * Math.exp(normal(random)));
  const microseconds = () => Math.ceil(500 * Math.exp(2 * normal(random)));
  for (let pair = 0; pair < 8; pair++) {
    for (const weigh of [cycles, microseconds]) {
      const { verdict, findings } = compare(foldedSums(random, weigh), foldedSums(random, weigh));
      assert.deepEqual([verdict.class, findings], ['inconclusive', []]);
    }
  }
});

test('sums are shares in words and numbers, never samples', () => {
  const healthy = parseFolded('main;a 12000000.5\nmain;b 88000000\n');
  const hot = parseFolded('main;a 60000000.25\nmain;b 40000000\n');
  assert.equal(accountingText(hot.ledger), '100,000,000 units of weight: 100,000,000 drawn');
  assert.match(hot.facts.warnings.join(), /^its weights are sums/);
  const table = comparisonTable(compare([healthy, healthy], hot), terminalOf({}, 'auto', {}));
  assert.match(table, /^inconclusive: these are sums, not samples/);
  assert.match(table, /a 12 % → 60 % of the profile, which may be chance\./);
  assert.doesNotMatch(table, /\d samples|cores,|NaN|Infinity/);
});

test('a side of samples is not tested against a side of sums', () => {
  const counts = parseFolded(`main;a 100\nmain;b 900\n`);
  const sums = parseFolded('main;a 90000000.5\nmain;b 10000000\n');
  for (const [healthy, hot] of [
    [counts, sums],
    [sums, counts],
  ] as const) {
    const { verdict, quality, rows } = compare(healthy, hot);
    assert.deepEqual([verdict.class, quality.grade], ['inconclusive', 'withheld']);
    assert.ok(rows.every(({ self, total }) => self.q === 1 && total.q === 1));
  }
});

test('speedscope without a unit holds counts or sums by the same rule', () => {
  const file = (weights: readonly number[]) =>
    importSpeedscope({
      shared: { frames: [{ name: 'a' }, { name: 'b' }] },
      profiles: [{ type: 'sampled', name: 'x', unit: 'none', samples: [[0], [0, 1]], weights }],
    });
  assert.deepEqual([file([3, 1]).ledger.drawn, file([3, 1]).ledger.unit], [4, undefined]);
  assert.deepEqual([file([20_202_020, 10_101_010]).ledger.drawn, file([3, 1]).ledger.unit], [3, undefined]);
  assert.equal(file([32_785_363, 24_471_057]).ledger.unit, 'units of weight');
});

test('weights far below 1 are numbers, written so that every tool reads them', () => {
  const text = 'main;io 225\nmain;mpi 0.000001\nmain;solve 0.000015\nmain;solve;dgemm 12.5\n';
  assert.equal(fold(parseFolded('main;solve;dgemm 12.5\nmain;solve 1.5e-05\nmain;io 2.25E+2\nmain;mpi 1e-6\n')), text);
  assert.equal(fold(parseFolded(text)), text);
});

test('folded stacks and speedscope files keep the idle time of V8 out of a view', () => {
  const parser = new FoldedParser();
  parser.write(bytesOf('(root);(idle) 70\n(root);work 30\n'));
  const { ledger } = parser.finish();
  assert.deepEqual([ledger.drawn, ledger.filtered], [30, { idle: 70 }]);
  const profile = importSpeedscope({
    shared: { frames: [{ name: '(idle)' }, { name: 'work' }] },
    profiles: [{ type: 'sampled', name: 'x', unit: 'milliseconds', samples: [[0], [1]], weights: [70, 30] }],
  });
  assert.deepEqual([profile.ledger.drawn, profile.ledger.filtered], [1, { idle: 1 }]);
});
