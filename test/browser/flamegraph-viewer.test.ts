/** The viewer in a flame graph file, as a person uses it: opened from disk, by pointer and by keyboard. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { compare } from '../../service/compare/compare.ts';
import { decodeProfile } from '../../service/convert/load-profile.ts';
import { differentialSvg } from '../../service/flamegraph/differential-svg.ts';
import { profileSvg } from '../../service/flamegraph/profile-svg.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { axeViolations } from '../support/browser/axe-violations.ts';
import { openBrowser, SKIP_BROWSER } from '../support/browser/open-browser.ts';
import { foldedProfile } from '../support/folded-profile.ts';
import { temporaryFolder } from '../support/open-test-store.ts';
import { profileFromText } from '../support/profile-from-text.ts';

const options = { skip: SKIP_BROWSER };
const folder = temporaryFolder();
const browser = SKIP_BROWSER === false ? await openBrowser() : undefined;
const captures = join(import.meta.dirname, '../fixtures/captures');
const capture = (name: string): Promise<Profile> => decodeProfile(readFileSync(join(captures, `${name}.capture.gz`)));

/** main calls work and rest; work calls itself and leaf. 40, 30, 20 and 10 samples of own time. */
const SMALL = 'main;work;work;leaf 40\nmain;work;leaf 30\nmain;work 20\nmain;rest 10\n';

function file(name: string, svg: string): string {
  const path = join(folder, `${name}.svg`);
  writeFileSync(path, svg);
  return `file://${path}`;
}
const small = file('small', profileSvg(foldedProfile(SMALL), { title: 'small' }));
const mails = file('mails', profileSvg(await capture('mail-ingest'), { title: 'mails' }));
const differential = file(
  'differential',
  differentialSvg(compare(await capture('busy-healthy'), await capture('busy-hot')), { title: 'hot against healthy' }),
);

interface Opened {
  readonly page: Page;
  readonly problems: string[];
}

async function open(
  url: string,
  context: Parameters<NonNullable<typeof browser>['newContext']>[0] = {},
): Promise<Opened> {
  assert.ok(browser);
  const page = await (await browser.newContext({ viewport: { width: 1240, height: 900 }, ...context })).newPage();
  page.setDefaultTimeout(10_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('dialog', (dialog) => problems.push(`dialog ${dialog.message()}`));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) problems.push(request.url());
  });
  await page.goto(url);
  await page.locator('svg.graph [role=treeitem][aria-label]').first().waitFor();
  return { page, problems };
}

const frame = (page: Page, name: string) => page.locator(`svg.graph [aria-label^="${name}"]`).first();
/** A select or field by the words of its label; Playwright's own look-up knows only documents of HTML. */
const choice = (page: Page, label: string) =>
  page
    .locator('label')
    .filter({ has: page.locator('span', { hasText: label }) })
    .locator('select, input');
const shown = (page: Page, what: 'zoom' | 'selected' | 'search') =>
  page.evaluate<string>(`document.documentElement.dataset.${what} ?? ''`);
const drawn = (page: Page) => page.locator('svg.graph [role=treeitem]').count();
const width = async (page: Page, name: string) => Number(await frame(page, name).getAttribute('width'));

async function close({ page, problems }: Opened): Promise<void> {
  assert.deepEqual(problems, []);
  await page.context().close();
}

/** Waits for an attribute of the root: what a person did has been drawn. */
async function untilShown(page: Page, what: 'zoom' | 'selected' | 'search', value: string): Promise<void> {
  await page.waitForFunction(`document.documentElement.dataset.${what} === ${JSON.stringify(value)}`);
}

