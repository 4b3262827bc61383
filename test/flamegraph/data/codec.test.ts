import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packNumbers, packTree, unpackNumbers, unpackTree } from '../../../service/flamegraph/data/codec.ts';
import { measure, preorder } from '../../../service/flamegraph/data/flame-tree.ts';
import { placeFrames, spreadExcess, sumUp } from '../../../service/flamegraph/picture/frame-geometry.ts';
import { INK, palette } from '../../../service/flamegraph/picture/palette.ts';

/** A random tree in preorder: for each node, how far to climb from the node before. */
const trees = fc.array(fc.tuple(fc.nat(5), fc.nat(7)), { maxLength: 200 }).map((steps) => {
  const parent = Int32Array.of(-1, ...steps.map(() => 0));
  const fn = Int32Array.of(-1, ...steps.map(([, name]) => name));
  steps.forEach(([climb], i) => {
    let above = i;
    for (let up = 0; up < climb && above > 0; up++) above = parent[above] as number;
    parent[i + 1] = above;
  });
  return { parent, fn };
});

const values = fc.array(fc.nat(50), { minLength: 201, maxLength: 201 }).map((list) => Float64Array.from(list));

test('numbers come back as they went in', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat()), (numbers) => {
      const text = packNumbers(numbers);
      assert.deepEqual([...unpackNumbers(text)], numbers);
      assert.doesNotMatch(text, /["\\<>&'\s]/);
    }),
  );
});

test('a tree comes back node by node, with its functions numbered by first appearance', () => {
  fc.assert(
    fc.property(trees, ({ parent, fn }) => {
      const { packed, order } = packTree({ length: parent.length, parent, fn, self: [], ...measure(parent) });
      const back = unpackTree(packed);
      assert.deepEqual([...back.parent], [...parent]);
      assert.deepEqual(
        [...back.fn].slice(1).map((number) => order[number]),
        [...fn].slice(1),
      );
    }),
  );
});

test('drawing order is that of a walk that takes siblings by rank', () => {
  fc.assert(
    fc.property(trees, ({ parent, fn }) => {
      const walk = (node: number): number[] => [
        node,
        ...[...parent.keys()]
          .filter((child) => child > 0 && parent[child] === node)
          .sort((a, b) => (fn[a] as number) - (fn[b] as number) || a - b)
          .flatMap(walk),
      ];
      assert.deepEqual([...preorder(parent, fn, 8)], walk(0));
    }),
  );
});

test('frames stand side by side within their parents, as wide as what is below them', () => {
  fc.assert(
    fc.property(trees, values, ({ parent }, list) => {
      const total = sumUp(parent, list.slice(0, parent.length));
      const start = placeFrames(parent, total);
      for (let node = 1; node < parent.length; node++) {
        const up = parent[node] as number;
        assert.ok((start[node] as number) >= (start[up] as number));
        const end = (start[node] as number) + (total[node] as number);
        assert.ok(end <= (start[up] as number) + (total[up] as number));
        const next = [...parent.keys()].find((other) => other > node && parent[other] === up);
        if (next !== undefined) assert.equal(start[next], end);
      }
    }),
  );
});

test('by excess no frame is wider than its parent, and the root is the net growth', () => {
  fc.assert(
    fc.property(trees, values, values, ({ parent }, hot, healthy) => {
      const more = sumUp(parent, hot.slice(0, parent.length));
      const less = sumUp(parent, healthy.slice(0, parent.length));
      const width = spreadExcess(parent, more, less);
      assert.equal(width[0], Math.max(0, (more[0] as number) - (less[0] as number)));
      const below = new Float64Array(parent.length);
      for (let node = 1; node < parent.length; node++) {
        const up = parent[node] as number;
        below[up] = (below[up] as number) + (width[node] as number);
      }
      for (const [node, sum] of below.entries()) assert.ok(sum <= (width[node] as number) + 1e-9);
    }),
  );
});

test('ink on every fill has a contrast of 4.5:1 and more, in both schemes', () => {
  const luminance = (colour: string): number => {
    const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
    const [r, g, b] = parts.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [
      number,
      number,
      number,
    ];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const fill of palette()) {
    for (const scheme of [0, 1] as const) {
      const [a, b] = [luminance(INK[scheme]), luminance(fill[scheme])].sort((x, y) => y - x) as [number, number];
      assert.ok((a + 0.05) / (b + 0.05) >= 4.5, `${INK[scheme]} on ${fill[scheme]}`);
    }
  }
});
