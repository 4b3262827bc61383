/**
 * Stacks that share lines, in every way that samples follow each other: what is remembered of one must not change
 * another.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from '../../support/perf-text.ts';

/** Long enough that several of them are compared at once. */
const NAMES = ['main', 'run', 'call', 'leaf'].map((name) => `${name}_${'x'.repeat(30)}`);
const lineOf = (name: string) => `\t${(NAMES.indexOf(name) + 0x4005b1).toString(16).padStart(16)} ${name} (/bin/a)\n`;

const sample = fc.record({
  /** Leaf first. */
  stack: fc.array(fc.constantFrom(...NAMES), { maxLength: 9 }),
  /** A source line behind the frame of this depth, if there is one. */
  sourceLine: fc.option(fc.nat(8)),
  gap: fc.boolean(),
  end: fc.constantFrom('\n', '\n', '', '\n\n', ' \t\n', '# ========\n# hostname : a\n# ========\n'),
});

test('stacks are read alike, whatever was read before them', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 12 }), fc.integer({ min: 1, max: 400 }), (samples, piece) => {
      const text = samples.map(({ stack, sourceLine, gap, end }, i) => {
        const lines = stack.map((name, depth) => lineOf(name) + (depth === sourceLine ? '  a.c:12\n' : ''));
        return `a 9 ${i}.000001: 5 cycles: \n${gap && stack.length > 0 ? '\n' : ''}${lines.join('')}${end}`;
      });
      const whole = text.join('');
      const { ledger, samples: rows, tree, frames } = parse(whole, { dropIdle: false }, piece);
      assert.deepEqual([ledger.recorded, ledger.drawn], [samples.length, samples.length], whole);
      samples.forEach(({ stack }, row) => {
        const found: (string | undefined)[] = [];
        for (let node = rows.node[row] ?? 0; node > 0; node = tree.parent[node] ?? 0) {
          found.push(frames.symbol[tree.frame[node] ?? 0]);
        }
        assert.deepEqual(found, stack, whole);
      });
    }),
    { numRuns: 200 },
  );
});
