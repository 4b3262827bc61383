import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesGlob } from '../../service/rules/glob.ts';

test('a glob matches the whole name', () => {
  for (const [glob, name] of [
    ['web*', 'web CPU high'],
    ['*CPU*', 'web CPU high'],
    ['web?', 'web1'],
    ['*', ''],
    ['', ''],
    ['a**b', 'ab'],
    ['a*b*c', 'a-b-b-c'],
    ['[x].+', '[x].+'],
  ] as const) {
    assert.ok(matchesGlob(glob, name), `${glob} ${name}`);
  }
  for (const [glob, name] of [
    ['web', 'web CPU high'],
    ['web?', 'web'],
    ['WEB*', 'web1'],
    ['', 'a'],
    ['a*b', 'ab-c'],
    ['[x]', 'x'],
  ] as const) {
    assert.ok(!matchesGlob(glob, name), `${glob} ${name}`);
  }
});

test('a glob agrees with the regular expression it stands for', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 12 });
  fc.assert(
    fc.property(letters, letters, (glob, text) => {
      const name = text.replaceAll(/[*?]/g, 'c');
      const pattern = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      assert.equal(matchesGlob(glob, name), pattern.test(name));
    }),
  );
});

test('no glob is slow', () => {
  const started = process.cpuUsage().user;
  assert.equal(matchesGlob(`${'*a'.repeat(120)}b`, 'a'.repeat(255)), false);
  assert.ok(process.cpuUsage().user - started < 500_000);
});
