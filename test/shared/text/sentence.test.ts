import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clean } from '../../../service/report/clean-text.ts';
import { fitSentence, joined, keep, keepNames, loose, plain, sentence } from '../../../service/shared/text/sentence.ts';

/** Pieces that stay together in brackets. */
function drawn(parts: ReturnType<typeof sentence>): string {
  return parts.map(({ text, unbroken }) => (unbroken ? `[${text}]` : text)).join('|');
}

test('a sentence keeps the pieces of what is put into it', () => {
  const arrow = sentence`parse (app) ${keep('0.02 → 1.41 cores')}`;
  assert.equal(drawn(sentence`${arrow}, most for ${'x'}, ${3}.`), 'parse (app) |[0.02 → 1.41 cores]|, most for x, 3.');
  assert.equal(drawn(joined([keep('a 1'), keep('b 2')], ', ')), '[a 1]|, |[b 2]');
});

test('a name that is put into a sentence is not inspected, whatever it looks like', () => {
  assert.equal(
    drawn(sentence`0.02 → 1.41 cores of ${'i-0123456789abcdef0 84 %'}`),
    '0.02 → 1.41 cores of i-0123456789abcdef0 84 %',
  );
});

test('a piece of hostile length may be broken', () => {
  assert.equal(keep('i'.repeat(1000))[0]?.unbroken, false);
});

test("names that the caller knows are kept intact in somebody else's text", () => {
  assert.equal(drawn(keepNames('on i-1 and i-12.', ['i-1', 'i-12', ''])), 'on |[i-1]| and |[i-12]|.');
  assert.equal(drawn(keepNames('nothing', [])), 'nothing');
});

test('no word is lost, whatever is kept', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (text, names) => assert.equal(plain(keepNames(text, names)), text)),
  );
});

test('a sentence that must be cut or cleaned is one piece', () => {
  const parts = sentence`uses ${keep('1.41 cores')}`;
  assert.equal(fitSentence(parts, 80, clean), parts);
  assert.deepEqual(fitSentence(parts, 8, clean), loose('uses 1.…'));
  assert.deepEqual(fitSentence(sentence`a\u202e ${keep('1 core')}`, 80, clean), loose('a\ufffd 1 core'));
});
