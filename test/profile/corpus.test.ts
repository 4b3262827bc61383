/** Data that lie beside the repository: read in place, and skipped when they are not there. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { loadProfile } from '../../service/convert/load-profile.ts';
import { functionTree } from '../../service/profile/function-tree.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { fold, parse } from '../support/perf-text.ts';
import { stacksThatDiffer } from '../support/slow-perf-parser.ts';

const samples = join(import.meta.dirname, '../../../shared/perf-samples');

function absent(t: TestContext): boolean {
  if (existsSync(samples)) return false;
  t.skip(`${samples} is not there`);
  return true;
}

/** Lines that only we print, and lines that only the reference prints: docs/formats.md says why. */
const DIFFERENCES: Readonly<Record<string, readonly [ours: number, theirs: number]>> = {
  'perf-cycles-instructions-01': [8, 6], // cycles are drawn, not the first event of the text
  'perf-dd-stacks-01': [1, 0], // the last sample, which has no blank line behind it
  'perf-iperf-stacks-pidtid-01': [1, 0],
  'perf-java-stacks-01': [1, 0],
  'perf-mirageos-stacks-01': [1, 1],
  'perf-numa-stacks-01': [1, 1],
  'perf-vertx-stacks-01': [2, 1], // the same, and a frame without symbol is named by its library
};

function linesOf(text: string): Set<string> {
  return new Set(text.split('\n').filter((line) => line !== ''));
}

test('folded text of the public samples equals that of the reference, except where we argue otherwise', (t) => {
  if (absent(t)) return;
  for (const file of globSync(join(samples, '*.txt'))) {
    const name = basename(file, '.txt');
    const text = fold(parse(readFileSync(file), { dropIdle: false }));
    const expected = readFileSync(join(samples, 'expected', `${name}.folded`), 'utf8');
    const [ours, theirs] = DIFFERENCES[name] ?? [0, 0];
    const [own, reference] = [linesOf(text), linesOf(expected)];
    const difference = [
      [...own].filter((line) => !reference.has(line)).length,
      [...reference].filter((line) => !own.has(line)).length,
    ];
    assert.deepEqual(difference, [ours, theirs], name);
    if (ours === 0) assert.equal(text, expected, `${name} is also in the same order`);
  }
});

test('the event of the reference can be selected', (t) => {
  if (absent(t)) return;
  const text = readFileSync(join(samples, 'perf-cycles-instructions-01.txt'));
  const expected = readFileSync(join(samples, 'expected/perf-cycles-instructions-01.folded'), 'utf8');
  assert.equal(fold(parse(text, { dropIdle: false, event: 'instructions' })), expected);
});

/** Header lines, by what nothing else in these texts has. */
const HEADER = /^\S?.*?\s\d+(?:\/\d+)?\s+(?:\[\d+\]\s+)?\d+\.\d+:\s|^\S.* \d+ [a-z-]+:\s*$|^java \d+ cycles:$/;

test('the sample accounting of every file adds up to what perf recorded', (t) => {
  if (absent(t)) return;
  const files = [
    ...globSync(join(samples, '*.txt')),
    ...globSync(join(samples, 'recorded/*/*script*')),
    ...globSync(join(samples, 'recorded/traps/*')),
  ];
  assert.ok(files.length > 30);
  for (const file of files) {
    const bytes = readFileSync(file);
    const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    const recorded = text
      .toString()
      .split('\n')
      .filter((line) => HEADER.test(line) && !line.startsWith('# ')).length;
    const { ledger, samples: rows } = parse(text);
    const filtered = Object.values(ledger.filtered).reduce((sum, n) => sum + n, 0);
    if (!file.includes('comm-hash')) assert.equal(ledger.recorded, recorded, file);
    assert.equal(ledger.drawn + filtered, ledger.recorded, file);
    assert.equal(rows.length, ledger.drawn, file);
    assert.ok((ledger.filtered.malformed ?? 0) + (ledger.filtered.truncated ?? 0) === 0, file);
  }
});

test('the fast parser agrees with the slow one on recordings of seven Nodes', (t) => {
  if (absent(t)) return;
  for (const file of globSync(join(samples, 'recorded/node/*script*'))) {
    const text = gunzipSync(readFileSync(file)).toString();
    assert.deepEqual(stacksThatDiffer(text), [], file);
  }
});

async function loadPair(name: string, withMaps: boolean): Promise<Profile> {
  const folder = join(samples, 'recorded/pair');
  const perfMaps = withMaps ? globSync(join(folder, `${name}.perf-*.map.gz`)) : [];
  return loadProfile(join(folder, `${name}.perf-script.txt.gz`), { perfMaps });
}

/** Share of self samples by file:line:column and tier mark. */
function selfShare(profile: Profile, wanted: string): number {
  let found = 0;
  for (let row = 0; row < profile.samples.length; row++) {
    const node = profile.samples.node[row] as number;
    if (node > 0 && profile.frames.symbol[profile.tree.frame[node] as number]?.trim() === wanted) found++;
  }
  return found / profile.samples.length;
}

test('with the maps, the injected regression of the recorded pair comes out as it is', async (t) => {
  if (absent(t)) return;
  const [healthy, hot] = [await loadPair('healthy-1', true), await loadPair('hot', true)];
  const name = 'JS:* /tmp/wl/app2.js:5:63';
  assert.equal((selfShare(healthy, name) * 100).toFixed(2), '0.51');
  assert.equal((selfShare(hot, name) * 100).toFixed(2), '11.24');
  const { frames, repaired, ambiguous, unresolved } = hot.ledger.jit;
  assert.ok((repaired + ambiguous) / frames > 0.2, 'a fifth of the frames and more had the wrong name');
  assert.ok(unresolved / frames < 0.01);
});

test('without the maps the regression is hidden in wrong names', async (t) => {
  if (absent(t)) return;
  const hot = await loadPair('hot', false);
  assert.ok(selfShare(hot, 'JS:* /tmp/wl/app2.js:5:63') < 0.08);
  assert.equal(hot.ledger.jit.repaired, 0);
});

test('the tree by function keeps every sample', async (t) => {
  if (absent(t)) return;
  const hot = await loadPair('hot', true);
  assert.equal(functionTree(hot).total[0], hot.ledger.drawn);
});