test('a click zooms, the breadcrumb shows the way and leads back, Escape and 0 too', options, async () => {
  const opened = await open(small);
  const { page } = opened;
  const before = await width(page, 'leaf');
  await frame(page, 'work').click();
  await untilShown(page, 'zoom', 'work');
  assert.ok((await width(page, 'leaf')) > before);
  assert.deepEqual(await page.locator('.crumbs li').allTextContents(), ['all', 'main', 'work']);
  await page.locator('.crumbs button', { hasText: 'main' }).click();
  await untilShown(page, 'zoom', 'main');
  await page.keyboard.press('Escape');
  await untilShown(page, 'zoom', 'work');
  await page.keyboard.press('0');
  await untilShown(page, 'zoom', '');
  assert.equal(await width(page, 'leaf'), before);
  await close(opened);
});

test('zooming shows frames that are too narrow for the whole picture: nothing is lost', options, async () => {
  const stacks = Array.from({ length: 20_000 }, (_, i) => `main;busy;tiny_${i};below_${i} 1`);
  const url = file('narrow', profileSvg(foldedProfile(`${stacks.join('\n')}\nmain;idle 20000\n`), { title: 'narrow' }));
  const opened = await open(url);
  const { page } = opened;
  assert.equal(await page.locator('[aria-label^="tiny_"]').count(), 0);
  await page.locator('input[type=search]').fill('^tiny_777$');
  await untilShown(page, 'search', '^tiny_777$');
  assert.match((await page.locator('.top [role=status]').textContent()) ?? '', /1 function .*1 sample/);
  await page.keyboard.press('Enter');
  await untilShown(page, 'selected', 'tiny_777');
  assert.ok((await width(page, 'tiny_777')) > 4);
  await page.keyboard.press('Enter');
  await untilShown(page, 'zoom', 'tiny_777');
  assert.ok((await width(page, 'below_777')) > 1000);
  await close(opened);
});

test('search: by regular expression, each sample once, hits in turn; anything else is text', options, async () => {
  const opened = await open(small);
  const { page } = opened;
  const found = page.locator('.top [role=status]');
  await page.keyboard.press('/');
  await page.keyboard.type('work|leaf');
  await untilShown(page, 'search', 'work|leaf');
  await page.waitForFunction('document.querySelector(".top [role=status]").textContent !== ""');
  assert.equal(await found.textContent(), '2 functions · 90 samples, 90 %');
  await page.keyboard.press('Enter');
  const first = await page.evaluate('document.activeElement?.getAttribute("aria-label")');
  await page.keyboard.press('n');
  assert.notEqual(await page.evaluate('document.activeElement?.getAttribute("aria-label")'), first);
  await page.keyboard.press('N');
  assert.equal(await page.evaluate('document.activeElement?.getAttribute("aria-label")'), first);
  await page.keyboard.press('Control+f');
  await page.keyboard.type('work(');
  await untilShown(page, 'search', 'work(');
  await page.waitForFunction('/as text/.test(document.querySelector(".top [role=status]").textContent)');
  assert.match((await found.textContent()) ?? '', /^0 functions/);
  await page.keyboard.press('Escape');
  await untilShown(page, 'search', '');
  await close(opened);
});

test('the keyboard alone reaches, reads and zooms every frame', options, async () => {
  const opened = await open(small);
  const { page } = opened;
  await page.keyboard.press('ArrowUp');
  await untilShown(page, 'selected', 'main');
  await page.keyboard.press('ArrowUp');
  await untilShown(page, 'selected', 'work');
  await page.keyboard.press('ArrowLeft');
  await untilShown(page, 'selected', 'rest');
  await page.keyboard.press('ArrowRight');
  await untilShown(page, 'selected', 'work');
  await page.keyboard.press('ArrowDown');
  await untilShown(page, 'selected', 'main');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await untilShown(page, 'zoom', 'work');
  assert.equal(await page.evaluate('document.activeElement.getAttribute("role")'), 'treeitem');
  assert.match((await page.locator('.panel [aria-live]').textContent()) ?? '', /work.*90 samples, 90 %/s);
  // One stop in the tab order for the whole graph.
  assert.equal(await page.locator('svg.graph [tabindex="0"]').count(), 1);
  await close(opened);
});

