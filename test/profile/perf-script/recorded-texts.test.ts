/** Texts of `perf script` in the shapes that fleets send, recorded by test/fixtures/perf-script/record.ts. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { assertGolden } from '../../support/golden.ts';
import { fold, parse } from '../../support/perf-text.ts';
import { stacksThatDiffer } from '../../support/slow-perf-parser.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/perf-script');
const TEXTS = readdirSync(FOLDER).filter((file) => file.endsWith('.txt'));
/** Headers, by what frames and comments do not have. */
const HEADER = /\s\d+(?:\/\d+)?\s.*[a-z-]:(?:\s|$)/;

test('there is a text of each shape', () => {
  assert.equal(TEXTS.length, 8);
});

for (const file of TEXTS) {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const name = basename(file, '.txt');

  test(`${name} folds to its golden text`, () => {
    assertGolden(`perf-script/${name}.folded`, fold(parse(text, { dropIdle: false })));
  });

  test(`every sample of ${name} is drawn or filtered for a reason`, () => {
    const recorded = text.split('\n').filter((line) => HEADER.test(line) && !line.startsWith('#')).length;
    const { ledger, samples } = parse(text);
    const filtered = Object.values(ledger.filtered).reduce((sum, count) => sum + count, 0);
    assert.equal(ledger.recorded, recorded);
    assert.equal(ledger.drawn + filtered, recorded);
    assert.equal(samples.length, ledger.drawn);
    assert.equal((ledger.filtered.malformed ?? 0) + (ledger.filtered.truncated ?? 0), 0);
  });
}

const NODES = join(import.meta.dirname, '../../fixtures/profiles');

for (const file of readdirSync(NODES).filter((name) => name.endsWith('.perf-script.txt.gz'))) {
  test(`the fast parser agrees with the slow one on ${file}`, () => {
    assert.deepEqual(stacksThatDiffer(gunzipSync(readFileSync(join(NODES, file))).toString()), []);
  });
}
