import assert from 'node:assert/strict';
import test from 'node:test';
import { meant } from '../../../service/shared/text/did-you-mean.ts';

const NAMES = ['capture', 'collapse', 'compare', 'completion', 'flamegraph', 'plan', 'prune', 'serve', 'script'];

test('a slip, a swap, capitals or a beginning name what was meant; another word names nothing', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['compair', 'compare'],
    ['colapse', 'collapse'],
    ['sevre', 'serve'],
    ['Serve', 'serve'],
    ['flame', 'flamegraph'],
    ['pla', 'plan'],
    ['com', undefined],
    ['banana', undefined],
    ['', undefined],
    ['x', undefined],
    ['c'.repeat(100_000), undefined],
  ];
  for (const [word, expected] of cases) assert.equal(meant(word, NAMES), expected, word.slice(0, 20));
});
