import assert from 'node:assert/strict';
import test from 'node:test';
import { noteHtml } from '../../service/pages/triage/markdown.ts';
import { HOSTILE } from '../support/sample-report.ts';

test('what a note is made of: emphasis, code, lists, quotes, links to web pages', () => {
  assert.equal(
    noteHtml('**a** *b* `c`\n\n- one\n\n> q\n\n[d](https://example.com/x) https://example.com/y'),
    '<p><strong>a</strong> <em>b</em> <code>c</code></p>\n<ul>\n<li>one</li>\n</ul>\n<blockquote>\n<p>q</p>\n' +
      '</blockquote>\n<p><a href="https://example.com/x" rel="noopener nofollow">d</a> ' +
      '<a href="https://example.com/y" rel="noopener nofollow">https://example.com/y</a></p>\n',
  );
});

test('HTML is text, a picture is a link, a heading is bold, a table stays as typed', () => {
  assert.equal(noteHtml('<b onclick=x>y</b>'), '<p>&lt;b onclick=x&gt;y&lt;/b&gt;</p>\n');
  assert.doesNotMatch(noteHtml('![a](https://e.example/p.png)'), /<img/);
  assert.equal(noteHtml('# Title'), '<p><strong>Title</strong></p>\n');
  assert.doesNotMatch(noteHtml('|a|b|\n|-|-|\n|1|2|'), /<table/);
});

test('links lead to web pages only', () => {
  for (const link of [
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/incidents/1',
    'ftp://x',
    'file:///x',
    'JaVaScRiPt:x',
    'https:///x',
    'mailto:a@b.c',
  ]) {
    assert.doesNotMatch(noteHtml(`[x](${link}) <${link}> ${link}`), /href/, link);
  }
});

test('hostile text makes no element that is not ours, and costs no time', () => {
  const allowed =
    /<\/?(?:p|strong|em|s|code|pre|ul|ol|li|blockquote|br|hr|a)(?: (?:href|rel|class|start)="[^"<>]*")*>/g;
  const nested = ['['.repeat(4000), '*a _b '.repeat(660), '`a'.repeat(2000), '> '.repeat(2000), '- '.repeat(2000)];
  const started = performance.now();
  for (const text of [...HOSTILE.map((part) => part.slice(0, 4000)), ...nested]) {
    assert.doesNotMatch(noteHtml(text).replaceAll(allowed, ''), /[<>]/, text.slice(0, 60));
  }
  assert.ok(performance.now() - started < 1000);
});
