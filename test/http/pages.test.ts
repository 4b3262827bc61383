import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import test from 'node:test';
import express from 'express';
import { pagesRouter } from '../../service/http/pages/router.ts';
import { createQueries, type IncidentQueries } from '../../service/incidents/queries.ts';
import type { IncidentQuery } from '../../service/incidents/store-port.ts';
import type { GroupName } from '../../service/shared/ids.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm, cpuAlarm } from '../support/accept-alarm.ts';
import { fakeQueries } from '../support/fake-queries.ts';
import { exportCapture, filesOf } from '../support/inline-analysis.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { completeReport, incidentView } from '../support/sample-report.ts';
import { serveApp } from '../support/serve-app.ts';

const ID = completeReport.incidentId;
const SCRIPT = "if (1 < 2 && 'é') document.title = 'ran';";
const svg = (scripts: string) => ({
  contentType: 'image/svg+xml; charset=utf-8',
  text: `<svg xmlns="http://www.w3.org/2000/svg">${scripts}</svg>`,
});

const FILES = {
  'hot.svg': svg(`<script type="application/json">{"a":1}</script><script><![CDATA[${SCRIPT}]]></script>`),
  'escaped.svg': svg(`<script>if (1 &lt; 2 &amp;&amp; 'é') document.title = 'ran';</script>`),
  'smuggled.svg': svg(`<script><![CDATA[${SCRIPT}]]></script><g><script>alert(1)</script></g>`),
  'broken.svg': svg(`<script>1</script><script`),
  'linked.svg': svg('<script href="https://evil.example/x.js"></script>'),
  'report.html': { contentType: 'text/html; charset=utf-8', text: '<h1>report</h1>' },
  'hot.capture.gz': { contentType: 'application/gzip', text: 'gz' },
  'odd.bin': { contentType: 'text/html-but-not-really', text: '<script>alert(1)</script>' },
};

function serve(queries: IncidentQueries = fakeQueries([incidentView(completeReport)], FILES)): Promise<string> {
  const deps = { queries, version: '0.1.0', exportCapture, now: Date.now };
  return serveApp(express().use(pagesRouter({ ...deps, publicUrl: () => 'https://smokejumper.example' })));
}

/** Notes the first argument of each call. */
function spy<First, Rest extends unknown[], Result>(asked: First[], call: (first: First, ...rest: Rest) => Result) {
  return (first: First, ...rest: Rest): Result => {
    asked.push(first);
    return call(first, ...rest);
  };
}

const policyOf = (answer: Response) => answer.headers.get('content-security-policy') ?? '';

test('pages are answered with a policy that allows no inline script, style or foreign source', async () => {
  const base = await serve();
  for (const path of ['/', `/incidents/${ID}`, '/notifications']) {
    const answer = await fetch(base + path);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html; charset=utf-8/);
    assert.match(policyOf(answer), /^default-src 'none'; style-src 'self'; script-src 'self'/);
    assert.doesNotMatch(policyOf(answer), /unsafe|\*|https?:/);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(answer.headers.get('referrer-policy'), 'same-origin');
    assert.doesNotMatch(await answer.text(), /<script(?! src="\/assets\/)| style="| on\w+="/);
  }
});

test('a report is also served as Markdown and as plain text, and as nothing that a browser would run', async () => {
  const views = [incidentView(completeReport), incidentView(completeReport, { id: 'soon', report: null })];
  const base = await serve(fakeQueries(views, FILES));
  for (const [form, type] of [
    ['md', 'text/markdown; charset=utf-8'],
    ['txt', 'text/plain; charset=utf-8'],
  ] as const) {
    const answer = await fetch(`${base}/incidents/${ID}/report.${form}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), type);
    assert.match(policyOf(answer), /^default-src 'none'/);
    const text = await answer.text();
    assert.match(text, /0\.02 → 1\.41 cores/);
    assert.match(text, new RegExp(`https://smokejumper\\.example/incidents/${ID}`));
    assert.equal((await fetch(`${base}/incidents/soon/report.${form}`)).status, 404);
    assert.equal((await fetch(`${base}/incidents/nobody/report.${form}`)).status, 404);
  }
});

test('assets that pages name are there, and cached forever; others are not', async () => {
  const base = await serve();
  const page = await (await fetch(base)).text();
  const names = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, name]) => name ?? '');
  assert.equal(new Set(names).size, 3);
  for (const name of names) {
    const answer = await fetch(base + name);
    assert.equal(answer.status, 200, name);
    assert.match(answer.headers.get('cache-control') ?? '', /immutable/);
  }
  for (const name of [
    '/assets/',
    '/assets/page.js',
    '/assets/..%2fpages%2frouter.ts',
    '/assets/%2e%2e/pages/router.ts',
  ]) {
    assert.equal((await fetch(base + name)).status, 404, name);
  }
});

