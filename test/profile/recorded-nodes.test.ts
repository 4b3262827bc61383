import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadProfile } from '../../service/convert/load-profile.ts';
import { functionTree } from '../../service/profile/function-tree.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { assertGolden } from '../support/golden.ts';
import { fold } from '../support/perf-text.ts';

const fixtures = join(import.meta.dirname, '../fixtures/profiles');
const VERSIONS = ['18.20.8', '20.20.2', '22.23.3', '24.21.0', '26.9.0'];

function load(version: string): Promise<Profile> {
  const perfMaps = globSync(join(fixtures, `node-${version}.perf-*.map.gz`));
  return loadProfile(join(fixtures, `node-${version}.perf-script.txt.gz`), { perfMaps });
}

/** Functions that the program runs most. */
const OF_PROGRAM = ['spin', 'onRound', 'parseEnvelope', 'findWords', 'sortedByTitle', 'round', 'tokenize'];

function keysByName(profile: Profile): Map<string, string> {
  const own = profile.functions.filter((fn) => fn.category === 'app' || fn.category === 'dependency');
  return new Map(own.map((fn) => [fn.name, fn.key]));
}

test('a function is one row across Node 18 to 26, whose recordings lie in five release directories', async () => {
  const expected = keysByName(await load('24.21.0'));
  for (const version of VERSIONS) {
    const keys = keysByName(await load(version));
    for (const name of OF_PROGRAM) assert.equal(keys.get(name), expected.get(name), `${name} of Node ${version}`);
  }
});

test('every sample of the five recordings is drawn', async () => {
  for (const version of VERSIONS) {
    const profile = await load(version);
    const { ledger } = profile;
    assert.ok(ledger.recorded > 100, version);
    assert.deepEqual([ledger.drawn, ledger.filtered], [ledger.recorded, {}]);
    const { total } = functionTree(profile);
    assert.equal(total[0], ledger.drawn);
  }
});

test('the recordings hold all categories that their program uses', async () => {
  for (const version of VERSIONS) {
    const found = new Set((await load(version)).functions.map((fn) => fn.category));
    for (const category of ['app', 'dependency', 'node', 'v8', 'gc', 'jit', 'native', 'kernel'] as const) {
      assert.ok(found.has(category), `Node ${version} has ${category}`);
    }
  }
});

for (const version of VERSIONS) {
  test(`the recording of Node ${version} folds to its golden text`, async () => {
    const text = fold(await load(version), { names: 'canonical', values: 'samples' });
    assertGolden(`profile/node-${version}.folded`, text);
  });
}