test('the panel and the tip show function, package, place, cores, shares and tiers', options, async () => {
  const text =
    '0..10 main;handle@/srv/app.js:7;parse@/srv/node_modules/htmlparser2/lib/Parser.js:40 300\n' +
    '0..10 main;handle@/srv/app.js:7;^parse@/srv/node_modules/htmlparser2/lib/Parser.js:40 100';
  const opened = await open(file('details', profileSvg(profileFromText(text), { title: 'details' })));
  const { page } = opened;
  await frame(page, 'parse').hover();
  const tip = page.locator('.tip');
  assert.match((await tip.textContent()) ?? '', /parse.*htmlparser2.*Parser\.js:40/s);
  await frame(page, 'parse').click();
  const panel = (await page.locator('.panel [aria-live]').textContent()) ?? '';
  assert.match(panel, /htmlparser2 · .*Parser\.js:40.* · dependency/);
  assert.match(panel, /0\.40 cores, 100 %/);
  assert.match(panel, /TurboFan 75 %, baseline 25 %/);
  await page.evaluate(
    'Object.defineProperty(navigator, "clipboard", { value: { writeText: ' +
      'async (text) => { globalThis.copied = text; } } })',
  );
  await page.keyboard.press('c');
  await page.waitForFunction('globalThis.copied === "parse"');
  await close(opened);
});

test(
  'a differential shows both sides, Δ, interval and q; widths and kind of change can be chosen',
  options,
  async () => {
    const opened = await open(differential);
    const { page } = opened;
    await frame(page, 'handle').click();
    const panel = (await page.locator('.panel [aria-live]').textContent()) ?? '';
    assert.match(panel, /hot0\.5\d cores/);
    assert.match(panel, /healthy0\.1\d cores/);
    assert.match(panel, /\+0\.3\d cores \(\+0\.\d+…\+0\.\d+\), q < 0\.001, grown/);
    await page.keyboard.press('0');
    const legend = page.locator('.sj');
    for (const [value, words] of [
      ['healthy', 'Width: CPU cores on the healthy side'],
      ['excess', 'Width: extra CPU cores on the hot side'],
      ['both', 'Width: CPU cores, the larger of both sides'],
      ['hot', 'Width: CPU cores on the hot side (samples ÷ (rate × seconds)'],
    ] as const) {
      await choice(page, 'Width').selectOption(value);
      await legend.filter({ hasText: words }).waitFor();
      assert.ok((await width(page, 'handle')) > 100, value);
    }
    await choice(page, 'Change').selectOption('self');
    await page.waitForFunction('/own code/.test(document.querySelector(".sj").textContent)');
    assert.match(
      (await page.locator('.sj').textContent()) ?? '',
      /Width: CPU cores on the hot side \(samples ÷ \(rate × seconds\)/,
    );
    await close(opened);
  },
);

test('a click on a finding shows its frame; tables are sorted by their headings', options, async () => {
  const opened = await open(differential);
  const { page } = opened;
  const findings = page.locator('details', { hasText: 'Findings' }).locator('table');
  await findings.getByRole('button', { name: 'handle' }).click();
  await untilShown(page, 'selected', 'handle');
  const functions = page.locator('details', { hasText: 'Functions' }).locator('table').last();
  const names = () => functions.locator('tbody td.name button').allTextContents();
  const byOwn = await names();
  await functions.getByRole('button', { name: 'Function', exact: true }).click();
  const byName = await names();
  assert.notDeepEqual(byName, byOwn);
  assert.deepEqual(byName, [...byName].sort());
  assert.equal(await functions.locator('th').first().getAttribute('aria-sort'), 'ascending');
  await close(opened);
});

test('findings stand beside the graph where there is room, else below it', options, async () => {
  for (const [size, beside] of [
    [1440, true],
    [1280, true],
    [1000, false],
    [390, false],
  ] as const) {
    const opened = await open(differential, { viewport: { width: size, height: 800 } });
    const { page } = opened;
    const graph = await page.locator('svg.graph').boundingBox();
    const table = await page.locator('details', { hasText: 'Findings' }).locator('table').boundingBox();
    assert.ok(graph && table);
    assert.equal(table.x >= graph.x + graph.width, beside, `${size} px`);
    assert.equal(table.y >= graph.y + graph.height, !beside, `${size} px`);
    assert.ok(graph.width >= (beside ? 780 : size - 60), `a graph of ${graph.width} px in ${size}`);
    assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= size);
    await close(opened);
  }
});

