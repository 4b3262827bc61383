import assert from 'node:assert/strict';
import test from 'node:test';
import { speedscopeHref } from '../../service/report/recordings.ts';
import { openBrowser, SKIP_BROWSER } from './open-browser.ts';
import { serveIncident } from './serve-incident.ts';

test('speedscope, served by us under its policy, opens with the profile of each side loaded', {
  skip: SKIP_BROWSER,
}, async () => {
  const { base, id } = await serveIncident();
  const page = await (await openBrowser()).newPage({ viewport: { width: 1280, height: 800 } });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  for (const [name, instance] of [
    ['hot', 'i-0aaaaaaaaaaaaaaaa'],
    ['healthy', 'i-0bbbbbbbbbbbbbbbb'],
  ] as const) {
    await page.goto('about:blank');
    await page.goto(base + speedscopeHref(id, { name }, `${name} ${instance}`));
    await page.getByText('Sandwich').click();
    // The list of functions is the page's own text; the flame graph is drawn on a canvas.
    await page.getByText('handle', { exact: false }).first().waitFor();
    assert.match(await page.title(), new RegExp(`${name}.*${instance}`));
  }
  assert.deepEqual(complaints, []);
});
