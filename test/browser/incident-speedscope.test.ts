import assert from 'node:assert/strict';
import test from 'node:test';
import { speedscopeHref } from '../../service/pages/links.ts';
import { recordings } from '../../service/report/recordings.ts';
import { openBrowser, SKIP_BROWSER } from '../support/browser/open-browser.ts';
import { serveIncident } from '../support/browser/serve-incident.ts';

test('speedscope, served by us under its policy, opens with the profile of each side loaded', {
  skip: SKIP_BROWSER,
}, async () => {
  const { base, id, store } = await serveIncident();
  const page = await (await openBrowser()).newPage({ viewport: { width: 1280, height: 800 } });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  const report = await store.report(id);
  assert.ok(report);
  const sides = recordings(report);
  assert.equal(sides.length, 2);
  for (const side of sides) {
    await page.goto('about:blank');
    await page.goto(base + speedscopeHref(id, side));
    await page.getByText('Sandwich').click();
    // The list of functions is the page's own text; the flame graph is drawn on a canvas.
    await page.getByText('handle', { exact: true }).waitFor();
    assert.match(await page.title(), new RegExp(`${side.title} ${side.instanceId}`));
  }
  assert.deepEqual(complaints, []);
});
