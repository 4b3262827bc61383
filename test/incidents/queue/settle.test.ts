import assert from 'node:assert/strict';
import test from 'node:test';
import { refusedWords, settlement } from '../../../service/incidents/queue/settle.ts';

test('what is stored is deleted, whatever the queue does with others', () => {
  for (const maxReceives of [null, undefined, 5]) {
    assert.deepEqual(settlement(200, 1, maxReceives), { act: 'delete' });
  }
});

test('what may work later comes again, ever more seldom: ten times within a quarter of an hour', () => {
  const seconds = Array.from({ length: 10 }, (_, n) => settlement(503, n + 1, 10)).map((next) =>
    next.act === 'again' ? next.seconds : Number.NaN,
  );
  assert.deepEqual(seconds, [5, 10, 20, 40, 80, 160, 300, 300, 300, 300]);
  assert.deepEqual(settlement(503, 5000, 10), { act: 'again', seconds: 300 });
});

test('what is refused for good is left to the dead-letter queue, and deleted where there is none', () => {
  for (const status of [400, 403, 413]) {
    assert.deepEqual(settlement(status, 1, 5), { act: 'leave' });
    assert.deepEqual(settlement(status, 1, null), { act: 'delete' });
  }
  assert.match(refusedWords(1, 5), /dead-letter queue/);
  assert.match(refusedWords(1, null), /deleted/);
});

test('while nobody can say whether there is a dead-letter queue it is left for ten receives, not for ever', () => {
  assert.deepEqual(settlement(403, 9, undefined), { act: 'leave' });
  assert.deepEqual(settlement(403, 10, undefined), { act: 'delete' });
  assert.match(refusedWords(10, undefined), /deleted/);
});
