import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FoldedParser } from '../../../service/profile/folded/import-folded.ts';
import { fold } from '../../support/perf-text.ts';

/** In pieces of `size` bytes, as a pipe may bring them. */
function parse(text: string, size: number) {
  const bytes = new TextEncoder().encode(text);
  const parser = new FoldedParser();
  for (let at = 0; at < bytes.length; at += size) {
    // The same memory for each piece: a parser must not hold on to it.
    const piece = bytes.slice(at, at + size);
    parser.write(piece);
    piece.fill(0x3f);
  }
  return parser.finish();
}

const frame = fc.constantFrom('main', 'a', 'ab', 'a b', 'abc', 'é', '漢字', '', 'x_[k]', 'node-12', 'f 7', '\ufeffz');
const stacks = fc.array(fc.tuple(fc.array(frame, { minLength: 1, maxLength: 6 }), fc.nat(9)), { minLength: 60 });

test('stacks that share their beginning with the line before are read as those that do not', () => {
  fc.assert(
    fc.property(stacks, fc.boolean(), fc.integer({ min: 1, max: 200 }), (list, sorted, size) => {
      const lines = list.map(([frames, count]) => `root;${frames.join(';')}x ${count}`);
      if (sorted) lines.sort();
      // A blank behind the count is not the plain form: each line is read for itself.
      const [quick, slow] = [lines, lines.map((line) => `${line} `)].map((some) => parse(`${some.join('\n')}\n`, size));
      assert.equal(fold(quick as ReturnType<typeof parse>), fold(slow as ReturnType<typeof parse>));
      assert.deepEqual(quick?.threads, slow?.threads);
      assert.equal(quick?.ledger.drawn, slow?.ledger.drawn);
    }),
  );
});

test('a process in front of some stacks is one in each', () => {
  const lines = Array.from({ length: 80 }, (_, i) => `node-${1 + (i >> 4)};main;f${i % 5} 2`);
  const profile = parse(`${lines.join('\n')}\n`, 50);
  assert.deepEqual(
    profile.processes.map(({ pid }) => pid),
    [1, 2, 3, 4, 5],
  );
  assert.equal(profile.ledger.drawn, 160);
});
