import assert from 'node:assert/strict';
import test from 'node:test';
import express from 'express';
import type { Page } from 'playwright-core';
import { pagesRouter } from '../../service/http/pages/router.ts';
import type { IncidentView } from '../../service/incidents/incident-view.ts';
import { renderReportFile } from '../../service/report/report-file.ts';
import { axeViolations } from '../support/browser/axe-violations.ts';
import { openBrowser, SKIP_BROWSER } from '../support/browser/open-browser.ts';
import { fakeQueries } from '../support/fake-queries.ts';
import { exportCapture } from '../support/inline-analysis.ts';
import { planFake } from '../support/plan-fake.ts';
import { completeReport, failedHotReport, hostileReport, incidentView } from '../support/sample-report.ts';
import { completeSource, hostileSource } from '../support/sample-source.ts';
import { serveApp } from '../support/serve-app.ts';
import { until } from '../support/until.ts';

const PHONE = { width: 390, height: 800 };
const DESKTOP = { width: 1280, height: 900 };
const HOSTILE = `</script><img src=x onerror="window.hit=1">'"><script>window.hit=1</script>`;

/** What a graph does on a page, without the graph: it says how it is looked at, and notes what it is told. */
const GRAPH_SCRIPT = `
const frame = document.getElementById('f');
frame.addEventListener('click', () => {
  frame.setAttribute('width', '600');
  document.dispatchEvent(new CustomEvent('smokejumper:view', {
    detail: { v: 1, search: 'x&y~z', path: ['main\\n/srv/app.js:1'], link: 'at=1x', step: true },
  }));
});
document.addEventListener('smokejumper:show', (event) => {
  const { dataset } = document.documentElement;
  dataset.shown = JSON.stringify(event.detail);
  dataset.times = String(Number(dataset.times ?? 0) + 1);
});`;
const graph = (title: string) =>
  '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="1200" height="300" viewBox="0 0 1200 300">' +
  `<title>${title}</title><rect id="f" width="1200" height="300" fill="#ddd"/>` +
  `<script><![CDATA[${GRAPH_SCRIPT}]]></script></svg>`;
const svgs = { hot: graph('hot'), healthy: graph('healthy'), differential: graph('differential') };
const FILES = {
  ...Object.fromEntries(
    Object.entries(svgs).map(([name, text]) => [`${name}.svg`, { contentType: 'image/svg+xml; charset=utf-8', text }]),
  ),
  'report.html': {
    contentType: 'text/html; charset=utf-8',
    text: renderReportFile(completeReport, { svgs, source: completeSource }),
  },
};

const VIEWS: IncidentView[] = [
  incidentView(completeReport, { id: 'complete', source: completeSource }),
  incidentView(failedHotReport, { id: 'failed', closedAtMs: null }),
  incidentView(hostileReport(HOSTILE), { id: 'hostile', source: hostileSource(HOSTILE) }),
];

const SETUP = {
  facts: {
    topicArns: ['arn:aws:sns:eu-west-1:123456789012:cpu-alarms'],
    publicUrl: 'https://smokejumper.example',
    region: 'eu-west-1',
  },
  tryOut: { plan: planFake(), origin: null },
};

/** One for the file: starting a browser takes seconds. */
const browser = SKIP_BROWSER === false ? await openBrowser() : undefined;

async function setUp(views: IncidentView[] = VIEWS) {
  const base = await serveApp(
    express().use(
      pagesRouter({
        queries: fakeQueries(views, FILES),
        setup: SETUP,
        version: '0.1.0',
        exportCapture,
        publicUrl: () => 'https://smokejumper.example',
        now: Date.now,
      }),
    ),
  );
  assert.ok(browser);
  const complaints: string[] = [];
  const open = async (path: string, options: { viewport?: typeof PHONE; colorScheme?: 'light' | 'dark' } = {}) => {
    const page = await (await browser.newContext({ viewport: DESKTOP, ...options })).newPage();
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(base + path);
    return page;
  };
  return { base, open, complaints };
}

test('pages are accessible, fit the screen and log no error: light and dark, desktop and phone', {
  skip: SKIP_BROWSER,
}, async () => {
  const { open, complaints } = await setUp();
  for (const path of [
    '/',
    '/notifications',
    '/incidents/complete',
    '/incidents/failed',
    '/incidents/complete/files/report.html',
  ]) {
    for (const [viewport, colorScheme] of [
      [DESKTOP, 'light'],
      [PHONE, 'dark'],
    ] as const) {
      const page = await open(path, { viewport, colorScheme });
      assert.deepEqual(await axeViolations(page), [], `${path} ${colorScheme}`);
      const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
      assert.ok(width <= viewport.width, `${path} is ${width} px wide on ${viewport.width}`);
      await page.context().close();
    }
  }
  assert.deepEqual(complaints, []);
});

