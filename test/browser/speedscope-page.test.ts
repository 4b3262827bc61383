import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { loadProfile } from '../../service/convert/load-profile.ts';
import { exportSpeedscope } from '../../service/profile/formats/export-speedscope.ts';
import { openBrowser, SKIP_BROWSER } from '../support/browser/open-browser.ts';

const fixture = join(import.meta.dirname, '../fixtures/profiles/node-24.21.0.perf-script.txt.gz');

test('speedscope opens our export and lists its functions', { skip: SKIP_BROWSER }, async (t) => {
  const page = join(
    dirname(createRequire(import.meta.url).resolve('speedscope/package.json')),
    'dist/release/index.html',
  );
  const text = [...exportSpeedscope(await loadProfile(fixture), { name: 'our-export' })].join('');
  const folder = mkdtempSync(join(tmpdir(), 'speedscope-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // How the speedscope command hands a file to its page.
  const script = join(folder, 'profile.js');
  const encoded = JSON.stringify(Buffer.from(text).toString('base64'));
  writeFileSync(script, `speedscope.loadFileFromBase64("our-export.json", ${encoded})`);
  const tab = await (await openBrowser()).newPage();
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(error.message));
  // The sandwich view is a table of functions in HTML; the others are drawn by the graphics card.
  await tab.goto(`${pathToFileURL(page).href}#view=sandwich&localProfilePath=${script.slice(1)}`);
  await tab.getByText('spin', { exact: true }).first().waitFor();
  // All threads together come first; the others are a list that opens.
  await tab
    .getByText(/all \d+ threads/)
    .first()
    .waitFor();
  assert.match(await tab.title(), /our-export/);
  assert.deepEqual(errors, []);
});
