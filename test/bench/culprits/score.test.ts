/** How the culprit benchmark holds a comparison against what a scenario's author wrote. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Expectation, readExpectation, styleOf } from '../../../bench/culprits/scenario.ts';
import { namesExpected, score } from '../../../bench/culprits/score.ts';
import { compare } from '../../../service/compare/compare.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

const USUAL = '0..10 emit@node:events:489;handle@/srv/app.js:10 60\n0..10 uv_run;epoll_wait[kernel] 60';
const RIGHT = {
  top1: true,
  top3: true,
  caller: false,
  candidate: true,
  line: null,
  second: null,
  class: true,
  package: true,
};
const WRONG = { ...RIGHT, candidate: false, top1: false, top3: false, class: false, package: false };
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
    assert.deepEqual(score(differential, expect), RIGHT, name);
  }
  const other = expectation('{"function": ["subtotal"], "class": "hot path"}');
  assert.equal(score(differential, other).top3, false);
  const elsewhere = expectation('{"function": ["total"], "file": "lib/cart.js", "class": "hot path"}');
  assert.equal(score(differential, elsewhere).top1, false);
});

test('where no function is to blame, naming one is wrong', () => {
  const nobody = expectation('{"function": null, "package": null, "class": "inconclusive"}');
  assert.deepEqual(score(differential, nobody), WRONG);
  const same = compare(profileFromText(USUAL), profileFromText(USUAL));
  assert.deepEqual(score(same, nobody), RIGHT);
});

test('a caller in the place of its culprit is counted apart', () => {
  const inlined = { function: 'priceOf', file: 'src/price.js', class: 'hot path', inlined: true, callers: 'total' };
  const { top1, top3, caller } = score(differential, expectation(JSON.stringify(inlined)));
  assert.deepEqual({ top1, top3, caller }, { top1: false, top3: false, caller: true });
  const exact = expectation(JSON.stringify({ ...inlined, function: ['total'], file: 'src/cart.js' }));
  assert.equal(score(differential, exact).caller, false, 'the culprit itself is no caller');
  const stranger = expectation(JSON.stringify({ ...inlined, callers: ['emit', 'subtotal'] }));
  assert.equal(score(differential, stranger).caller, false);
});

test('a line is right within the lines of its own file, which a build may have moved', () => {
  const line = (line: unknown, file: string | string[] = 'src/cart.js'): boolean | null =>
    score(differential, expectation(JSON.stringify({ function: 'priceOf', file, class: 'hot path', line }))).line;
  assert.equal(line(3), true);
  assert.equal(line([1, 3]), true);
  assert.equal(line([4, 9]), false);
  assert.equal(line([1, 9], 'src/price.js'), false, 'the same line of another file');
  assert.equal(line(undefined), null);
  const files = ['dist/main.js', 'src/cart.js'];
  assert.equal(line({ 'dist/main.js': [90, 99], 'src/cart.js': [2, 4] }, files), true);
  assert.equal(line({ 'dist/main.js': [2, 4], 'src/cart.js': 90 }, files), false);
  assert.throws(() => line([3, 1]), /expect\.json/);
});

test('the smaller one of two faults is to be among the first three', () => {
  const both = compare(
    profileFromText(USUAL),
    profileFromText(`${HOT}\n0..10 emit@node:events:489;handle@/srv/app.js:10;tax@/srv/src/tax.js:7 120`),
  );
  const expect = (name: string): Expectation =>
    expectation(JSON.stringify({ function: 'total', class: 'hot path', second: { function: name, file: 'tax.js' } }));
  assert.deepEqual([score(both, expect('tax')).top1, score(both, expect('tax')).second], [true, true]);
  assert.equal(score(both, expect('duty')).second, false);
  assert.equal(score(differential, expect('tax')).second, false);
});

test('scenarios are counted by style', () => {
  const style = (more: object): string =>
    styleOf(expectation(JSON.stringify({ function: 'total', class: 'hot path', ...more })));
  assert.equal(style({}), 'plain');
  assert.equal(style({ inlined: true }), 'helper');
  assert.equal(style({ inlined: true, flags: false }), 'flagless');
  assert.equal(style({ inlined: true, style: 'bundled' }), 'bundled');
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
