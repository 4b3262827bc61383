import assert from 'node:assert/strict';
import test from 'node:test';
import {
  bytes,
  cores,
  count,
  duration,
  moment,
  percent,
  plusMinus,
  probability,
  signedCores,
} from '../../service/report/format.ts';

test('cores have two decimals, one from ten up, and no minus zero', () => {
  assert.deepEqual([0, 0.016, 1.412, 9.949, 9.96, 31.44, -0.12, -0.001].map(cores), [
    '0.00',
    '0.02',
    '1.41',
    '9.95',
    '10.0',
    '31.4',
    '−0.12',
    '0.00',
  ]);
});

test('a difference carries its sign', () => {
  assert.deepEqual([1.391, -0.121, 0.001].map(signedCores), ['+1.39', '−0.12', '0.00']);
});

test('an interval is never printed as certainty', () => {
  assert.equal(plusMinus({ ci: [1.22, 1.56] }), '0.17');
  assert.equal(plusMinus({ ci: [1, 1.001] }), '0.01');
});

test('probabilities have no more digits than they deserve', () => {
  assert.deepEqual([1e-9, 0.0042, 0.031, 0.2, 1, Number.NaN].map(probability), [
    '< 0.001',
    '0.004',
    '0.03',
    '0.2',
    '1.0',
    'not known',
  ]);
});

test('shares, counts, sizes and durations read well', () => {
  assert.deepEqual([0, 0.0004, 0.012, 0.84, 1].map(percent), ['0 %', '< 0.1 %', '1.2 %', '84 %', '100 %']);
  assert.deepEqual([7, 1873, 1234567].map(count), ['7', '1,873', '1,234,567']);
  assert.deepEqual([318, 4210, 84_112, 999_600, 1_240_000].map(bytes), [
    '318 B',
    '4.2 kB',
    '84 kB',
    '1.0 MB',
    '1.2 MB',
  ]);
  assert.deepEqual([8_000, 252_000, 11_100_000, 183_600_000, -5].map(duration), [
    '8 s',
    '4 min 12 s',
    '3 h 5 min',
    '2 d 3 h',
    '0 s',
  ]);
});

test('a moment is UTC; a broken clock gives no exception', () => {
  assert.deepEqual(moment(Date.UTC(2026, 2, 14, 3, 12, 7, 999)), {
    iso: '2026-03-14T03:12:07Z',
    text: '2026-03-14 03:12:07 UTC',
    clock: '03:12:07',
  });
  assert.equal(moment(Number.NaN).text, 'unknown time');
  assert.equal(moment(9e15).text, 'unknown time');
});
