import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { generateShortPrograms, SHORT_PROGRAMS_FILE } from '../bin/build-remote.ts';
import { BUNDLES, generateModule } from '../bin/build-viewer.ts';

for (const bundle of BUNDLES) {
  test(`${bundle.output} is what its sources give`, async () => {
    const committed = readFileSync(join(import.meta.dirname, '..', bundle.output), 'utf8');
    const built = await generateModule(bundle);
    // Not assert.equal, which would print both in full.
    assert.ok(committed === built, `${bundle.output} is out of date: run \`npm run build:viewer\` and commit it`);
  });
}

test('what travels to instances is what remote-scripts give', async () => {
  const committed = readFileSync(SHORT_PROGRAMS_FILE, 'utf8');
  const built = await generateShortPrograms();
  assert.ok(committed === built, 'the programs are out of date: run `npm run build:remote` and commit them');
});