test(
  'runs of runtime frames are one row; a click, Enter, f open and fold them; the culprit is outlined',
  options,
  async () => {
    const opened = await open(differential);
    const { page } = opened;
    const run = page.locator('svg.graph [aria-label^="Node runtime, "]').first();
    assert.match((await run.getAttribute('aria-label')) ?? '', /^Node runtime, \d+ frames: hot 0\.\d+ cores, healthy/);
    assert.equal(await run.getAttribute('aria-expanded'), 'false');
    assert.equal(await page.locator('svg.graph [aria-label^="uv_run"]').count(), 0);
    assert.equal(await page.locator('svg.graph .culprit').count(), 1);
    assert.match((await frame(page, 'handle').getAttribute('aria-label')) ?? '', /^handle, outlined:/);
    const before = await width(page, 'handle');
    await run.click();
    await frame(page, 'uv_run').waitFor({ state: 'attached' });
    assert.equal(await width(page, 'handle'), before, 'nothing becomes wider or narrower');
    assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-expanded")'), 'true');
    await page.keyboard.press('Enter');
    await frame(page, 'uv_run').waitFor({ state: 'detached' });
    assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-expanded")'), 'false');
    // From the run the next frame is own code.
    await page.keyboard.press('ArrowUp');
    await untilShown(page, 'selected', 'handle');
    await page.keyboard.press('f');
    await frame(page, 'uv_run').waitFor({ state: 'attached' });
    assert.equal(await page.getByRole('button', { name: 'All frames' }).getAttribute('aria-pressed'), 'true');
    await page.keyboard.press('f');
    // What is searched for shows, also inside a run.
    await page.locator('input[type=search]').fill('^uv_run$');
    await page.keyboard.press('Enter');
    await untilShown(page, 'selected', 'uv_run');
    assert.deepEqual(await axeViolations(page), []);
    await close(opened);
  },
);

