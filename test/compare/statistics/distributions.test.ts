import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adjust } from '../../../service/compare/statistics/benjamini-hochberg.ts';
import { t95, twoSidedP } from '../../../service/compare/statistics/distributions.ts';

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} ± ${tolerance}`);
}

test("Student's t agrees with published tables", () => {
  near(t95(1), 12.7062, 1e-3);
  near(t95(9), 2.2622, 1e-3);
  near(t95(29), 2.0452, 1e-3);
  near(t95(1e9), 1.96, 1e-3);
  near(twoSidedP(2.262, 9), 0.05, 1e-4);
  near(twoSidedP(3, 4), 0.0399, 1e-4);
  near(twoSidedP(2.576, 1e9), 0.01, 1e-4);
});

test('p is 1 without a difference, tiny for a huge one, and never negative or not a number', () => {
  assert.equal(twoSidedP(0, 9), 1);
  assert.ok(twoSidedP(60, 9) > 0 && twoSidedP(60, 9) < 1e-11);
  assert.equal(twoSidedP(Number.NaN, 9), 1);
  assert.equal(twoSidedP(Number.POSITIVE_INFINITY, 9), 0);
});

test('Benjamini–Hochberg gives the q-values of the worked example', () => {
  // p · m ÷ rank from the top, then the running minimum from the largest p down.
  const q = adjust([0.01, 0.04, 0.03, 0.005]);
  [0.02, 0.04, 0.04, 0.02].forEach((expected, i) => {
    near(q[i] as number, expected, 1e-12);
  });
  assert.deepEqual(adjust([]), []);
});
