import assert from 'node:assert/strict';
import test from 'node:test';
import { clean, cleanPath, ended } from '../../service/report/clean-text.ts';

test('line breaks and control characters become one space, so that no text forges a line', () => {
  assert.equal(clean('a\r\nBcc: b\u0000\u001b[31mc\u2028d', 99), 'a Bcc: b [31mc d');
});

test('characters that reorder or hide text are shown as replacement characters', () => {
  assert.equal(clean('\u202egnp.exe\u2066\u200b', 99), '\ufffdgnp.exe\ufffd\ufffd');
});

test('a lone surrogate is replaced', () => {
  assert.equal(clean('a\ud800b\udc00', 99), 'a\ufffdb\ufffd');
});

test('long text is cut with an ellipsis and never within a surrogate pair', () => {
  assert.equal(clean('abcdef', 4), 'abc…');
  assert.equal(clean('ab😀😀', 4), 'ab…');
  assert.equal(clean('x'.repeat(1_000_000), 10).length, 10);
});

test('text that is only long before cleaning still says that it was cut', () => {
  assert.equal(clean(`ab${'\n'.repeat(500)}cd`, 10).endsWith('…'), true);
});

test('a long path keeps its beginning and, longer, its end', () => {
  const path = cleanPath(`/srv/app/${'deep/'.repeat(400)}lib/parser.js`, 40);
  assert.equal(path.length <= 40, true);
  assert.match(path, /^\/srv\/app.*….*lib\/parser\.js$/);
  assert.equal(cleanPath(`😀${'😀'.repeat(90)}`, 21).isWellFormed(), true);
});

test('a sentence ends with one full stop', () => {
  assert.equal(ended('No perf'), 'No perf.');
  assert.equal(ended('No perf. '), 'No perf.');
});
