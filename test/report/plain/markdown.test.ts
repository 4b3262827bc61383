import assert from 'node:assert/strict';
import test from 'node:test';
import { markdownCode, markdownLink, markdownText } from '../../../service/report/plain/markdown.ts';

test('nothing that a sentence holds is active in Markdown', () => {
  assert.equal(
    markdownText('a *b* _c_ [d](e) <f> | ~g~ &amp; `h`'),
    'a \\*b\\* \\_c\\_ \\[d\\](e) \\<f\\> \\| \\~g\\~ \\&amp; \\`h\\`',
  );
  assert.equal(markdownText('# no heading'), '\\# no heading');
  assert.equal(markdownText('- no list'), '\\- no list');
  assert.equal(markdownText('1. no list'), '1\\. no list');
  assert.equal(markdownText('0.02'), '0.02');
  assert.equal(markdownText('parseHTML 0.02 → 1.41 cores, −0.1'), 'parseHTML 0.02 → 1.41 cores, −0.1');
});

test('what would become a link or call somebody is printed as code', () => {
  assert.equal(markdownText('see https://evil.example/x now'), 'see `https://evil.example/x` now');
  assert.equal(markdownText('(www.evil.example)'), '`(www.evil.example)`');
  assert.equal(markdownText('@everyone look'), '`@everyone` look');
  assert.equal(markdownText('x;@all'), 'x;`@all`');
  assert.equal(markdownText('fixes #12'), 'fixes `#12`');
  assert.equal(markdownText('htmlparser2@9.1.0 is new'), 'htmlparser2@9.1.0 is new');
});

test('a name in code cannot end its code', () => {
  assert.equal(markdownCode('plain'), '`plain`');
  assert.equal(markdownCode('a`b``c'), '```a`b``c```');
  assert.equal(markdownCode('`'), '`` ` ``');
  assert.equal(markdownCode(''), '`  `');
});

test('an address cannot end its link', () => {
  assert.equal(markdownLink('x', null), 'x');
  assert.equal(markdownLink('x', 'https://a/b(c)d e'), '[x](https://a/b%28c%29d%20e)');
});
