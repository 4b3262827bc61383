import assert from 'node:assert/strict';
import test from 'node:test';
import { openBrowser, SKIP_BROWSER } from '../support/browser/open-browser.ts';
import { serveIncident } from '../support/browser/serve-incident.ts';

const DESKTOP = { width: 1280, height: 900 };

/** One for the file: a browser and an analysis take seconds. */
const browser = SKIP_BROWSER === false ? await openBrowser() : undefined;
const { base, id } = await serveIncident();

test('without JavaScript the page shows everything: three pictures, findings, links that work', {
  skip: SKIP_BROWSER,
}, async () => {
  assert.ok(browser);
  const context = await browser.newContext({ viewport: DESKTOP, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${base}/incidents/${id}`);
  for (const name of ['differential', 'hot', 'healthy']) {
    const panel = page.locator(`#graph-${name}`);
    assert.ok(await panel.isVisible(), name);
    const box = await panel.locator('object').boundingBox();
    assert.ok(box !== null && box.width > 1000 && box.height > 200, name);
    const drawn = page.frame({ url: (url) => url.pathname.endsWith(`/files/${name}.svg`) });
    assert.ok(drawn);
    assert.ok((await drawn.locator('rect').count()) > 10, `${name} is drawn`);
    const labels = await drawn.locator('svg text').allTextContents();
    assert.ok(
      labels.some((label) => label.endsWith('handle')),
      `${name} names the function: ${labels}`,
    );
  }
  const finding = page.locator('section[aria-labelledby=findings] tbody tr').first();
  assert.match((await finding.textContent()) ?? '', /handle/);
  const link = finding.getByRole('link', { name: 'handle' });
  assert.equal(await link.getAttribute('href'), '#graph-differential', 'it leads to the graph');
  await link.click();
  assert.ok(page.url().endsWith('#graph-differential'));
  await context.close();
});

test('in the report file each graph has room for its viewer and its legend', { skip: SKIP_BROWSER }, async () => {
  assert.ok(browser);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${base}/incidents/${id}/files/report.html`);
  for (const frame of page.frames().slice(1)) {
    // A frame out of sight is not laid out.
    await (await frame.frameElement()).scrollIntoViewIfNeeded();
    await frame.locator('svg.graph [role=treeitem][aria-label]').first().waitFor();
    const swatch = await frame.locator('.legend svg').first().boundingBox();
    assert.equal(swatch?.width, 14);
    assert.equal(await frame.evaluate<boolean>('document.documentElement.scrollHeight <= innerHeight'), true);
  }
  assert.equal(page.frames().length, 4);
  await page.context().close();
});

test('every download of the page is there, under a name that says which incident', {
  skip: SKIP_BROWSER,
}, async () => {
  assert.ok(browser);
  const page = await browser.newPage({ viewport: DESKTOP });
  await page.goto(`${base}/incidents/${id}`);
  const hrefs = await page
    .locator('.downloads a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  assert.ok(hrefs.length >= 15, `${hrefs.length} links`);
  for (const href of hrefs) {
    // The API is another router, which this test does not serve.
    if (href?.startsWith('/api/')) continue;
    const answer = await fetch(new URL(href?.split('#')[0] ?? '', base));
    assert.equal(answer.status, 200, href ?? '');
    assert.ok((await answer.arrayBuffer()).byteLength > 50, href ?? '');
  }
  const hot = page.locator('.downloads li', { hasText: 'Hot instance' });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    hot.getByRole('link', { name: 'Folded stacks' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), `${id}-hot.folded`);
  await page.context().close();
});
