import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../golden');

/**
 * Holds `actual` to the golden file `test/golden/NAME`. `npm run test:update` writes the file again, to be read in the
 * diff. test/run.ts asks for a list of the names, and fails on files that no test reads any more.
 */
export function assertGolden(name: string, actual: string): void {
  const path = join(FOLDER, name);
  if (process.env.GOLDEN_LOG) appendFileSync(process.env.GOLDEN_LOG, `${name}\n`);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
  }
  assert.equal(actual, readFileSync(path, 'utf8'), `${name} differs. If that is meant, record it: npm run test:update`);
}
