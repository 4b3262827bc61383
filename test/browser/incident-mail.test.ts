import assert from 'node:assert/strict';
import test from 'node:test';
import { axeViolations } from '../support/browser/axe-violations.ts';
import { openBrowser, SKIP_BROWSER } from '../support/browser/open-browser.ts';
import { serveIncident } from '../support/browser/serve-incident.ts';

interface StoredMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

const browser = SKIP_BROWSER === false ? await openBrowser() : undefined;
const { id, store, files } = await serveIncident();
const mail = JSON.parse(Buffer.from((await store.file(id, 'mail.json'))?.content ?? []).toString()) as StoredMail;

const pictures = new Map(
  await Promise.all(
    ['differential', 'hot', 'healthy', 'programs'].map(
      async (name) => [name, (await files.file(id, `${name}.png`))?.content] as const,
    ),
  ),
);

/** As a mail program shows it: pictures of the mail in their places. */
function shown(): string {
  return mail.html.replace(/cid:(\w+)@smokejumper/g, (_, name: string) => {
    const png = Buffer.from(pictures.get(name) ?? []);
    return `data:image/png;base64,${png.toString('base64')}`;
  });
}

test('the mail of a real incident is small, says the verdict first and needs nothing from the network', async () => {
  assert.equal(mail.subject, `web-prod i-0aaaaaaaaaaaaaaaa: ${(await store.row(id))?.headline}`);
  assert.ok(Buffer.byteLength(mail.html) < 90_000);
  assert.doesNotMatch(mail.html, /(?:src|background)="(?!cid:)|url\(|<script|<link/);
  assert.ok(mail.html.indexOf('What changed') < mail.html.indexOf('Findings'), 'what changed is seen before the table');
  assert.ok(mail.html.indexOf('Findings') < mail.html.indexOf('Hot instance</h2>'));
  assert.match(mail.html, /<b>other process<\/b>/);
  for (const word of ['handle', '/srv/app/busy.js:4', `/incidents/${id}`]) {
    assert.ok(mail.text.includes(word), word);
    assert.ok(mail.html.includes(word), word);
  }
});

for (const width of [360, 640]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`the mail can be read at ${width} px, ${colorScheme}: nothing wider, three pictures, enough contrast`, {
      skip: SKIP_BROWSER,
    }, async () => {
      assert.ok(browser);
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
      const page = await context.newPage();
      await page.setContent(shown(), { waitUntil: 'load' });
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      const pictures = await page.locator('img').evaluateAll((images) =>
        images.map((image) => ({
          own: (image as unknown as { naturalWidth: number }).naturalWidth,
          shown: image.getBoundingClientRect().width,
          alt: image.getAttribute('alt'),
        })),
      );
      assert.equal(pictures.length, 3);
      for (const picture of pictures) {
        assert.ok(picture.shown > width * 0.8, `${picture.shown} px`);
        assert.ok(picture.own >= 2 * Math.min(picture.shown, 592), 'sharp on a phone');
        assert.match(picture.alt ?? '', /flame graph/i);
      }
      const colourOf = (what: string) => `getComputedStyle(document.querySelector('${what}')).backgroundColor`;
      const card = colorScheme === 'dark' ? 'rgb(28, 25, 22)' : 'rgb(255, 255, 255)';
      assert.equal(await page.evaluate(colourOf('.card')), card);
      assert.match(String(await page.evaluate(colourOf('.paper'))), /^rgb\(2[45]\d, 2[45]\d, 2[345]\d\)$/);
      // The landmarks are those of the program that shows it.
      assert.deepEqual(await axeViolations(page, ['landmark-one-main', 'region']), []);
      await context.close();
    });
  }
}
