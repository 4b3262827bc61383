import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { arrowsBack, breaches, circles, printedTable, roomOf, unused } from './import-graph.ts';
import { importsOf, readImports, sourceFiles } from './read-imports.ts';

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENT = join(ROOT, 'docs/architecture.md');
const MOST_FILES = 16;

const files = sourceFiles();
const imports = files.flatMap(readImports);

test('every file stands in a room of the table', () => {
  assert.deepEqual(
    files.filter((file) => roomOf(file) === undefined),
    [],
  );
});

test('no file imports what the table does not allow it', () => {
  assert.deepEqual(breaches(imports), []);
});

test('no arrow runs back: a room imports rooms above it only', () => {
  assert.deepEqual(arrowsBack(imports), []);
});

test('the table allows nothing that nobody uses', () => {
  assert.deepEqual(unused(imports), []);
});

test('no files import each other in a circle, not for types either', () => {
  assert.deepEqual(circles(imports), []);
});

test('no folder is larger than a person can survey', () => {
  const sizes = new Map<string, number>();
  const paths = globSync('{service,sandbox,remote-scripts,migrations}/**', { cwd: ROOT, withFileTypes: true });
  for (const path of paths) {
    if (path.isFile()) sizes.set(path.parentPath, (sizes.get(path.parentPath) ?? 0) + 1);
  }
  assert.ok(sizes.size > 30);
  assert.deepEqual(
    [...sizes].filter(([, size]) => size > MOST_FILES),
    [],
  );
});

test('the document prints the table as it is (UPDATE_GOLDEN=1 prints it anew)', () => {
  const [begin, end] = ['<!-- import table -->\n', '\n<!-- end of import table -->'];
  const text = readFileSync(DOCUMENT, 'utf8');
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  assert.ok(from > begin.length && to > from, 'the marks of the table are missing');
  const expected = printedTable(files);
  if (process.env.UPDATE_GOLDEN) writeFileSync(DOCUMENT, text.slice(0, from) + expected + text.slice(to));
  else assert.equal(text.slice(from, to), expected);
});

test('every way to reach another module is seen', () => {
  const text = `
    import a, { type B } from './value.ts';
    import { type C } from './types.ts';
    import type D from 'package';
    import './effect.ts';
    export * from './all.ts';
    export type { E } from './exported-type.ts';
    type F = import('./inline.ts').F;
    const g = await import('./lazy.ts');
    new Worker(new URL('./worker.ts', import.meta.url));
    process.getBuiltinModule('node:util');
    createRequire(import.meta.url).resolve('font/package.json');
    // import './comment.ts'
    const text = "import './text.ts'";
  `;
  assert.deepEqual(
    importsOf('example.ts', text).map(({ specifier, typesOnly }) => `${specifier}${typesOnly ? ' (types)' : ''}`),
    [
      './value.ts',
      './types.ts (types)',
      'package (types)',
      './effect.ts',
      './all.ts',
      './exported-type.ts (types)',
      './inline.ts (types)',
      './lazy.ts',
      './worker.ts',
      'node:util',
      'font/package.json',
    ],
  );
});

test('a breach, an arrow back and a circle are found', () => {
  const one = { from: 'service/profile/profile.ts', to: 'service/report/mail/render-mail.ts', typesOnly: true };
  assert.deepEqual(breaches([one]), [
    'service/profile may not import types of service/report/mail/render-mail.ts: service/profile/profile.ts',
  ]);
  assert.equal(arrowsBack([one]).length, 1);
  assert.deepEqual(breaches([{ ...one, to: 'node:fs', typesOnly: false }]), [
    'service/profile may not import node:fs: service/profile/profile.ts',
  ]);
  assert.deepEqual(circles([one, { ...one, from: one.to, to: 'x.ts' }, { ...one, from: 'x.ts', to: one.from }]), [
    ['service/profile/profile.ts', 'service/report/mail/render-mail.ts', 'x.ts'],
  ]);
});

test('types may be imported where only types are allowed, values may not', () => {
  const one = { from: 'service/mail/mailer.ts', to: 'service/incidents/ports.ts' };
  assert.deepEqual(breaches([{ ...one, typesOnly: true }]), []);
  assert.equal(breaches([{ ...one, typesOnly: false }]).length, 1);
});
