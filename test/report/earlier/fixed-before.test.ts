import assert from 'node:assert/strict';
import test from 'node:test';
import { fixedWords } from '../../../service/report/earlier/fixed-before.ts';
import { HOSTILE } from '../../support/sample-report.ts';

const OPENED_MS = Date.UTC(2026, 10, 27, 3, 12);

/** `text` as it was typed, two hours before this incident where nothing else is said. */
function words(text: string, release: string | null, { hours = -2, ran = null as string | null } = {}) {
  return fixedWords({ text, atMs: OPENED_MS + hours * 3_600_000, ran }, { release, openedAtMs: OPENED_MS });
}

test('fixed in one release, back in a later one', () => {
  for (const typed of ['41', 'release 41', 'Release 41'])
    assert.equal(words(typed, 'release 43'), 'Fixed in release 41, back in 43.', typed);
  assert.equal(words('v2.4.9', 'release 2.4.10'), 'Fixed in release v2.4.9, back in 2.4.10.');
  assert.equal(words('41', 'release 43', { hours: 5 }), 'Fixed in release 41, back in 43.', 'releases have an order');
});

test('a release without the fix is not said to have it back', () => {
  assert.equal(words('43', 'release 41'), 'Said to be fixed in release 43; the hot instance runs 41.');
  assert.equal(words('41', 'release 41'), 'Said to be fixed in release 41, which the hot instance runs.');
  assert.equal(
    words('abc1234', 'commit abc1234567'),
    'Said to be fixed in commit abc1234, which the hot instance runs.',
  );
  assert.equal(
    words('the hotfix', 'commit abc1234567', { ran: 'commit abc1234567' }),
    'Said to be fixed in the hotfix; the hot instance still runs commit abc1234567.',
  );
});

test('what has no order goes by time', () => {
  assert.equal(words('def4567', 'commit abc1234567'), 'Fixed in commit def4567, back in abc1234567.');
  assert.equal(words('OPS-12', 'release 43'), 'Fixed in OPS-12, back in release 43.');
  assert.equal(words('OPS-12', 'release 43', { hours: 1 }), null, 'it was said after this incident began');
});

test('where nobody knows what runs, the day is said', () => {
  assert.equal(words('41', null), 'Fixed in 41, back on 2026-11-27.');
  assert.equal(words('41', null, { hours: 1 }), null);
  assert.equal(fixedWords(null, { release: 'release 43', openedAtMs: OPENED_MS }), null);
});

test('what somebody typed stays one line', () => {
  for (const hostile of HOSTILE) {
    const said = `${words(hostile, 'release 43')}${words('41', hostile)}`;
    assert.doesNotMatch(said, /[\n\u202e]/);
    assert.ok(said.length < 300);
  }
});
