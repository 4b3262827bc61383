import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Strips } from '../../../service/flamegraph/picture/static-strips.ts';

/** Half px, in tenths. */
const CELL = 5;

/** Frames of one row from left to right: gap before, width and fill of each. */
const row = fc.array(fc.tuple(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 1, max: 29 }), fc.nat(4)), {
  maxLength: 60,
});

function cells(from: number, to: number): number[] {
  const left = Math.round(from / CELL);
  const right = Math.max(Math.round(to / CELL), left + 1);
  return Array.from({ length: right - left }, (_, i) => left + i);
}

test('strips of a row cover each half px that a frame covers, once, and no other', () => {
  fc.assert(
    fc.property(row, (frames) => {
      const strips = new Strips();
      const wanted = new Set<number>();
      let x = 0;
      for (const [gap, width, fill] of frames) {
        x += gap;
        strips.add(0, 0, x, x + width, fill);
        for (const cell of cells(x, x + width)) wanted.add(cell);
        x += width;
      }
      strips.finish();
      const drawn = [...strips.closed.values()].flat().flatMap(({ left, right }) => cells(left, right));
      assert.deepEqual(
        drawn.sort((a, b) => a - b),
        [...wanted].sort((a, b) => a - b),
      );
    }),
  );
});
