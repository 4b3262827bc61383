/**
 * Runs the whole test suite and ends with the line `N passed, N failed, N skipped`.
 * Usage: node test/run.ts [--with-checks] [--unit] [--coverage] [part of a path …]
 * `--unit` leaves out what needs perf, a browser, other processes or more than a second: for the minutes between two
 * edits.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const root = join(import.meta.dirname, '..');
const isUnit = process.argv.includes('--unit');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const counts = { passed: 0, failed: 0 };
const skips: string[] = [];

function check(name: string, command: string, args: readonly string[]): void {
  const result = spawnSync(join(root, 'node_modules/.bin', command), args, { cwd: root, encoding: 'utf8' });
  if (result.status === 0) {
    counts.passed++;
    console.log(`✔ ${name}`);
  } else {
    counts.failed++;
    console.log(`✖ ${name}\n${result.stdout ?? ''}${result.stderr ?? ''}`);
  }
}

if (process.argv.includes('--with-checks')) {
  check('types: tsc finds nothing', 'tsc', ['--noEmit']);
  check('types of browser code: tsc finds nothing', 'tsc', ['--noEmit', '-p', 'tsconfig.browser.json']);
  check('style: biome finds nothing', 'biome', ['check', '--error-on-warnings', '.']);
  check('dead code: knip finds nothing', 'knip', []);
}

/** Real processes, sockets and browsers; then random inputs by the thousand, and what times itself. */
const NO_UNIT = [
  /^test\/(?:analysis|aws|bench|browser|cli|contract|e2e|faults|sandbox|scripts|service)\b/,
  /^test\/incidents\/(?:all-clear|baseline\/baseline-work|drill|outbox|second|throttled-storm|tied)\.test/,
  /(?:bombs|corpus|crash|damaged-input|engine|exports|folder-lock|fuzz|hostile-\w+|intervals|jit-map)\.test/,
  /(?:load-profile|properties|property|recorded-\w+)\.test/,
];
const files = globSync('test/**/*.test.ts', { cwd: root })
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .filter((file) => !isUnit || !NO_UNIT.some((pattern) => pattern.test(file)))
  .sort()
  .map((file) => join(root, file));
/** Tests that measure real processes: beside them nothing else may run, or they measure that. */
const alone = files.filter((file) => /\/test\/(e2e|scripts|sandbox\/fleet)\//.test(file));

/** Two at a time: the machines this must be quick on have two cores. */
async function runFiles(list: string[], concurrency: number): Promise<void> {
  const coverage = process.argv.includes('--coverage');
  const events = run({ files: list, concurrency, cwd: root, coverage, coverageIncludeGlobs: ['service/**'] });
  events.on('test:pass', (event) => {
    if (event.details.type === 'suite') return;
    if (event.skip !== undefined && event.skip !== false) {
      skips.push(`${event.name}${typeof event.skip === 'string' ? `: ${event.skip}` : ''}`);
    } else counts.passed++;
  });
  events.on('test:fail', (event) => {
    if (event.details.type !== 'suite') counts.failed++;
  });
  const text = events.compose(spec());
  for await (const part of text) process.stdout.write(part);
}

/** Each test that reads a golden file notes its name here (test/support/golden.ts). */
const notes = mkdtempSync(join(tmpdir(), 'golden-'));
const goldenLog = join(notes, 'names.txt');
writeFileSync(goldenLog, '');
process.env.GOLDEN_LOG = goldenLog;
process.on('exit', () => rmSync(notes, { recursive: true, force: true }));

function checkGoldenFiles(): void {
  const read = new Set(readFileSync(goldenLog, 'utf8').split('\n'));
  const orphans = globSync('test/golden/**/*.*', { cwd: root })
    .map((file) => relative('test/golden', file))
    .filter((name) => !read.has(name));
  const name = 'golden files: each is read by a test';
  if (orphans.length === 0) counts.passed++;
  else counts.failed++;
  console.log(orphans.length === 0 ? `✔ ${name}` : `✖ ${name}; no test reads ${orphans.join(', ')}`);
}

await runFiles(
  files.filter((file) => !alone.includes(file)),
  2,
);
if (alone.length > 0) await runFiles(alone, 1);
if (wanted.length === 0 && !isUnit) checkGoldenFiles();
for (const skip of skips) console.log(`SKIPPED ${skip}`);
if (files.length === 0) counts.failed++;
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${skips.length} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;
