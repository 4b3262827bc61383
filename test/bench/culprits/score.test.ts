/** How the culprit benchmark holds a comparison against what a scenario's author wrote. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Expectation, readExpectation } from '../../../bench/culprits/scenario.ts';
import { namesExpected, score } from '../../../bench/culprits/score.ts';
import { compare } from '../../../service/compare/compare.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

const USUAL = '0..10 emit@node:events:489;handle@/srv/app.js:10 60\n0..10 uv_run;epoll_wait[kernel] 60';
const HOT = `${USUAL}\n0..10 emit@node:events:489;handle@/srv/app.js:10;total@/srv/src/cart.js:3 300`;
const differential = compare(profileFromText(USUAL), profileFromText(HOT));

function expectation(text: string): Expectation {
  const folder = mkdtempSync(join(tmpdir(), 'expect-'));
  try {
    writeFileSync(join(folder, 'expect.json'), text);
    return readExpectation(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('names and files are accepted the way authors write them', () => {
  for (const name of ['total', 'Cart.total', 'get total', 'async total']) {
    const expect = expectation(
      JSON.stringify({ function: name, file: './src/cart.js', class: 'hot path | inconclusive' }),
    );
    assert.deepEqual(score(differential, expect), { top1: true, top3: true, class: true, package: true }, name);
  }
  const other = expectation('{"function": ["subtotal"], "class": "hot path"}');
  assert.equal(score(differential, other).top3, false);
  const elsewhere = expectation('{"function": ["total"], "file": "lib/cart.js", "class": "hot path"}');
  assert.equal(score(differential, elsewhere).top1, false);
});

test('where no function is to blame, naming one is wrong', () => {
  const nobody = expectation('{"function": null, "package": null, "class": "inconclusive"}');
  assert.deepEqual(score(differential, nobody), { top1: false, top3: false, class: false, package: false });
  const same = compare(profileFromText(USUAL), profileFromText(USUAL));
  assert.deepEqual(score(same, nobody), { top1: true, top3: true, class: true, package: true });
});

test("perf's own names are held to the same expectation", () => {
  const expect = expectation('{"function": ["Cart.total"], "file": "src/cart.js", "class": "hot path"}');
  assert.equal(namesExpected('JS:*total file:///srv/src/cart.js:3:10', expect), true);
  assert.equal(namesExpected('Builtins_JsonParse', expect), false);
});

test('a broken expectation is reported with its file', () => {
  assert.throws(() => expectation('{nope'), /expect\.json is not JSON/);
  assert.throws(() => expectation('{"function": [], "class": "hotpath"}'), /there is no verdict class "hotpath"/);
  assert.throws(() => expectation('{"class": "hot path"}'), /expect\.json: .*function/s);
});