test('hostile text fits the phone and runs nothing', { skip: SKIP_BROWSER }, async () => {
  const { open, complaints } = await setUp();
  for (const path of ['/', '/incidents/hostile']) {
    const page = await open(path, { viewport: PHONE });
    assert.equal(await page.evaluate("'hit' in window"), false);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), PHONE.width);
    await page.context().close();
  }
  assert.deepEqual(complaints, []);
});

test('code is shown without a script, its lines unbroken; on paper nothing of it is cut off', {
  skip: SKIP_BROWSER,
}, async () => {
  const { base } = await setUp();
  assert.ok(browser);
  const page = await (await browser.newContext({ viewport: PHONE, javaScriptEnabled: false })).newPage();
  await page.goto(`${base}/incidents/complete`);
  const card = page.locator('.card.source');
  assert.match((await card.locator('tr.marked').textContent()) ?? '', /^256, the hottest line71 %.*element\.inherit/);
  const row = await card.locator('tr.marked').boundingBox();
  assert.ok(row && row.height < 30, 'one line');
  await page.locator('details.source summary').click();
  assert.ok(await page.getByText('export function decodeEnvelope').isVisible());
  await page.emulateMedia({ media: 'print' });
  const [paper, code] = [await card.boundingBox(), await card.locator('table').boundingBox()];
  assert.ok(paper && code && code.x + code.width <= paper.x + paper.width + 1, 'lines are broken to fit');
  await page.context().close();
});

test('an unknown page is accessible, too', { skip: SKIP_BROWSER }, async () => {
  const { open } = await setUp();
  const page = await open('/incidents/none');
  assert.deepEqual(await axeViolations(page), []);
  await page.context().close();
});

test('the three graphs are tabs that the keyboard moves through', { skip: SKIP_BROWSER }, async () => {
  const { open } = await setUp();
  const page = await open('/incidents/complete');
  const shown = () => page.locator('.graph:visible').getAttribute('id');
  assert.equal(await shown(), 'graph-differential');
  await page.getByRole('tab', { name: 'What changed' }).focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await shown(), 'graph-hot');
  await page.keyboard.press('End');
  assert.equal(await shown(), 'graph-healthy');
  await page.keyboard.press('ArrowRight');
  assert.equal(await shown(), 'graph-differential');
  await page.getByRole('tab', { name: 'Hot instance' }).click();
  assert.equal(await shown(), 'graph-hot');
});

test('a graph that is not in front keeps its document, and all three can be seen at once', {
  skip: SKIP_BROWSER,
}, async () => {
  const { open } = await setUp();
  const page = await open('/incidents/complete#graph-healthy');
  const visible = () => page.locator('.graph:visible').evaluateAll((panels) => panels.map((panel) => panel.id));
  assert.deepEqual(await visible(), ['graph-healthy'], 'the address says which one');
  await page.evaluate("document.querySelector('#graph-healthy object').contentDocument.explored = true");
  await page.getByRole('tab', { name: 'What changed' }).click();
  await page.getByRole('tab', { name: 'Healthy peer' }).click();
  assert.equal(await page.evaluate("document.querySelector('#graph-healthy object').contentDocument.explored"), true);
  const together = page.getByRole('button', { name: 'All three' });
  await together.click();
  assert.deepEqual(await visible(), ['graph-differential', 'graph-hot', 'graph-healthy']);
  assert.equal(await together.getAttribute('aria-pressed'), 'true');
  assert.deepEqual(await axeViolations(page), []);
  await page.getByRole('tab', { name: 'Hot instance' }).click();
  assert.deepEqual(await visible(), ['graph-hot']);
});

/** Of the page's document, what `told` reads. */
interface GraphObjects {
  querySelectorAll(tag: 'object'): Iterable<{
    readonly parentElement: { readonly id: string } | null;
    readonly contentDocument: { readonly documentElement: { readonly dataset: Record<string, string> } } | null;
  }>;
}

/** What each graph was told last, and how often. */
function told(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() => {
    const objects = [...(globalThis as unknown as { document: GraphObjects }).document.querySelectorAll('object')];
    return Object.fromEntries(
      objects.map((object) => {
        const { shown = '', times = '0' } = object.contentDocument?.documentElement.dataset ?? {};
        return [object.parentElement?.id ?? '', `${times} ${shown}`];
      }),
    );
  });
}

