import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alignFunctions } from '../../service/profile/align-functions.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { parse } from '../support/perf-text.ts';

function profileOf(...symbols: string[]): Profile {
  return parse(
    `a 1 1.000001: 1 cycles: \n${symbols.map((symbol) => `\t 1f ${symbol} (/tmp/perf-1.map)\n`).join('')}\n`,
  );
}

const keysOf = (profile: Profile) => profile.functions.map((fn) => fn.key);

const alignedKeys = (base: Profile, other: Profile) =>
  alignFunctions(base.functions, other.functions).functions.map((fn) => fn.key);

test('a function whose line has moved with a release is the same function', () => {
  const base = profileOf('JS:*parse /srv/releases/1/x.js:10:2', 'JS:*other /srv/releases/1/x.js:5:2');
  const next = profileOf('JS:*parse /srv/releases/2/x.js:14:2', 'JS:*other /srv/releases/2/x.js:5:2');
  assert.deepEqual(alignedKeys(base, next), keysOf(base));
});

test('an anonymous function of a Node that prints no columns is the only one of its line', () => {
  const base = profileOf('JS:* /srv/x.js:10:20');
  assert.deepEqual(alignedKeys(base, profileOf('LazyCompile:* /srv/x.js:10')), keysOf(base));
});

test('functions that are not certainly the same stay two', () => {
  const cases: readonly (readonly [Profile, Profile])[] = [
    [profileOf('JS:*get /srv/x.js:1:2', 'JS:*get /srv/x.js:5:2'), profileOf('JS:*get /srv/x.js:9:2')],
    [profileOf('JS:* /srv/x.js:10:20', 'JS:* /srv/x.js:10:40'), profileOf('LazyCompile:* /srv/x.js:10')],
    [profileOf('JS:*e /srv/x.js:1:20'), profileOf('JS:*e /srv/x.js:2:20')],
    [
      profileOf('JS:*parse /srv/x.js:1:2', 'JS:*parse /srv/x.js:5:2'),
      profileOf('JS:*parse /srv/x.js:1:2', 'JS:*parse /srv/y.js:5:2'),
    ],
    [profileOf('epoll_wait'), profileOf('Builtins_X')],
  ];
  for (const [base, other] of cases) assert.deepEqual(alignedKeys(base, other), keysOf(other));
});
