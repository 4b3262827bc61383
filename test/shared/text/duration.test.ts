import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAge, formatDuration, formatSeconds } from '../../../service/shared/text/duration.ts';
import { displayTime, formatUtc } from '../../../service/shared/text/time.ts';

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };

function readBack(text: string): number {
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d+) (\w+)/g))
    seconds += Number(count) * (SECONDS[unit ?? ''] ?? Number.NaN);
  return seconds;
}

test('durations have two units at most', () => {
  const printed = [0, 8_000, 59_600, 90_000, 252_000, 900_000, 11_100_000, 86_400_000, 183_600_000, -5].map(
    formatDuration,
  );
  assert.deepEqual(printed, [
    '0 s',
    '8 s',
    '1 min',
    '1 min 30 s',
    '4 min 12 s',
    '15 min',
    '3 h 5 min',
    '24 h',
    '2 d 3 h',
    '0 s',
  ]);
  assert.equal(formatAge(90_000), '1 min 30 s ago');
  assert.equal(formatAge(-7_200_000), 'in 2 h');
  assert.equal(formatAge(-59_000), '0 s ago', 'clocks of two machines differ');
  assert.equal(formatDuration(Number.NaN), 'not known');
});

test('a longer duration is never printed as the shorter one, and none is off by more than its second unit', () => {
  const ms = fc.integer({ min: 0, max: 400 * 86_400_000 });
  fc.assert(
    fc.property(ms, ms, (one, other) => {
      const [short, long] = [Math.min(one, other), Math.max(one, other)];
      assert.ok(readBack(formatDuration(short)) <= readBack(formatDuration(long)));
      const off = one / 1000 - readBack(formatDuration(one));
      assert.ok(off >= -0.5 && off < (one < 3_600_000 ? 1 : one < 172_800_000 ? 60 : 3600), formatDuration(one));
    }),
  );
});

test('a measured length has one decimal, where there is any', () => {
  assert.deepEqual([30, 9.94, -1, Number.NaN].map(formatSeconds), ['30 s', '9.9 s', '0 s', 'not known']);
});

test('a time is in UTC; a broken clock throws no exception', () => {
  assert.deepEqual(displayTime(Date.UTC(2026, 2, 14, 3, 12, 7, 999)), {
    iso: '2026-03-14T03:12:07Z',
    text: '2026-03-14 03:12:07 UTC',
    clock: '03:12:07',
  });
  assert.equal(formatUtc(Number.NaN), 'an unknown time');
  assert.equal(formatUtc(9e15), 'an unknown time');
});

test('times that are printed are read back to the second', () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }), (date) => {
      const text = formatUtc(date.getTime()).replace(' ', 'T').replace(' UTC', 'Z');
      assert.equal(Date.parse(text), Math.floor(date.getTime() / 1000) * 1000);
    }),
  );
});
