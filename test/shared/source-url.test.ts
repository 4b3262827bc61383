import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { fillSourceUrl, sourceUrlFault } from '../../service/shared/source-url.ts';

const GITHUB = 'https://github.com/acme/web/blob/{commit}/{path}#L{line}';
const COMMIT = 'c0ffee'.padEnd(40, '0');
const VALUES = { commit: COMMIT, revision: null, path: 'src/a b/[id].ts', line: 12 };

test('a template becomes a link to the line, its values encoded', () => {
  const filled = fillSourceUrl(GITHUB, VALUES);
  assert.equal(filled, `https://github.com/acme/web/blob/${COMMIT}/src/a%20b/%5Bid%5D.ts#L12`);
  assert.equal(
    fillSourceUrl('http://git/x?r={revision}&f={path}', { ...VALUES, revision: 'v1&x=2' }),
    'http://git/x?r=v1%26x%3D2&f=src/a%20b/%5Bid%5D.ts',
  );
});

test('a REVISION that is a commit stands for one; another does not', () => {
  const values = { ...VALUES, commit: null };
  assert.match(fillSourceUrl(GITHUB, { ...values, revision: 'deadbee' }) ?? '', /\/blob\/deadbee\//);
  assert.equal(fillSourceUrl(GITHUB, { ...values, revision: 'release of tuesday' }), null);
});

test('where a value is not known there is no link', () => {
  assert.equal(fillSourceUrl(GITHUB, { ...VALUES, commit: null }), null);
  assert.equal(fillSourceUrl(GITHUB, { ...VALUES, path: null }), null);
  assert.equal(fillSourceUrl('https://git/{path}', { ...VALUES, commit: null })?.slice(0, 12), 'https://git/');
});

test('no path leads out of the repository', () => {
  for (const path of ['../x.js', 'a/../../x.js', './x.js', '/etc/x.js', 'a//b.js', ''])
    assert.equal(fillSourceUrl(GITHUB, { ...VALUES, path }), null, path);
});

test('whatever an instance calls a file, the link leads to the host of the template', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (path, revision) => {
      const filled = fillSourceUrl('https://git.example.com/{revision}/{path}#L{line}', { ...VALUES, path, revision });
      if (filled === null) return;
      const { origin, hash } = new URL(filled);
      assert.deepEqual([origin, hash], ['https://git.example.com', '#L12']);
      assert.match(filled, /^[\x21-\x7e]+$/);
      assert.doesNotMatch(filled, /["<>]/);
    }),
  );
});

test('what is wrong with a template is said', () => {
  assert.equal(sourceUrlFault(GITHUB), null);
  assert.equal(sourceUrlFault('https://git.example.com:8443/{path}?at={revision}'), null);
  for (const [template, fault] of [
    ['javascript:alert({path})', /^must begin with https/],
    ['ftp://git/{path}', /^must begin with https/],
    ['https://git/{file}#{line}', /^has \{file\}, which is not one of \{commit\}/],
    ['https://git/{commit}', /^must contain \{path\}/],
    ['https://{path}.example.com/', /only behind the host/],
    ['https://{commit}@git/{path}', /only behind the host/],
    ['https://git:port/{path}', /^is not a URL/],
  ] as const)
    assert.match(sourceUrlFault(template) ?? 'nothing', fault, template);
});
