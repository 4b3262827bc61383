import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JitMap } from '../../../service/profile/jit/jit-map.ts';
import { judge, mapSizeAt } from '../../../service/profile/jit/jit-map-verdict.ts';

const LONG = `/srv/${'a'.repeat(90)}.js`;
const TEXT = `1000 10 JS:~old ${LONG}:1:1\n1000 10 JS:*new ${LONG}:2:1\n`;
const GROWN = TEXT.length;
const BEFORE = TEXT.indexOf('\n') + 1;
const OLD = `JS:~old ${LONG}:1:1`;
const NEW = `JS:*new ${LONG}:2:1`;
const NOTES = [
  { atMs: 0, bytes: BEFORE },
  { atMs: 1000, bytes: BEFORE },
  { atMs: 2000, bytes: GROWN },
  { atMs: 3000, bytes: GROWN },
];

function at(atMs: number, shown = OLD) {
  const map = JitMap.parse(new TextEncoder().encode(TEXT));
  return judge(shown, (limit) => map.resolve(0x1008, limit)?.symbol, mapSizeAt(NOTES, atMs));
}

test('while the map did not grow the newest entry of that time is right', () => {
  assert.deepEqual(at(500), { symbol: OLD, verdict: 'only' });
  assert.deepEqual(at(2500), { symbol: NEW, verdict: 'repaired' });
  assert.deepEqual(at(2500, NEW), { symbol: NEW, verdict: 'only' });
});

test('in the second in which the entry appeared the name is ambiguous, and the likelier one is taken', () => {
  assert.deepEqual(at(1100), { symbol: OLD, verdict: 'ambiguous' });
  assert.deepEqual(at(1900), { symbol: NEW, verdict: 'ambiguous' });
});

test('a map that grew by other functions only makes nothing ambiguous', () => {
  const other = judge(OLD, () => OLD, { before: 10, likely: 50, after: 90 });
  assert.deepEqual(other, { symbol: OLD, verdict: 'only' });
});

test('an address that nothing covered then is unresolved, even when something covers it later', () => {
  const late = judge(NEW, (limit) => (limit > 100 ? NEW : undefined), { before: 50, likely: 50, after: 50 });
  assert.deepEqual(late, { symbol: null, verdict: 'unresolved' });
});

test('code whose entry appeared in the very second of the sample has that name, ambiguously', () => {
  const fresh = judge(NEW, (limit) => (limit > 60 ? NEW : undefined), { before: 50, likely: 55, after: 90 });
  assert.deepEqual(fresh, { symbol: NEW, verdict: 'ambiguous' });
});

test('before the first note and after the last the size is unknown, without notes altogether', () => {
  assert.deepEqual(mapSizeAt([], 5), { before: 0, likely: Infinity, after: Infinity });
  assert.equal(mapSizeAt(NOTES, -1).before, 0);
  assert.equal(mapSizeAt(NOTES, 9999).after, Infinity);
  assert.equal(mapSizeAt(NOTES, 9999).before, GROWN);
});
