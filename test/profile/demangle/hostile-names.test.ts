import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { boundsOfOneName } from '../../../service/profile/demangle/bounds.ts';
import { demangle } from '../../../service/profile/demangle/demangle.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/demangle');
const SYMBOLS = ['cpp.txt', 'node-24.21.0.txt', 'rust.txt'].flatMap((file) =>
  readFileSync(join(FOLDER, file), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('_')),
);
const LETTERS = '_ZNSTIJELXDCKRPOFMABGUVWYHQ0123456789abcdefghijklmnopqrstuvwxyz$.';

/** Numbers below n, the same in each run. */
function generator(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

function mutate(symbol: string, random: (n: number) => number): string {
  const at = random(symbol.length);
  const letter = LETTERS[random(LETTERS.length)];
  const other = SYMBOLS[random(SYMBOLS.length)] as string;
  switch (random(6)) {
    case 0:
      return symbol.slice(0, at) + letter + symbol.slice(at + 1);
    case 1:
      return symbol.slice(0, at) + letter + symbol.slice(at);
    case 2:
      return symbol.slice(0, at) + symbol.slice(at + 1);
    case 3:
      return symbol.slice(0, at) + other.slice(random(other.length));
    case 4:
      return symbol.slice(0, at) + symbol.slice(random(at + 1));
    default:
      return symbol.slice(0, Math.max(at, 3));
  }
}

/** One level refers twice to the level below. */
function substitutionBomb(levels: number): string {
  const id = (n: number) => (n === 0 ? '' : (n - 1).toString(36).toUpperCase());
  let types = '1AIiiE';
  for (let level = 0; level < levels; level++) types += `S0_IS${id(level + 2)}_S${id(level + 2)}_E`;
  return `_Z1fI${types}Evv`;
}

const MADE: Readonly<Record<string, string>> = {
  'substitutions of substitutions': substitutionBomb(30),
  'back references in Rust': `_RIC1aTuuE${'TB5_B5_E'.repeat(500)}E`,
  'back references to themselves': `_RI${'B'.repeat(5000)}_E`,
  'lifetimes without end': '_RIC1aFGZZZZZZZ_EuE',
  'nested pointers': `_Z1fI${'P'.repeat(19_000)}iE`,
  'nested packs': `_Z1fI${'J'.repeat(19_000)}`,
  'empty packs': `_Z1fI${'JE'.repeat(9000)}E`,
  'nested functions': `_Z1fI${'F'.repeat(19_000)}i`,
  'nested locals': `_Z${'Z'.repeat(19_000)}`,
  'nested tuples in Rust': `_RIC1a${'T'.repeat(19_000)}`,
  'long scopes': `_ZN${'1a'.repeat(9000)}E`,
  'long numbers': `_Z${'9'.repeat(19_000)}`,
  'long qualifiers': `_Z1fI${'rVK'.repeat(6000)}iE`,
  'long exception specifications': `_Z1fIK${'Do'.repeat(9000)}FvvEE`,
  'templates tried twice': `_ZN1A${'cvT_I'.repeat(3000)}iE`,
  'a pack for each parameter': `_ZZ1fIJ${'i'.repeat(3000)}EEv${'DpRT_'.repeat(3000)}E1x`,
  'literals without an end': `_Z1fI${'Li1'.repeat(6000)}`,
  'escapes without an end': `_ZN18000${'$u'.repeat(9000)}17h0123456789abcdefE`,
  Punycode: `_RNvC1au19000_${'a'.repeat(19_000)}`,
  'a megabyte': `_ZN${'1a'.repeat(500_000)}E`,
};

for (const [what, symbol] of Object.entries(MADE)) {
  test(`${what}: bounded`, () => {
    const bounds = boundsOfOneName();
    const name = demangle(symbol, bounds);
    assert.ok(name === symbol || name.length <= bounds.maxLength);
    assert.equal(demangle(symbol), name);
  });
}

test('damaged names are read or stay as they are, and take few steps', () => {
  const random = generator(1);
  for (let i = 0; i < 20_000; i++) {
    let symbol = SYMBOLS[random(SYMBOLS.length)] as string;
    for (let times = random(4); times >= 0 && symbol !== ''; times--) symbol = mutate(symbol, random);
    const bounds = boundsOfOneName();
    const name = demangle(symbol, bounds);
    assert.ok(typeof name === 'string' && name.length <= Math.max(bounds.maxLength, symbol.length));
  }
});

test('a name is cut at the length that is asked for', () => {
  const bounds = { maxLength: 10, steps: 1000 };
  assert.equal(demangle('_ZN8namespace8functionEv', bounds), '_ZN8namespace8functionEv');
  assert.equal(demangle('_ZN9namespace8functionEv', bounds), 'namespace:');
  assert.equal(demangle('_RNvC9namespace8function', bounds), 'namespace:');
  assert.equal(demangle('_ZN9namespace8function17h0123456789abcdefE', bounds), 'namespace:');
});

test('names that the bounds of all names have no room for stay as they are', () => {
  const bounds = { maxLength: 100, steps: 50 };
  const names = Array.from({ length: 5 }, () => demangle('_ZN4node5StartEiPPc', bounds));
  assert.deepEqual(names, ['node::Start', 'node::Start', ...Array(3).fill('_ZN4node5StartEiPPc')]);
});