test('an unknown address is a page that says so', async () => {
  const base = await serve();
  for (const path of [
    '/nowhere',
    '/incidents/unknown',
    `/incidents/${ID}/files/none.svg`,
    `/incidents/${ID}/nothing`,
  ]) {
    const answer = await fetch(base + path);
    assert.equal(answer.status, 404, path);
    assert.match(await answer.text(), /<h1>Not found<\/h1>/);
    assert.match(policyOf(answer), /default-src 'none'/);
  }
  assert.equal((await fetch(`${base}/nowhere`, { method: 'POST' })).status, 404);
});

test('only well-formed ids and names reach the store', async () => {
  const asked: string[] = [];
  const queries = fakeQueries([incidentView(completeReport)], FILES);
  const base = await serve({
    ...queries,
    view: spy(asked, queries.view),
    file: spy(asked, queries.file),
  });
  for (const path of [
    '/incidents/..%2f..%2fetc%2fpasswd',
    '/incidents/%00',
    '/incidents/.hidden',
    `/incidents/${'x'.repeat(101)}`,
    `/incidents/${ID}/files/..%2f..%2fsmokejumper.sqlite`,
    `/incidents/${ID}/files/a%0d%0aSet-Cookie:x`,
    `/incidents/${ID}/files/%22`,
  ]) {
    assert.equal((await fetch(base + path)).status, 404, path);
  }
  assert.deepEqual(asked, []);
});

test('filters and the page reach the store', async () => {
  const asked: IncidentQuery[] = [];
  const queries = fakeQueries([]);
  const base = await serve({ ...queries, list: spy(asked, queries.list) });
  for (const query of [
    '?q=%20parse&group=web-prod&function=&before=i1f',
    '?from=2026-05-03&to=2026-05-04&state=burning&verdict=hot+path&after=i2',
    '?from=2026-05-03T10:00:00%2B02:00&to=2026-05-03T10:00:00Z&account=123456789012&region=eu-west-1',
  ]) {
    assert.equal((await fetch(`${base}/${query}`)).status, 200, query);
  }
  const day = Date.UTC(2026, 4, 3);
  const [counted, lists] = [asked.filter(({ limit }) => limit === 1), asked.filter(({ limit }) => limit !== 1)];
  assert.deepEqual(counted, Array(3).fill({ state: 'burning', limit: 1 }), 'for the title');
  assert.deepEqual(lists, [
    { limit: 50, before: 'i1f', text: 'parse', group: 'web-prod' },
    { limit: 50, after: 'i2', fromMs: day, toMs: day + 2 * 86_400_000, state: 'burning', verdict: 'hot path' },
    {
      limit: 50,
      fromMs: day + 8 * 3_600_000,
      toMs: day + 10 * 3_600_000,
      account: '123456789012',
      region: 'eu-west-1',
    },
  ]);
});

test('the first page of all incidents begins with at most ten that burn; a further page does not', async () => {
  const views = Array.from({ length: 12 }, (_, at) =>
    incidentView(completeReport, { id: `inc-${at}`, closedAtMs: at < 11 ? null : completeReport.openedAtMs }),
  );
  const asked: IncidentQuery[] = [];
  const queries = fakeQueries(views);
  const list = async (query: IncidentQuery) => ({ ...(await queries.list(query)), total: 11 });
  const base = await serve({ ...queries, list: spy(asked, list) });
  const text = async (path: string) => (await fetch(base + path)).text();
  const first = await text('/');
  assert.match(first, /<title>\(11 burning\) Incidents/);
  assert.match(first, /Burning now/);
  assert.match(first, /All 11 that burn/);
  assert.deepEqual(asked[1], { state: 'burning', limit: 10 });
  for (const path of ['/?before=i9', '/?after=i9', '/?group=web-prod'])
    assert.doesNotMatch(await text(path), /Burning now/);
});

