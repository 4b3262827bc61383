import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { axeViolations } from '../support/browser/axe-violations.ts';
import { openBrowser, SKIP_BROWSER } from '../support/browser/open-browser.ts';
import { serveIncident } from '../support/browser/serve-incident.ts';

/** The pages and the graphs of the service, together: what one of three graphs is used for shows in all. */
const browser = SKIP_BROWSER === false ? await openBrowser() : undefined;
const { base, id } = await serveIncident();
const GRAPHS = ['differential', 'hot', 'healthy'];

async function openIncident(hash = '', file = ''): Promise<{ page: Page; complaints: string[] }> {
  assert.ok(browser);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${base}/incidents/${id}${file}${hash}`);
  return { page, complaints };
}

function graph(page: Page, name: string) {
  const frame = page.frame({ url: (url) => url.pathname.endsWith(`/files/${name}.svg`) });
  assert.ok(frame, `${name} is loaded`);
  return frame;
}

function frameOf(page: Page, name: string, fn: string) {
  return graph(page, name).locator(`rect[aria-label^="${fn}"]`).first();
}

/** Waits until an attribute of all three graphs is as wanted. */
async function allShow(page: Page, attribute: 'zoom' | 'selected' | 'search', wanted: string): Promise<void> {
  for (const name of GRAPHS) {
    await graph(page, name).locator(`svg[data-${attribute}="${wanted}"]`).first().waitFor({ state: 'attached' });
  }
}

test('a finding that is clicked is selected in all three graphs', {
  skip: SKIP_BROWSER,
}, async () => {
  const { page, complaints } = await openIncident('#graph-healthy');
  await page.locator('section[aria-labelledby=findings]').getByRole('link', { name: 'handle' }).click();
  assert.equal(await page.locator('.graph:visible').getAttribute('id'), 'graph-differential');
  await allShow(page, 'selected', 'handle');
  const frame = graph(page, 'differential').locator('[aria-selected="true"]');
  const box = await frame.boundingBox();
  assert.ok(box !== null && box.y > 0 && box.y < 900 && box.width > 100, 'the frame is in sight');
  // The keyboard goes on from there: to a caller and back.
  await page.keyboard.press('Enter');
  await allShow(page, 'zoom', 'handle');
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('one zoom for all: a frame that is clicked in one graph is zoomed in the others, and back', {
  skip: SKIP_BROWSER,
}, async () => {
  const { page, complaints } = await openIncident('#graph-hot');
  await frameOf(page, 'hot', 'handle').click();
  await allShow(page, 'zoom', 'handle');
  // A colleague who opens the address sees the same.
  const { page: other } = await openIncident(new URL(page.url()).hash);
  await allShow(other, 'zoom', 'handle');
  assert.equal(await other.locator('.graph:visible').getAttribute('id'), 'graph-hot');
  await page.getByRole('tab', { name: 'Healthy peer' }).click();
  await frameOf(page, 'healthy', 'handle').focus();
  await page.keyboard.press('0');
  await allShow(page, 'zoom', '');
  assert.deepEqual(complaints, []);
  await page.context().close();
  await other.context().close();
});

test('a burst that is chosen in one graph is drawn in all three, and “back” leads to the whole recording', {
  skip: SKIP_BROWSER,
}, async () => {
  const { page, complaints } = await openIncident('#graph-hot');
  const hot = graph(page, 'hot');
  await hot.locator('summary', { hasText: 'Time' }).click();
  const map = hot.locator('svg.heat');
  await map.click({ position: { x: 40, y: 20 } });
  await graph(page, 'differential')
    .locator('.legend', { hasText: 'not tested for this selection' })
    .waitFor({ state: 'attached' });
  await page.waitForFunction('location.hash.includes("time=")');
  assert.match(new URL(page.url()).hash, /^#graph-hot~time=\d+-\d+$/);
  await page.goBack();
  await graph(page, 'differential')
    .locator('.legend', { hasText: 'what it calls changed' })
    .waitFor({ state: 'attached' });
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('links of older versions, with whole paths, still show what they showed', { skip: SKIP_BROWSER }, async () => {
  const { page } = await openIncident('#graph-hot');
  await frameOf(page, 'hot', 'handle').click();
  await allShow(page, 'zoom', 'handle');
  assert.match(new URL(page.url()).hash, /^#graph-hot~at=[0-9a-z]{1,7}$/);
  const view = JSON.stringify({
    v: 1,
    search: 'hand',
    path: [],
    selected: [],
    view: 'calls',
    focus: '',
    inverted: true,
  });
  const { page: old } = await openIncident(`#graph-hot~${encodeURIComponent(view)}`);
  await allShow(old, 'search', 'hand');
  await page.context().close();
  await old.context().close();
});

test('one search for all', { skip: SKIP_BROWSER }, async () => {
  const { page, complaints } = await openIncident();
  await graph(page, 'differential').locator('input').first().fill('hand.e');
  await allShow(page, 'search', 'hand.e');
  assert.deepEqual(await axeViolations(page), []);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('in the report file each graph works on its own, without a network and without an error', {
  skip: SKIP_BROWSER,
}, async () => {
  const { page, complaints } = await openIncident('', '/files/report.html');
  for (const title of ['What changed', 'Hot instance', 'Healthy peer']) {
    const iframe = page.locator(`iframe[title="Flame graph: ${title}"]`);
    // Browsers draw frames of another origin when they come into sight.
    await iframe.scrollIntoViewIfNeeded();
    const frame = iframe.contentFrame();
    await frame.locator('rect[aria-label^="handle"]').first().click();
    await frame.locator('svg[data-zoom="handle"]').first().waitFor({ state: 'attached' });
    // The frame is as high as its graph, before and after.
    const inner = await frame.locator('.sj').first().boundingBox();
    const outer = await iframe.boundingBox();
    assert.ok(inner && outer && Math.abs(inner.height - outer.height) < 2, `${inner?.height} in ${outer?.height}`);
  }
  assert.deepEqual(complaints, []);
  await page.context().close();
});
