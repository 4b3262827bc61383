import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as number from '../../../service/shared/text/number.ts';

const MARGIN = (value: number) => number.formatMargin([0, value]);
const RULES: Readonly<Record<string, (value: number) => string>> = {
  formatCount: number.formatCount,
  formatCores: number.formatCores,
  signedCores: number.signedCores,
  formatMargin: MARGIN,
  formatPercent: number.formatPercent,
  formatDecimal: number.formatDecimal,
  formatFactor: (value) => number.formatFactor(Math.abs(value)),
  formatRate: (value) => number.formatRate(Math.abs(value)),
  formatBytes: (value) => number.formatBytes(Math.abs(value)),
  formatProbability: (value) => number.formatProbability(Math.abs(value)),
  formatColumn: (value) => number.formatColumn(value, 2),
  signedColumn: (value) => number.signedColumn(value, 2),
};

/** What is printed, as a number again; `< 0.001` is half of that. */
function readBack(text: string): number {
  const unit = { kB: 1e3, MB: 1e6, GB: 1e9 }[text.slice(-2)] ?? 1;
  const size = Number(text.replace(/[^\d.]/g, '')) * (text.startsWith('<') ? 0.5 : 1) * unit;
  return text.includes('−') ? -size : size;
}

const CASES: readonly (readonly [rule: string, values: readonly number[], printed: readonly string[]])[] = [
  [
    'formatCores',
    [0, 1e-9, 0.003, 0.016, 0.42, 1.412, 9.949, 9.996, 31.44, 140.2, 12_345, -0.12, -0.001],
    ['0.00', '< 0.001', '0.003', '0.02', '0.42', '1.41', '9.95', '10.0', '31.4', '140', '12,345', '−0.12', '−0.001'],
  ],
  [
    'signedCores',
    [1.391, -0.121, 0.001, -0.001, 1e-5, -1e-5, 0],
    ['+1.39', '−0.12', '+0.001', '−0.001', '0.00', '0.00', '0.00'],
  ],
  ['formatMargin', [0, 0.0002, 0.34], ['< 0.001', '< 0.001', '0.17']],
  [
    'formatPercent',
    [0, 0.0004, 0.012, 0.05, 0.84, 0.9725, 1, 14, -0.05],
    ['0 %', '< 0.1 %', '1.2 %', '5.0 %', '84 %', '97 %', '100 %', '1,400 %', '−5.0 %'],
  ],
  ['formatCount', [7, 1873, 1_234_567, -1873, -0.2], ['7', '1,873', '1,234,567', '−1,873', '0']],
  ['formatDecimal', [30, 9.94, 12_345.6, -0.04, -2.25], ['30', '9.9', '12,345.6', '0', '−2.3']],
  ['formatFactor', [1.25, 2.44, 12.05, 1234], ['1.3 times', '2.4 times', '12.1 times', '1,234 times']],
  [
    'formatBytes',
    [318, 4210, 84_112, 999_600, 1_240_000, 3.4e9],
    ['318 B', '4.2 kB', '84 kB', '1.0 MB', '1.2 MB', '3.4 GB'],
  ],
  ['formatProbability', [1e-9, 0.0042, 0.031, 0.2, 1], ['< 0.001', '0.004', '0.03', '0.20', '1.00']],
  ['formatColumn', [0.611, -0.001, -0.2], ['0.61', '0.00', '−0.20']],
  ['signedColumn', [0.611, -0.001, 0.001, -0.2], ['+0.61', '0.00', '0.00', '−0.20']],
];

for (const [rule, values, printed] of CASES) {
  test(`${rule} prints ${printed.join(', ')}`, () => {
    assert.deepEqual(
      values.map((value) => RULES[rule]?.(value)),
      printed,
    );
  });
}

test('an interval has the sign of both ends', () => {
  assert.equal(number.formatInterval([1.22, 1.56]), '+1.22 … +1.56');
  assert.equal(number.formatInterval([-0.2, 0]), '−0.20 … 0.00');
});

test('a probability in a sentence says whether it is less than what is printed, or equal', () => {
  assert.equal(number.formatEquation('q', 1e-9), 'q < 0.001');
  assert.equal(number.formatEquation('p', 0.473), 'p = 0.47');
  assert.equal(number.formatProbability(0.031, 3), '0.031');
});

const amount = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }),
  fc.double({ noNaN: true, min: -0.02, max: 0.02 }),
  fc.double({ noNaN: true, min: -120, max: 120 }),
);

for (const [name, rule] of Object.entries(RULES)) {
  test(`${name} never prints a zero with a sign, a hyphen for minus, NaN or an exponent`, () => {
    for (const broken of [Number.NaN, Number.POSITIVE_INFINITY])
      assert.equal(rule(broken).replace(/ times| Hz/, ''), 'not known');
    assert.doesNotMatch(rule(-0), /[−-]/);
    fc.assert(
      fc.property(amount, (value) => {
        const text = rule(value);
        assert.doesNotMatch(text, /NaN|Infinity|-|e\+/);
        if (/[−+]/.test(text)) assert.notEqual(readBack(text), 0, text);
      }),
    );
  });

  test(`${name} prints the larger of two numbers as the larger, or both alike`, () => {
    const sign =
      name === 'formatMargin' || /Factor|Rate|Bytes|Probability/.test(name) ? Math.abs : (value: number) => value;
    fc.assert(
      fc.property(amount, amount, (one, other) => {
        const [small, large] = [sign(one), sign(other)].toSorted((a, b) => a - b) as [number, number];
        assert.ok(readBack(rule(small)) <= readBack(rule(large)), `${small}: ${rule(small)}, ${large}: ${rule(large)}`);
      }),
    );
  });
}

test('printed cores differ from the value by less than half of the last digit', () => {
  fc.assert(
    fc.property(amount, (value) => {
      const error = Math.abs(readBack(number.formatCores(value)) - value);
      const size = Math.abs(value);
      const step = size < 0.005 ? 0.001 : size < 9.995 ? 0.01 : size < 99.95 ? 0.1 : 1;
      assert.ok(error <= step / 2 + 1e-9 * size + 1e-12, `${value} is printed ${number.formatCores(value)}`);
    }),
  );
});

test('a difference of cores is that of the numbers as they are printed', () => {
  assert.equal(number.differenceOfCores(0.2551, 0.0046), '+0.26');
  assert.equal(number.differenceOfCores(1.412, 0.021), '+1.39');
  assert.equal(number.differenceOfCores(0.06, 0.18), '−0.12');
  assert.equal(number.differenceOfCores(12.34, 0.42), '+11.9');
  assert.equal(number.differenceOfCores(0, 0), '0.00');
  assert.equal(number.differenceOfCores(Number.NaN, 1), 'not known');
});
