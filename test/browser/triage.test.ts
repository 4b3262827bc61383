/** People work on an incident: with script and without, by mouse and on a phone. */
import assert from 'node:assert/strict';
import test from 'node:test';
import express from 'express';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { pagesRouter } from '../../service/http/pages/router.ts';
import { createQueries } from '../../service/incidents/queries.ts';
import { createTriage } from '../../service/incidents/triage/triage-commands.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { silentLog } from '../../service/shared/log.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { axeViolations } from '../support/browser/axe-violations.ts';
import { openBrowser, SKIP_BROWSER } from '../support/browser/open-browser.ts';
import { ManualClock } from '../support/fakes/manual-clock.ts';
import { exportCapture, filesOf } from '../support/inline-analysis.ts';
import { openTestDatabase } from '../support/open-test-store.ts';
import { completeReport } from '../support/sample-report.ts';
import { serveApp } from '../support/serve-app.ts';

const NOW = Date.UTC(2026, 2, 14, 9, 0, 0);
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
/** A folder for pictures of each step, to be looked at. */
const SHOTS = process.env.TRIAGE_SHOTS;

/** One for the file: a browser takes seconds. */
const browser = SKIP_BROWSER === false ? await openBrowser() : undefined;

async function setUp(options: BrowserContextOptions = {}, state: 'over' | 'under way' = 'over') {
  const { db, store: synchronous } = openTestDatabase();
  const store = localStore(synchronous);
  const clock = new ManualClock(NOW);
  const queries = createQueries(store, { source: true, files: filesOf(store), now: () => clock.now() });
  const triage = { commands: createTriage({ store, clock, log: silentLog }), origin: null };
  const publicUrl = () => 'https://smoke.example.com';
  const deps = { queries, version: '0.1.0', publicUrl, now: () => NOW, exportCapture, triage };
  const base = await serveApp(express().use(pagesRouter(deps)));
  const id = acceptAlarm(synchronous, { nowMs: NOW - 3_600_000 });
  synchronous.saveReport(id, completeReport);
  if (state === 'over') db.exec(`UPDATE incident SET state = 'notified', closed_at_ms = ${NOW}`);
  assert.ok(browser);
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  if (state === 'under way') await page.clock.install();
  await page.goto(`${base}/incidents/${id}`);
  return { base, id, page, context, complaints, store: synchronous, triageNow: () => synchronous.triage(id, NOW) };
}

const section = (page: Page) => page.locator('section.triage');
const marks = async (page: Page) => (await section(page).locator('.marks .pill').allTextContents()).join(', ');

async function press(page: Page, name: string | RegExp): Promise<void> {
  await section(page)
    .getByRole('button', { name, exact: typeof name === 'string' })
    .click();
  await page.waitForLoadState();
}

async function unfold(page: Page, summary: string): Promise<void> {
  await section(page).locator('summary', { hasText: summary }).click();
}

