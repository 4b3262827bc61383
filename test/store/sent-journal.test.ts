/** What was taken is written down until the database says so, whoever writes. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { receiptLine } from '../../service/shared/receipt.ts';
import type { StoreCall } from '../../service/store/store-calls.ts';
import { SentJournal } from '../../service/store/thread/sent-journal.ts';
import { temporaryFolder } from '../support/open-test-store.ts';

const claim: StoreCall = ['claimDelivery', 'me', 0, 1];
const settle = (id: number): StoreCall => ['settleDelivery', { id, owner: 'me', state: 'sent', atMs: 1, note: null }];
const postpone = (id: number): StoreCall => [
  'postponeDelivery',
  { id, owner: 'me', attempts: 1, nextMs: 2, note: null },
];

function setUp() {
  const path = join(temporaryFolder(), 'sent.journal');
  const journal = new SentJournal(path);
  const bytes = () => statSync(path).size;
  /** Another thread writes, too. */
  const fill = () => appendFileSync(path, receiptLine({ id: 9, owner: 'me', atMs: 1 }).repeat(3_000));
  return { path, journal, bytes, fill };
}

test('a line comes before the call that says so, and only where something was sent', () => {
  const { path, journal } = setUp();
  journal.before(claim);
  journal.before(postpone(1));
  journal.before(['settleDelivery', { id: 1, owner: 'me', state: 'failed', atMs: 1, note: 'gone' }]);
  journal.before(settle(2));
  assert.equal(readFileSync(path, 'utf8'), '{"id":2,"owner":"me","atMs":1}\n');
  assert.deepEqual(new SentJournal(path).left, [{ id: 2, owner: 'me', atMs: 1 }]);
});

test('a long journal is emptied when nothing is claimed of which the database does not know the end', () => {
  const { journal, bytes, fill } = setUp();
  for (const id of [1, 2, 3]) journal.after(claim, { id });
  fill();
  journal.after(settle(1), true);
  journal.after(postpone(2), true);
  assert.ok(bytes() > 0, 'one is still under way');
  journal.after(settle(3), false);
  assert.ok(bytes() > 0, 'somebody else has claimed it');
  journal.after(settle(3), true);
  assert.equal(bytes(), 0);
});

test('a short journal is left as it is', () => {
  const { journal, bytes } = setUp();
  journal.after(claim, { id: 1 });
  journal.before(settle(1));
  journal.after(settle(1), true);
  assert.ok(bytes() > 0);
});

test('half a line, and what is no line of ours, are passed over', () => {
  const { path } = setUp();
  appendFileSync(path, '{"id":1}\nnull\nx\n{"id":2,"owner":"me","atMs":1}\n{"id":3,"ow');
  assert.deepEqual(
    new SentJournal(path).left.map(({ id }) => id),
    [2],
  );
});