test('back and forward go through zooms; what is typed makes no step, and links are short', options, async () => {
  const opened = await open(differential);
  const { page } = opened;
  await frame(page, 'handle').click();
  await untilShown(page, 'zoom', 'handle');
  await page.waitForFunction('location.hash !== ""');
  assert.match(await page.evaluate<string>('location.hash'), /^#v2&at=[0-9a-z]{1,7}$/);
  await page.locator('input[type=search]').fill('han');
  await page.locator('input[type=search]').fill('hand');
  await page.waitForFunction('location.hash.includes("q=hand")');
  const steps = await page.evaluate('history.length');
  await page.goBack();
  await untilShown(page, 'zoom', '');
  await page.goForward();
  await untilShown(page, 'zoom', 'handle');
  await untilShown(page, 'search', 'hand');
  assert.equal(await page.evaluate('history.length'), steps);
  await close(opened);
});

test(
  'a stretch of time is drawn in a differential from both sides’ samples, and nothing is called significant',
  options,
  async () => {
    const opened = await open(differential);
    const { page } = opened;
    await page.locator('summary', { hasText: 'Time' }).click();
    const map = await page.locator('svg.heat').boundingBox();
    assert.ok(map);
    await page.mouse.click(map.x + map.width / 2, map.y + 20);
    await page.waitForFunction('/time=\\d+-\\d+/.test(location.hash)');
    await page.locator('.legend span', { hasText: 'not tested for this selection' }).waitFor();
    const words = (await frame(page, 'handle').getAttribute('aria-label')) ?? '';
    assert.match(words, /hot 0\.\d+ cores, healthy 0\.\d+ cores/);
    await page.getByRole('button', { name: 'Whole recording' }).click();
    await page.locator('.legend span', { hasText: 'what it calls changed' }).waitFor();
    await close(opened);
  },
);

test('on a phone the controls and the way to the zoomed frame leave the screen to the graph', options, async () => {
  const opened = await open(differential, { viewport: { width: 390, height: 844 } });
  const { page } = opened;
  const above = async () => (await page.locator('.top').boundingBox())?.height ?? Number.NaN;
  assert.ok((await above()) < 120, `${await above()} px`);
  await frame(page, 'handle').click();
  await untilShown(page, 'zoom', 'handle');
  assert.ok((await above()) < 120, `${await above()} px with a way to a frame`);
  assert.equal(await choice(page, 'View').isVisible(), false);
  await page.getByRole('button', { name: 'More' }).click();
  assert.equal(await choice(page, 'View').isVisible(), true);
  await close(opened);
});

test('the address holds the view: a pasted link shows the same', options, async () => {
  const opened = await open(small);
  const { page } = opened;
  await frame(page, 'work').click();
  await choice(page, 'Search').fill('leaf');
  await page.keyboard.press('Enter');
  await page.keyboard.press('i');
  await choice(page, 'Colour').selectOption('package');
  await page.waitForFunction('/^#v2&.*inv=1/.test(location.hash) && /colour=package/.test(location.hash)');
  const other = await open(page.url());
  assert.deepEqual(
    await Promise.all((['zoom', 'selected', 'search'] as const).map((what) => shown(other.page, what))),
    await Promise.all((['zoom', 'selected', 'search'] as const).map((what) => shown(page, what))),
  );
  assert.equal(await other.page.getByRole('button', { name: 'Invert' }).getAttribute('aria-pressed'), 'true');
  assert.equal(
    await choice(other.page, 'Colour').evaluate((select) => (select as unknown as { value: string }).value),
    'package',
  );
  const broken = await open(`${small}#v1&at=zz.*9&view=nonsense&time=9-1&q=%`);
  assert.ok((await drawn(broken.page)) > 3);
  for (const one of [opened, other, broken]) await close(one);
});

test(
  'inverted the root is on top; reversed the leaves are the roots; a sandwich has callers above and callees below',
  options,
  async () => {
    const opened = await open(small);
    const { page } = opened;
    const top = async (name: string) => Number(await frame(page, name).getAttribute('y'));
    assert.ok((await top('leaf')) < (await top('main')));
    await page.getByRole('button', { name: 'Invert' }).click();
    await page.waitForFunction('document.querySelector("[aria-pressed=true]")');
    assert.ok((await top('leaf')) > (await top('main')));
    await page.keyboard.press('i');
    await choice(page, 'View').selectOption('reverse');
    await page.waitForFunction('document.querySelectorAll(`svg.graph [aria-label^="main"]`).length > 1');
    assert.ok((await top('leaf')) > (await top('main')), 'callers stand on the leaf');
    assert.match((await frame(page, 'leaf').getAttribute('aria-label')) ?? '', /70 samples/);
    await frame(page, 'leaf').click();
    await page.keyboard.press('0');
    await frame(page, 'work').focus();
    await page.keyboard.press('ArrowUp');
    await frame(page, 'work').click();
    await page.keyboard.press('s');
    await page.waitForFunction('location.hash.includes("view=sandwich")');
    await page.locator('svg.graph [aria-label^="leaf"]').first().waitFor();
    assert.ok((await top('main')) < (await top('work')) && (await top('work')) < (await top('leaf')));
    await close(opened);
  },
);

test(
  'a second of the recording, chosen by pointer or by slider, a process and a thread redraw the graph',
  options,
  async () => {
    const opened = await open(mails);
    const { page } = opened;
    await page.locator('summary', { hasText: 'Time, processes' }).click();
    const status = page.locator('details [role=status]').first();
    const samples = async () => Number(/([\d,]+) of/.exec((await status.textContent()) ?? '')?.[1]?.replace(',', ''));
    await page.locator('svg.heat').waitFor();
    const all = await samples();
    assert.equal(all, 586);
    // Below the graph, whose height changes with what is chosen.
    const heat = async () => {
      await page.locator('svg.heat').scrollIntoViewIfNeeded();
      const place = await page.locator('svg.heat').boundingBox();
      assert.ok(place);
      return place;
    };
    let box = await heat();
    await page.mouse.click(box.x + box.width / 2, box.y + 20);
    await page.waitForFunction('/time=\\d+-\\d+/.test(location.hash)');
    const second = await samples();
    assert.ok(second > 10 && second < all / 2, `${second} samples in a second`);
    box = await heat();
    await page.mouse.move(box.x + 2, box.y + 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 2, box.y + box.height - 2);
    await page.mouse.up();
    await page.waitForFunction(
      `!document.querySelector('details [role=status]').textContent.includes(' ${second} of')`,
    );
    assert.ok((await samples()) > second);
    await page.locator('input[aria-label="Samples until"]').focus();
    for (let i = 0; i < 100; i++) await page.keyboard.press('ArrowLeft');
    await page.waitForFunction('/time=/.test(location.hash)');
    assert.ok((await samples()) < all);
    await page.getByRole('button', { name: 'Whole recording' }).click();
    await choice(page, 'Process').selectOption({ index: 1 });
    await page.waitForFunction('/pid=0/.test(location.hash)');
    const one = await samples();
    assert.ok(one > 0 && one < all);
    await choice(page, 'Thread').selectOption({ index: 1 });
    await page.waitForFunction('/tid=0/.test(location.hash)');
    assert.ok((await samples()) <= one);
    await close(opened);
  },
);

test('of 20,000 calls the legend says that not all rows are drawn, and a zoom leads to the last', options, async () => {
  const stack = Array.from({ length: 20_000 }, (_, i) => `f${i}`).join(';');
  const opened = await open(file('deep', profileSvg(foldedProfile(`${stack} 10\nshallow 5\n`), { title: 'deep' })));
  const { page } = opened;
  const legend = page.locator('.sj', { hasText: 'Calls deeper than 250 rows are not drawn' });
  await legend.waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('^f19999$');
  await page.keyboard.press('Enter');
  await untilShown(page, 'selected', 'f19999');
  assert.ok((await width(page, 'f19999')) > 1000);
  await legend.waitFor({ state: 'detached' });
  await close(opened);
});

test('the legend names the packages that colours stand for', options, async () => {
  const opened = await open(mails);
  await choice(opened.page, 'Colour').selectOption('package');
  await opened.page.locator('.legend span', { hasText: 'htmlparser2' }).waitFor();
  await close(opened);
});

test(
  'what V8 inlined is dashed, explained by the legend, and said in panel, tip and to screen readers',
  options,
  async () => {
    const text =
      '0..10 main;handle@/srv/app.js:7;weigh@/srv/weigh.js:4_[i] 300\n' +
      '0..10 main;handle@/srv/app.js:7;send@/srv/app.js:9 100';
    const opened = await open(file('inlined', profileSvg(profileFromText(text), { title: 'inlined' })));
    const { page } = opened;
    assert.equal(
      await frame(page, 'weigh').getAttribute('aria-label'),
      'weigh, inlined into handle (V8): 0.30 cores, 75 %',
    );
    assert.equal(await page.locator('svg.graph path.inlined').count(), 1);
    await page.locator('.legend span', { hasText: 'dashed edge: V8 inlined it into its caller' }).waitFor();
    await frame(page, 'weigh').hover();
    assert.match((await page.locator('.tip').textContent()) ?? '', /inlined into\s*handle \(V8\)/);
    await frame(page, 'weigh').click();
    assert.match((await page.locator('.panel [aria-live]').textContent()) ?? '', /inlined into\s*handle \(V8\)/);
    await page.keyboard.press('0');
    await page.locator('input[type=search]').fill('inlined');
    await page.locator('svg.graph path.inlined.on-hit').waitFor({ state: 'attached' });
    assert.deepEqual(await axeViolations(page), []);
    await close(opened);
  },
);

test('in a tall graph opened alone the root comes into sight, at whichever end it is', options, async () => {
  const stack = Array.from({ length: 120 }, (_, i) => `f${i}`).join(';');
  const opened = await open(file('tall', profileSvg(foldedProfile(`${stack} 10\n`), { title: 'tall' })));
  const { page } = opened;
  const inSight = () =>
    page.waitForFunction(`(() => {
      const box = (selector) => document.querySelector(selector)?.getBoundingClientRect();
      const root = box('svg.graph [aria-label^=all]');
      return root !== undefined && root.top > box('.top').bottom - 2 && root.bottom < innerHeight + 2;
    })()`);
  await inSight();
  for (const key of ['i', 'i', 'r', 'i']) {
    const before = await frame(page, 'all').getAttribute('y');
    await page.keyboard.press(key);
    if (key === 'i')
      await page.waitForFunction(
        `(document.querySelector('svg.graph [aria-label^=all]')?.getAttribute('y') ?? '${before}') !== '${before}'`,
      );
    await inSight();
  }
  await close(opened);
});

test('in a low window, as at 400 % zoom, nothing covers the graph', options, async () => {
  const opened = await open(differential, { viewport: { width: 320, height: 256 } });
  const { page } = opened;
  await frame(page, 'handle').click();
  await frame(page, 'handle').scrollIntoViewIfNeeded();
  await page.waitForFunction(`(() => {
    const box = document.querySelector('svg.graph [aria-label^=handle]')?.getBoundingClientRect();
    if (box === undefined) return false;
    return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.closest('svg.graph') != null;
  })()`);
  assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= 320);
  await close(opened);
});