const REFUSED: readonly (readonly [query: string, words: RegExp])[] = [
  ['verdit=x', /There is no filter “verdit”.*Filters are q, group/],
  ['q[]=a', /There is no filter “q\[\]”/],
  ['group=a&group=b', /group is given more than once/],
  [`q=${'y'.repeat(201)}`, /longer than 200 characters/],
  [`function=${'y'.repeat(301)}`, /longer than 300 characters/],
  ['verdict=fire', /does not know “fire”.*hot path, uniform slowdown/],
  ['state=open', /does not know “open”.*burning, over, failed/],
  ['account=12', /12 digits/],
  ['region=Frankfurt', /reads like eu-west-1/],
  ['from=yesterday', /does not know “yesterday”.*2026-05-03T14:00Z/],
  ['to=2026-02-31', /does not know “2026-02-31”/],
  ['from=2026-05-04&to=2026-05-03', /no time from 2026-05-04 to 2026-05-03/],
  ['before=nonsense', /not one of this list/],
  ['offset=50', /no longer found by an offset/],
  ['before=i2&after=i1', /not both/],
];

test('what is no filter, or no page of the list, is refused in words', async () => {
  const store = openTestStore();
  acceptAlarm(store, { nowMs: Date.UTC(2026, 10, 23) });
  const base = await serve(createQueries(localStore(store), { source: false, files: filesOf(localStore(store)) }));
  for (const path of ['/', '/incidents.csv', '/incidents.atom', '/incidents.json']) {
    for (const [query, words] of REFUSED) {
      const answer = await fetch(`${base}${path}?${query}`);
      assert.equal(answer.status, 400, path + query);
      assert.match(await answer.text(), words, path + query);
    }
  }
  const limit = await fetch(`${base}/incidents.json?limit=501`);
  assert.match(await limit.text(), /number from 1 to 500/);
  const back = await (await fetch(`${base}/?group=web-prod&before=nonsense`)).text();
  assert.match(back, /<a href="\/\?group&#x3D;web-prod">The first page of this list/);
  for (const query of ['after=i1', 'q=x', 'limit=5']) {
    assert.equal((await fetch(`${base}/notifications?${query}`)).status, 400, query);
  }
});

test('a group and a function have pages, by any name; what nobody recorded has none', async () => {
  const store = openTestStore();
  const group = '../..%2f & "web"';
  const alarm = cpuAlarm(0, { targets: { instanceIds: [], groups: [group as GroupName], hosts: [] } });
  const id = acceptAlarm(store, { nowMs: Date.UTC(2026, 10, 23), alarm });
  store.saveReport(id, completeReport);
  const base = await serve(createQueries(localStore(store), { source: false, files: filesOf(localStore(store)) }));
  const page = await (await fetch(`${base}/incidents/${id}`)).text();
  const links = [...page.matchAll(/<a href="(\/(?:group|function)\?[^"]+)"/g)].map(([, href = '']) =>
    href.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&'),
  );
  assert.equal(links.length, 4, links.join('\n'));
  for (const link of links) {
    const answer = await fetch(base + link);
    assert.equal(answer.status, 200, link);
    assert.match(await answer.text(), link.startsWith('/group') ? /What burnt most/ : /Cores over time/);
  }
  assert.equal((await fetch(`${base}/group?name=none`)).status, 404);
  assert.equal((await fetch(`${base}/function?place=&name=none`)).status, 404);
  for (const path of ['/group?name=a&before=i1', '/function?name=a&name=b', '/function?name=a&limit=5']) {
    assert.equal((await fetch(base + path)).status, 400, path);
  }
  assert.equal((await fetch(`${base}${links[1]}&before=nonsense`)).status, 400);
});

