import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
/** As .editorconfig has it; the formatter breaks code, but neither comments nor strings. */
const COLUMNS = 120;
/** What was generated or recorded, and services of benchmarks, which are written as services are. */
const FOREIGN = [
  /\.generated\.ts$/,
  /^test\/golden\//,
  /^test\/fixtures\/(?:.*\/)?program\//,
  /^bench\/culprits\/scenarios(?:-[23456])?\//,
];
/** All files of code, from the root. */
function codeFiles(): string[] {
  return globSync('{bench,bin,remote-scripts,sandbox,service,test}/**/*.{ts,js,mjs,cjs,sh,awk}', { cwd: ROOT })
    .filter((file) => !FOREIGN.some((pattern) => pattern.test(file)))
    .sort();
}

/** `service/main.ts:12: 134 columns` */
function longLines(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, i) => {
    const columns = [...line].length;
    return columns > COLUMNS ? [`${file}:${i + 1}: ${columns} columns`] : [];
  });
}

test('no line of code is longer than 120 columns', () => {
  const files = codeFiles();
  assert.ok(files.includes('service/main.ts') && files.includes('remote-scripts/run.sh'));
  const long = files.flatMap((file) => longLines(file, readFileSync(join(ROOT, file), 'utf8')));
  assert.deepEqual(long, []);
});

test('columns are characters, not bytes or UTF-16 units', () => {
  assert.deepEqual(longLines('x.ts', `\n${'€🔥'.repeat(60)}\n${'a'.repeat(121)}`), ['x.ts:3: 121 columns']);
});