test('what is done in one graph is done in the others, once', { skip: SKIP_BROWSER }, async () => {
  const { open, complaints } = await setUp();
  const page = await open('/incidents/complete#graph-hot');
  await page
    .frame({ url: /hot\.svg/ })
    ?.locator('#f')
    .click();
  const view = JSON.stringify({ search: 'x&y~z', path: ['main\n/srv/app.js:1'] });
  assert.deepEqual(await told(page), {
    'graph-differential': `1 ${view}`,
    'graph-hot': '0 ',
    'graph-healthy': `1 ${view}`,
  });
  // The address has it, too: opened by somebody else, the graph that made it is told, and tells the others.
  const again = await open(page.url().replace(/^.*(?=\/incidents)/, ''));
  assert.match(again.url(), /#graph-hot~at=1x$/);
  await until(10_000, 'the graph is told', async () => ((await told(again))['graph-hot'] === '0 ' ? undefined : true));
  assert.deepEqual(await told(again), {
    'graph-differential': '0 ',
    'graph-hot': '1 {"link":"at=1x"}',
    'graph-healthy': '0 ',
  });
  assert.equal(await again.locator('.graph:visible').getAttribute('id'), 'graph-hot');
  assert.deepEqual(complaints, []);
});

test('an address that is not one of our states is left to the page', { skip: SKIP_BROWSER }, async () => {
  const { open, complaints } = await setUp();
  for (const hash of [
    '#graph-none',
    '#~',
    '#graph-hot~%',
    '#graph-hot~null',
    '#graph-hot~[1]',
    '#graph-hot~{"path":[1],"v":9}',
  ]) {
    const page = await open(`/incidents/complete${hash}`);
    const front = await page.locator('.graph:visible').getAttribute('id');
    assert.equal(front, hash.startsWith('#graph-hot') ? 'graph-hot' : 'graph-differential', hash);
    for (const state of Object.values(await told(page)))
      assert.match(state, /^(?:0 |1 \{(?:"link":"[^"]*")?\})$/, hash);
    await page.context().close();
  }
  assert.deepEqual(complaints, []);
});

test('a click or Enter on a finding brings the differential to the front and shows the function in all graphs', {
  skip: SKIP_BROWSER,
}, async () => {
  const { open, complaints } = await setUp();
  const page = await open('/incidents/complete#graph-hot');
  const shown = (name: string, file: string, line: number) => JSON.stringify({ fn: { name, file, line } });
  await page.getByRole('group', { name: 'Findings' }).getByRole('link', { name: 'decodeEnvelope' }).click();
  assert.equal(await page.locator('.graph:visible').getAttribute('id'), 'graph-differential');
  const envelope = shown('decodeEnvelope', '/srv/app/src/envelope.js', 88);
  assert.deepEqual(Object.values(await told(page)), Array(3).fill(`1 ${envelope}`));
  const top = Number(await page.evaluate("document.querySelector('[data-graphs]').getBoundingClientRect().top"));
  assert.ok(top >= -1 && top < DESKTOP.height / 2, `the graphs are in sight, ${top}`);
  await page.getByRole('group', { name: 'Findings' }).getByRole('link', { name: 'Parser.parseHTML' }).focus();
  await page.keyboard.press('Enter');
  const parser = shown('Parser.parseHTML', '/srv/app/node_modules/htmlparser2/lib/Parser.js', 212);
  assert.deepEqual(Object.values(await told(page)), Array(3).fill(`2 ${parser}`));
  assert.deepEqual(complaints, []);
});

test('a table of findings sorts by a click, largest first', { skip: SKIP_BROWSER }, async () => {
  const { open } = await setUp();
  const page = await open('/incidents/complete');
  const names = () => page.locator('section[aria-labelledby=findings] tbody .name').allTextContents();
  assert.deepEqual(await names(), ['Parser.parseHTML', 'decodeEnvelope', 'Gzip.processChunk']);
  const table = page.locator('section[aria-labelledby=findings]');
  await table.getByRole('button', { name: 'Healthy' }).click();
  assert.deepEqual(await names(), ['Gzip.processChunk', 'decodeEnvelope', 'Parser.parseHTML']);
  await table.getByRole('button', { name: 'Healthy' }).click();
  assert.deepEqual(await names(), ['Parser.parseHTML', 'decodeEnvelope', 'Gzip.processChunk']);
  assert.equal(await table.getByRole('columnheader', { name: 'Healthy' }).getAttribute('aria-sort'), 'ascending');
});

test('the page of an incident under way refreshes itself until the report is there', {
  skip: SKIP_BROWSER,
}, async () => {
  const views = [
    incidentView(completeReport, {
      id: 'complete',
      state: 'dispatched',
      report: null,
      headline: null,
      verdictClass: null,
      closedAtMs: null,
    }),
  ];
  const { open, complaints } = await setUp(views);
  const page = await open('/incidents/complete');
  await page.getByText('Recording', { exact: true }).waitFor();
  views[0] = incidentView(completeReport, { id: 'complete' });
  await page.getByRole('heading', { level: 1, name: 'parseHTML (htmlparser2) 0.02 → 1.41 cores' }).waitFor();
  await page.getByRole('tab', { name: 'Hot instance' }).click();
  assert.equal(await page.evaluate('document.body.dataset.live'), undefined);
  assert.deepEqual(complaints, []);
});

const UNDER_WAY = { report: null, headline: null, verdictClass: null, closedAtMs: null, deliveries: [] };

function recordingFor(startsInMs: number): Partial<IncidentView> {
  const recording = { startAtMs: Date.now() + startsInMs, seconds: 30, instances: 2, ended: 0 };
  return { ...UNDER_WAY, state: 'dispatched', progress: { atMs: Date.now(), queue: null, recording } };
}

test('a recording counts on by itself; without script it says how far it was', { skip: SKIP_BROWSER }, async () => {
  const views = [incidentView(completeReport, { id: 'running', ...recordingFor(-12_100) })];
  const { base, open, complaints } = await setUp(views);
  assert.ok(browser);
  const still = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await still.goto(`${base}/incidents/running`);
  assert.ok(await still.getByText('Recording, 12 of 30 s.').isVisible());
  assert.equal(await still.locator('progress').getAttribute('value'), '12');
  await still.context().close();
  const page = await open('/incidents/running', { viewport: PHONE, colorScheme: 'dark' });
  await page.getByText('Recording, 14 of 30 s.').waitFor();
  assert.equal(await page.locator('progress').evaluate((bar: { value?: number }) => bar.value), 14);
  assert.deepEqual(await axeViolations(page), []);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('the first run: the empty list teaches the steps, and a tried alarm says what it would do', {
  skip: SKIP_BROWSER,
}, async () => {
  const { open, complaints } = await setUp([]);
  for (const [viewport, colorScheme] of [
    [DESKTOP, 'light'],
    [PHONE, 'dark'],
  ] as const) {
    const page = await open('/', { viewport, colorScheme });
    assert.ok(await page.getByText('aws cloudwatch put-metric-alarm').isVisible());
    assert.deepEqual(await axeViolations(page), []);
    await page.getByLabel('Auto Scaling group').fill('web-prod');
    await page.getByRole('button', { name: 'What would an alarm do?' }).click();
    await page.getByRole('heading', { name: 'An alarm of web-prod now: accepted' }).waitFor();
    assert.ok(await page.getByRole('cell', { name: 'the highest CPU' }).isVisible());
    assert.deepEqual(await axeViolations(page), []);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), viewport.width);
    await page.context().close();
  }
  assert.deepEqual(complaints, []);
});

test('what burns stands above the list, and in the title', { skip: SKIP_BROWSER }, async () => {
  const { open } = await setUp();
  const page = await open('/', { viewport: PHONE });
  assert.equal(await page.title(), '(1 burning) Incidents, Smokejumper');
  const burning = page.getByRole('region', { name: 'Burning now' });
  assert.equal(await burning.getByRole('listitem').count(), 1);
  assert.equal(await page.getByRole('region', { name: 'All incidents' }).getByRole('listitem').count(), 3);
  await page.context().close();
});

test('a graph that somebody explores stays as it is while the rest of the page refreshes itself', {
  skip: SKIP_BROWSER,
}, async () => {
  const views = [incidentView(completeReport, { id: 'complete', state: 'analyzed', closedAtMs: null })];
  const { open, complaints } = await setUp(views);
  const page = await open('/incidents/complete');
  await page.getByRole('tab', { name: 'Hot instance' }).click();
  const mark = () => page.evaluate("document.querySelector('#graph-hot object').contentDocument.explored");
  await page.evaluate("document.querySelector('#graph-hot object').contentDocument.explored = true");
  await page.getByText('Writing the report', { exact: true }).waitFor();
  views[0] = incidentView(completeReport, { id: 'complete' });
  await page.getByText('in ALARM for').waitFor();
  assert.equal(await page.locator('.steps').count(), 0);
  assert.equal(await page.locator('section[aria-labelledby=graphs]').count(), 1);
  assert.equal(await page.locator('section[aria-labelledby=findings]').count(), 1);
  assert.equal(await mark(), true);
  assert.equal(await page.locator('.graph:visible').getAttribute('id'), 'graph-hot');
  assert.deepEqual(complaints, []);
});

test('graphs in the report file run their own scripts, apart from each other', { skip: SKIP_BROWSER }, async () => {
  const { open, complaints } = await setUp();
  const page = await open('/incidents/complete/files/report.html');
  for (const name of ['What changed', 'Hot instance', 'Healthy peer']) {
    const frame = page.frameLocator(`iframe[title="Flame graph: ${name}"]`);
    await frame.locator('#f').click();
    assert.equal(await frame.locator('#f').getAttribute('width'), '600');
  }
  assert.deepEqual(complaints, []);
});
