/** Two profiles are chosen and compared: without script, by dropping files on the page, and on a phone. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { axeViolations } from '../support/browser/axe-violations.ts';
import { openBrowser, SKIP_BROWSER } from '../support/browser/open-browser.ts';
import { serveIncident } from '../support/browser/serve-incident.ts';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };
/** A folder for pictures of each step, to be looked at. */
const SHOTS = process.env.COMPARE_SHOTS;
const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
const NORMAL = file('before.folded', 'main;work;parse 400\nmain;work;send 600\n');
const BURNING = file('after.folded', 'main;work;parse 2400\nmain;work;send 600\n');

/** One for the file: a browser takes seconds. */
const browser = SKIP_BROWSER === false ? await openBrowser() : undefined;
const served = SKIP_BROWSER === false ? await serveIncident() : undefined;

async function open(options: BrowserContextOptions = {}) {
  assert.ok(browser && served);
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${served.base}/compare`);
  return { page, complaints, context, ...served };
}

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}

test('without script, two files are chosen, sent and compared', { skip: SKIP_BROWSER }, async () => {
  const { page, context, complaints } = await open({ javaScriptEnabled: false });
  await page.getByLabel('Or a file').nth(0).setInputFiles(NORMAL);
  await page.getByLabel('Or a file').nth(1).setInputFiles(BURNING);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.waitForURL(/\/compare\/results\/[0-9a-f]{64}$/);
  const row = page.locator('table tbody tr').first();
  assert.match((await row.textContent()) ?? '', /parse.*40\.0 %.*80\.0 %/s);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('files that are dropped go into the fields, and the graph shows what is chosen in the table', {
  skip: SKIP_BROWSER,
}, async () => {
  const { page, context, complaints } = await open();
  const files = JSON.stringify([NORMAL, BURNING].map(({ name, buffer }) => [String(buffer), name]));
  await page.evaluate(`{
    const dataTransfer = new DataTransfer();
    for (const [text, name] of ${files}) dataTransfer.items.add(new File([text], name));
    for (const type of ['dragover', 'drop'])
      document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  }`);
  const names = await page.evaluate(
    "[...document.querySelectorAll('input[type=file]')].map((one) => one.files[0]?.name)",
  );
  assert.deepEqual(names, ['before.folded', 'after.folded']);
  await shoot(page, 'form-1440');
  assert.deepEqual(await axeViolations(page), []);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.waitForURL(/\/compare\/results\//);
  await page.locator('.graph .links button').waitFor();
  await page.locator('a[data-show]').first().click();
  const graph = page.frames()[1];
  await graph?.locator('[aria-selected="true"]').first().waitFor({ state: 'attached' });
  await shoot(page, 'files-1440');
  assert.deepEqual(await axeViolations(page), []);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('from the page of an incident another recording is chosen, on a phone, too', { skip: SKIP_BROWSER }, async () => {
  const { page, context, base, id, complaints } = await open({ viewport: PHONE });
  await page.goto(`${base}/incidents/${id}`);
  await page.getByRole('link', { name: /^Compare with another recording\s*: Hot instance$/ }).click();
  await page.waitForURL(/\/compare\?b=/);
  assert.equal(await page.locator('#b').inputValue(), id);
  await page.locator('#a').fill(id);
  await page.locator('#a-recording').selectOption('healthy');
  await shoot(page, 'form-390');
  assert.deepEqual(await axeViolations(page), []);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.waitForURL(/\/compare\?a=.*&b=/);
  await page.locator('.graph .links button').waitFor();
  await shoot(page, 'recordings-390');
  const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
  assert.ok(width <= PHONE.width, `the page is ${width} px wide`);
  assert.deepEqual(await axeViolations(page), []);
  await page.setViewportSize(DESKTOP);
  await shoot(page, 'recordings-1440');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('what cannot be compared comes back with the form and the reason', { skip: SKIP_BROWSER }, async () => {
  const { page, context } = await open({ viewport: PHONE });
  await page.locator('#a').fill('inc-of-last-year');
  await page.getByLabel('Or a file').nth(1).setInputFiles(BURNING);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('alert').waitFor();
  assert.match((await page.getByRole('alert').textContent()) ?? '', /there is no incident inc-of-last-year/);
  assert.equal(await page.locator('#a').inputValue(), 'inc-of-last-year');
  await shoot(page, 'refused-390');
  assert.deepEqual(await axeViolations(page), []);
  await context.close();
});