async function sayWho(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await press(page, 'Use this name');
}

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: false });
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with script' : 'without script';

  test(`who has said his name acknowledges, assigns, pins, and takes it back, ${how}`, {
    skip: SKIP_BROWSER,
  }, async () => {
    const { page, context, complaints, triageNow } = await setUp({ javaScriptEnabled });
    assert.equal(await section(page).getByRole('button', { name: 'Acknowledge' }).count(), 0);
    await sayWho(page, 'Ann');
    assert.match(page.url(), /#triage$/);
    await press(page, 'Acknowledge');
    await press(page, 'Assign to me');
    await press(page, 'Pin');
    assert.equal(await marks(page), 'acknowledged by Ann, assigned to Ann, pinned');
    await press(page, 'Take acknowledgement back');
    await press(page, 'Unpin');
    await unfold(page, 'Assign, known, fixed, labels');
    await page.getByLabel('Assigned to').fill('');
    await press(page, 'Assign');
    assert.equal(await marks(page), '');
    const trail = await page.locator('section[aria-labelledby=trail] li').allTextContents();
    assert.deepEqual(
      trail.map((line) => line.replace(/^.*UTC(?:, [^a-z]*[a-z].*? ago)?/, '')),
      [
        'Ann acknowledged it',
        'Ann assigned it to Ann',
        'Ann pinned it: it is kept whatever its age',
        'Ann took back that Ann acknowledged it',
        'Ann unpinned it',
        'Ann assigned it to nobody (before: Ann)',
      ],
    );
    assert.equal(triageNow().assignee, null);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test(`notes are Markdown without HTML, pictures and strange links, and are settled, ${how}`, {
    skip: SKIP_BROWSER,
  }, async () => {
    const { page, context, complaints } = await setUp({ javaScriptEnabled });
    await sayWho(page, 'Ann');
    await unfold(page, 'Add a note');
    await page
      .getByLabel('Note, in Markdown')
      .fill(
        '# Seen\n**bold** [ticket](https://example.com/1) [bad](javascript:alert(1)) <img src=x onerror=alert(1)> ' +
          '![pixel](https://evil.example/p.png)\n\n- one\n- two\n\n`code` https://example.com/2',
      );
    await press(page, 'Add the note');
    const note = section(page).locator('.notes .markdown');
    assert.equal(await note.locator('strong').first().textContent(), 'Seen');
    assert.equal(await note.locator('li').count(), 2);
    assert.equal(await note.locator('img, script, h1').count(), 0);
    assert.deepEqual(
      await note
        .locator('a')
        .evaluateAll((links) => links.map((link) => `${link.getAttribute('href')} ${link.getAttribute('rel')}`)),
      [
        'https://example.com/1 noopener nofollow',
        'https://evil.example/p.png noopener nofollow',
        'https://example.com/2 noopener nofollow',
      ],
    );
    await press(page, /^Settled/);
    assert.equal(await note.first().isVisible(), false);
    await unfold(page, 'Settled notes: 1');
    assert.equal(await note.first().isVisible(), true);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test(`an incident gets labels, is known, and fixed, ${how}`, { skip: SKIP_BROWSER }, async () => {
    const { page, context, base } = await setUp({ javaScriptEnabled });
    await sayWho(page, 'Ann');
    const fill = async (label: string, text: string, button: string) => {
      await unfold(page, 'Assign, known, fixed, labels');
      await page.getByLabel(label).fill(text);
      await press(page, button);
    };
    await fill('New label', 'Regex', 'Add');
    await fill('New label', 'upstream', 'Add');
    await fill('Known:', 'OPS-12', 'Mark as known');
    await fill('Fixed in:', '2.3.1', 'Mark as fixed');
    assert.equal(await marks(page), 'known: OPS-12, fixed in 2.3.1, # regex, # upstream');
    await page.goto(base);
    assert.match((await page.locator('.incidents .marks').textContent()) ?? '', /known: OPS-12.*# upstream/);
    await page.goBack();
    await unfold(page, 'Assign, known, fixed, labels');
    await press(page, 'Remove # regex');
    await unfold(page, 'Assign, known, fixed, labels');
    await press(page, 'Not known any more');
    assert.equal(await marks(page), 'fixed in 2.3.1, # upstream');
    await context.close();
  });

  test(`a group is muted and unmuted, ${how}`, { skip: SKIP_BROWSER }, async () => {
    const { page, context, base, id, store } = await setUp({ javaScriptEnabled });
    await sayWho(page, 'Ann');
    await unfold(page, 'Mute the group web-prod');
    await page.getByLabel('Why (may').fill('deploy');
    await page.getByLabel('For', { exact: true }).selectOption('8h');
    await press(page, 'Mute');
    assert.equal(await marks(page), 'group muted until 2026-03-14 17:00:00 UTC');
    await page.goto(base);
    assert.match(
      (await page.locator('section[aria-labelledby=muted]').textContent()) ?? '',
      /web-prod.*by Ann: deploy/,
    );
    await page.goto(`${base}/incidents/${id}`);
    await unfold(page, 'Mute the group web-prod');
    await press(page, 'Unmute');
    assert.deepEqual(store.mutes(NOW), []);
    await context.close();
  });

  test(`an incident is deleted after a question, and its address says so, ${how}`, {
    skip: SKIP_BROWSER,
  }, async () => {
    const { page, context, store, id } = await setUp({ javaScriptEnabled });
    await sayWho(page, 'Ann');
    await page.getByRole('link', { name: 'Delete this incident' }).click();
    await shoot(page, `delete-${javaScriptEnabled}`);
    await page.getByRole('button', { name: 'Delete it for good, as Ann' }).click();
    await page.waitForLoadState();
    assert.match(
      (await page.locator('main').textContent()) ?? '',
      /was deleted on 2026-03-14 09:00:00 UTC(?:, .* ago)? by Ann/,
    );
    assert.equal(store.row(id), undefined);
    await context.close();
  });
}

test('what somebody else changed meanwhile is not overwritten: the page says so, and leads back', {
  skip: SKIP_BROWSER,
}, async () => {
  const { page, context, store, id, triageNow } = await setUp();
  await sayWho(page, 'Ann');
  store.change(id as IncidentId, { what: 'assign', to: 'bob' }, 'bob', NOW);
  await press(page, 'Assign to me');
  assert.match((await page.locator('main').textContent()) ?? '', /Meanwhile it is assigned to "bob"/);
  await shoot(page, 'conflict');
  await page.getByRole('link', { name: 'Back to the incident' }).click();
  assert.equal(await marks(page), 'assigned to bob');
  assert.equal(triageNow().assignee, 'bob');
  await context.close();
});

test('what is typed stays while the page renews itself, and the page goes on when it is sent or gone', {
  skip: SKIP_BROWSER,
}, async () => {
  const { page, context, store, id } = await setUp({}, 'under way');
  await sayWho(page, 'Ann');
  await unfold(page, 'Add a note');
  await page.getByLabel('Note, in Markdown').fill('half a sentence');
  await unfold(page, 'Add a note');
  store.change(id, { what: 'label', label: 'regex' }, 'bob', NOW);
  await page.clock.runFor(10_000);
  assert.equal(await marks(page), '');
  await unfold(page, 'Add a note');
  assert.equal(await page.getByLabel('Note, in Markdown').inputValue(), 'half a sentence');
  await page.getByLabel('Note, in Markdown').fill('');
  await unfold(page, 'Add a note');
  await page.clock.runFor(10_000);
  await section(page).getByText('# regex').first().waitFor();
  await context.close();
});

test('the page, the list and the log are accessible and fit the screen, in light and dark', {
  skip: SKIP_BROWSER,
}, async () => {
  for (const [viewport, colorScheme] of [
    [DESKTOP, 'light'],
    [PHONE, 'dark'],
    [PHONE, 'light'],
  ] as const) {
    const { page, context, base, id, store, complaints } = await setUp({ viewport, colorScheme });
    const long = 'a very long word indeed: '.padEnd(190, 'x');
    store.change(id, { what: 'acknowledge' }, 'Ann', NOW);
    store.change(id, { what: 'known', to: long }, 'Ann', NOW);
    store.change(id, { what: 'label', label: 'regex' }, 'Ann', NOW);
    store.change(
      id,
      { what: 'note', text: `Restarting **helps** for an hour.\n\n- one\n- ${'y'.repeat(300)}` },
      'Bob',
      NOW,
    );
    store.mute({ group: 'web-prod', untilMs: NOW + 1000, by: 'Bob', atMs: NOW, reason: long });
    const shot = `${viewport.width}-${colorScheme}`;
    const check = async (name: string) => {
      assert.deepEqual(await axeViolations(page), [], `${name} ${shot}`);
      const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
      assert.ok(width <= viewport.width, `${name} is ${width} px wide on ${viewport.width}`);
    };
    await page.reload();
    await check('stranger');
    await section(page).scrollIntoViewIfNeeded();
    await shoot(page, `stranger-${shot}`);
    await sayWho(page, 'Ann');
    await page.evaluate("for (const part of document.querySelectorAll('.triage details')) part.open = true");
    await check('incident');
    if (SHOTS !== undefined) await section(page).screenshot({ path: `${SHOTS}/triage-${shot}.png` });
    await page.locator('section[aria-labelledby=trail]').scrollIntoViewIfNeeded();
    await shoot(page, `trail-${shot}`);
    for (const [path, name] of [
      ['/', 'list'],
      ['/operations', 'operations'],
      [`/incidents/${id}/delete`, 'delete'],
    ] as const) {
      await page.goto(base + path);
      await check(name);
      await shoot(page, `${name}-${shot}`);
    }
    assert.deepEqual(complaints, []);
    await context.close();
  }
});

test('over plain HTTP, where browsers say less, forms are known by their origin', { skip: SKIP_BROWSER }, async () => {
  const other = await openBrowser(['--host-resolver-rules=MAP smoke.test 127.0.0.1']);
  const { base, id, context } = await setUp();
  await context.close();
  const address = base.replace('127.0.0.1', 'smoke.test');
  const page = await other.newPage();
  await page.goto(`${address}/incidents/${id}`);
  const [request] = await Promise.all([page.waitForRequest((asked) => asked.method() === 'POST'), sayWho(page, 'Ann')]);
  const headers = await request.allHeaders();
  assert.deepEqual([headers['sec-fetch-site'], headers.origin], [undefined, address]);
  await press(page, 'Pin');
  assert.equal(await marks(page), 'pinned');
  await page.route('**/evil', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${address}/incidents/${id}/unpin"><button>x</button></form>`,
    }),
  );
  await page.goto('http://evil.test/evil');
  await page.getByRole('button').click();
  await page.waitForLoadState();
  assert.match((await page.locator('main').textContent()) ?? '', /Not allowed/);
});