test('printed, the whole graph with its legend and findings is on the page, without controls', options, async () => {
  const opened = await open(differential, { viewport: { width: 1240, height: 400 } });
  const { page } = opened;
  await page.evaluate('dispatchEvent(new Event("beforeprint"))');
  const shown = (selector: string) => page.locator(selector).first().boundingBox();
  for (const selector of ['svg.graph', '.legend', '.beside table']) {
    const box = await shown(selector);
    assert.ok(box && box.y >= 0 && box.y + box.height <= 400, `${selector} ${JSON.stringify(box)}`);
  }
  assert.equal(await shown('.bar'), null);
  await page.evaluate('dispatchEvent(new Event("afterprint"))');
  assert.notEqual(await shown('.bar'), null);
  assert.equal(await page.locator('svg.graph').evaluate((graph) => graph.getBoundingClientRect().width > 700), true);
  await close(opened);
});

test('without script the picture is there, under a policy that forbids all', options, async () => {
  const { page } = await (async () => {
    assert.ok(browser);
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(small);
    return { page };
  })();
  assert.equal(await page.locator('rect:has(title)').count(), 7);
  assert.match((await page.locator('text', { hasText: 'all · 100 samples' }).textContent()) ?? '', /100/);
  await page.context().close();
});

test(
  'axe finds nothing, in light and dark, on a desk and on a phone; nothing is wider than the phone',
  options,
  async () => {
    for (const [url, colorScheme, size] of [
      [differential, 'light', 1240],
      [mails, 'dark', 390],
    ] as const) {
      const opened = await open(url, { colorScheme, viewport: { width: size, height: 800 } });
      const { page } = opened;
      await page.locator('summary', { hasText: 'Keys' }).click();
      await frame(page, 'handle').click();
      assert.deepEqual(await axeViolations(page), []);
      assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= size);
      await close(opened);
    }
  },
);