test('the page of an incident that was deleted says what it was, and that it is gone for good', async () => {
  const pruned = {
    id: 'inc-old',
    headline: 'parseHTML <b>1.41</b> cores',
    alarmName: 'web CPU',
    group: 'web-prod',
    openedAtMs: Date.UTC(2025, 0, 2, 3, 4, 5),
    prunedAtMs: Date.UTC(2026, 1, 3, 4, 5, 6),
    deletedBy: null,
  };
  const queries = fakeQueries([incidentView(completeReport)]);
  const base = await serve({ ...queries, pruned: async (id) => (id === 'inc-old' ? pruned : undefined) });
  const answer = await fetch(`${base}/incidents/inc-old`);
  const html = await answer.text();
  assert.equal(answer.status, 410);
  assert.match(policyOf(answer), /default-src 'none'/);
  for (const words of ['parseHTML &lt;b&gt;', 'web CPU', 'web-prod', '2026-02-03 04:05:06', '2025-01-02 03:04:05']) {
    assert.ok(html.includes(words), words);
  }
  assert.equal((await fetch(`${base}/incidents/inc-other`)).status, 404);
});

test("a flame graph's own script may run, and no other", async () => {
  const base = await serve();
  const hash = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;
  const policy = async (name: string) => policyOf(await fetch(`${base}/incidents/${ID}/files/${name}`));
  assert.ok((await policy('hot.svg')).includes(`script-src ${hash}`));
  assert.ok((await policy('escaped.svg')).includes(`script-src ${hash}`));
  for (const name of ['smuggled.svg', 'broken.svg', 'linked.svg']) {
    assert.ok((await policy(name)).includes("script-src 'none'"), name);
  }
});

test('the report file is shown in a sandbox; what browsers need not display is a download', async () => {
  const base = await serve();
  const fileOf = (name: string) => fetch(`${base}/incidents/${ID}/files/${name}`);
  const report = await fileOf('report.html');
  assert.match(policyOf(report), /^sandbox allow-scripts; default-src 'none'/);
  assert.match(report.headers.get('content-disposition') ?? '', /^inline/);
  for (const name of ['hot.capture.gz', 'odd.bin']) {
    const answer = await fileOf(name);
    assert.equal(answer.headers.get('content-disposition'), `attachment; filename="${ID}-${name}"`);
    assert.match(policyOf(answer), /^sandbox; default-src 'none'/);
  }
});

test('a file that the browser has is not sent again', async () => {
  const base = await serve();
  const url = `${base}/incidents/${ID}/files/hot.svg`;
  const etag = (await fetch(url)).headers.get('etag') ?? '';
  assert.match(etag, /^"[0-9a-f]{64}"$/);
  // Not fetch: with a condition of one's own it also sends `cache-control: no-cache`.
  const [again] = await once(get(url, { headers: { 'if-none-match': etag } }), 'response');
  again.resume();
  assert.equal(again.statusCode, 304);
});

test('a file of many megabytes comes whole, packed or not, and its policy is made in no time', async () => {
  const names = Array.from({ length: 200_000 }, (_, at) => `<text>&lt;script&gt; ${at}</text>`).join('');
  const script = `<script><![CDATA[${SCRIPT}]]></script>`;
  const files = { 'big.svg': svg(script + names), 'bomb.svg': svg('<script>'.repeat(300_000)) };
  const base = await serve(fakeQueries([incidentView(completeReport)], files));
  const url = `${base}/incidents/${ID}/files/big.svg`;
  const packed = await fetch(url);
  assert.equal(packed.headers.get('content-encoding'), 'gzip');
  assert.ok((await packed.text()) === files['big.svg'].text);
  const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
  assert.equal(plain.headers.get('content-encoding'), null);
  assert.equal(Number(plain.headers.get('content-length')), Buffer.byteLength(files['big.svg'].text));
  assert.ok((await plain.text()) === files['big.svg'].text);
  const from = performance.now();
  const bomb = await fetch(`${base}/incidents/${ID}/files/bomb.svg`, { method: 'HEAD' });
  assert.ok(policyOf(bomb).includes("script-src 'none'"));
  assert.ok(performance.now() - from < 2000, `${performance.now() - from} ms`);
});
