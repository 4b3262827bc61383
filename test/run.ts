/**
 * Runs the whole test suite and ends with the line `N passed, N failed, N skipped`.
 * Usage: node test/run.ts [--with-checks] [part of a path …]
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const root = join(import.meta.dirname, '..');
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
  check('style: biome finds nothing', 'biome', ['check', '--error-on-warnings', '.']);
  check('dead code: knip finds nothing', 'knip', []);
}

const files = globSync('test/**/*.test.ts', { cwd: root })
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort()
  .map((file) => join(root, file));
/** Tests that measure real processes: beside them nothing else may run, or they measure that. */
const alone = files.filter((file) => /\/test\/(e2e|scripts|sandbox\/fleet)\//.test(file));

/** Two at a time: the machines this must be quick on have two cores. */
async function runFiles(list: string[], concurrency: number): Promise<void> {
  const events = run({ files: list, concurrency, cwd: root });
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

await runFiles(
  files.filter((file) => !alone.includes(file)),
  2,
);
if (alone.length > 0) await runFiles(alone, 1);
for (const skip of skips) console.log(`SKIPPED ${skip}`);
if (files.length === 0) counts.failed++;
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${skips.length} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;
