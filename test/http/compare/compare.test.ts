import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import express from 'express';
import type { ComparingDeps } from '../../../service/http/compare/comparisons.ts';
import { pagesRouter } from '../../../service/http/pages/router.ts';
import type { Baseline } from '../../../service/incidents/baseline/baseline.ts';
import { AppError } from '../../../service/shared/errors.ts';
import { fakeQueries } from '../../support/fake-queries.ts';
import { exportCapture, inlineAnalysis, MemoryCache } from '../../support/inline-analysis.ts';
import { completeReport, incidentView } from '../../support/sample-report.ts';
import { serveApp } from '../../support/serve-app.ts';

const ID = completeReport.incidentId;
const CAPTURES = join(import.meta.dirname, '../../fixtures/captures');
const idOf = (role: 'hot' | 'peer') => completeReport.captures.find((one) => one.role === role)?.captureId ?? '';
const packed = (name: string) => ({
  contentType: 'application/gzip',
  bytes: readFileSync(join(CAPTURES, `${name}.capture.gz`)),
});
const content = packed('busy-healthy').bytes;
const BASELINE = {
  ...{ id: 'cap-baseline-0', group: 'web-prod', instanceId: 'i-0abc', begunAtMs: Date.UTC(2026, 1, 3, 4) },
  ...{ accountId: null, region: null, launchedBy: null, cpuPercent: 20, seconds: 10, hz: 99, startAtMs: null },
  ...{ commandId: null, outcome: 'collected', failure: null, attempts: 0 },
} as unknown as Baseline;
const NORMAL = 'main;work;parse 400\nmain;work;send 600\n';
const BURNING = 'main;work;parse 2400\nmain;work;send 600\n';

async function serve(world: Partial<ComparingDeps> = {}) {
  const views = [incidentView(completeReport, { id: ID }), incidentView(completeReport, { id: 'soon', report: null })];
  const queries = fakeQueries(views, {
    [`${idOf('hot')}.capture.gz`]: packed('busy-hot'),
    [`${idOf('peer')}.capture.gz`]: packed('busy-healthy'),
  });
  const deletedAt = Date.UTC(2026, 1, 3);
  const deleted = { headline: null, alarmName: 'cpu', group: null, openedAtMs: 0, deletedBy: null };
  const pruned: typeof queries.pruned = async (id) =>
    id === 'deleted' ? { ...deleted, id, prunedAtMs: deletedAt } : undefined;
  const baseline: typeof queries.baseline = async (id) =>
    id === BASELINE.id ? { baseline: BASELINE, file: { ...packed('busy-healthy'), content, hash: '0' } } : undefined;
  let compared = 0;
  const { compareTwo } = inlineAnalysis();
  const comparing: ComparingDeps = {
    compareTwo: (...args) => {
      compared++;
      return (world.compareTwo ?? compareTwo)(...args);
    },
    cache: world.cache ?? new MemoryCache(),
    origin: null,
  };
  const deps = { queries: { ...queries, pruned, baseline }, version: '0.1.0', exportCapture, now: Date.now };
  const pages = pagesRouter({ ...deps, publicUrl: () => 'https://smokejumper.example', comparing });
  const base = await serveApp(express().use(pages));
  const post = (form: FormData | string, headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' }) =>
    fetch(`${base}/compare`, { method: 'POST', body: form, headers, redirect: 'manual' });
  return { base, post, counted: () => compared };
}

interface Side {
  readonly file?: string | Uint8Array<ArrayBuffer>;
  readonly name?: string;
  readonly incident?: string;
  readonly recording?: string;
}

function formOf(sides: { readonly a?: Side; readonly b?: Side }): FormData {
  const form = new FormData();
  for (const [letter, side] of Object.entries(sides)) {
    form.set(letter, side.incident ?? '');
    form.set(`${letter}-recording`, side.recording ?? 'hot');
    form.set(`${letter}-file`, new Blob([side.file ?? '']), side.file === undefined ? '' : (side.name ?? 'a.folded'));
  }
  return form;
}

/** The page of words that a browser shows; its status is what is asserted. */
async function words(answer: Response, status: number): Promise<string> {
  const text = await answer.text();
  assert.equal(answer.status, status, text.slice(0, 3000));
  assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'self'/);
  return text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&quot;', '"');
}

test('two uploaded files are compared: the function that grew is the finding, and there is a graph', async () => {
  const { base, post } = await serve();
  const form = formOf({
    a: { file: NORMAL, name: 'before.folded' },
    b: { file: new Uint8Array(gzipSync(BURNING)), name: 'C:\\tmp\\after.folded.gz' },
  });
  const answer = await post(form);
  assert.equal(answer.status, 303);
  const place = answer.headers.get('location') ?? '';
  assert.match(place, /^\/compare\/results\/[0-9a-f]{64}$/);
  const page = await fetch(base + place);
  const html = await page.clone().text();
  const text = await words(page, 200);
  assert.match(text, /A before\.folded/);
  assert.match(text, /B after\.folded\.gz/);
  assert.match(text, /Findings.*parse.*40\.0 % 80\.0 % \+40\.0/);
  assert.match(text, /What cannot be compared, or not well/);
  const graph = /<object type="image\/svg\+xml" data="([^"]+)"/.exec(html)?.[1];
  assert.equal(graph, `${place}/differential.svg`);
  const svg = await fetch(base + graph);
  assert.match(svg.headers.get('content-type') ?? '', /^image\/svg\+xml/);
  assert.match(svg.headers.get('content-security-policy') ?? '', /script-src 'sha256-/);
  assert.match(await svg.text(), /^<svg|^<\?xml/);
});

test('two recordings have an address of their own; they are compared once, and anew without the cache', async () => {
  const cache = new MemoryCache();
  const { base, counted } = await serve({ cache });
  const address = `${base}/compare?a=${ID}/healthy&b=${ID}/hot`;
  const answer = await fetch(address);
  const html = await answer.clone().text();
  const text = await words(answer, 200);
  assert.match(text, /Healthy peer/);
  assert.match(text, /Hot instance/);
  const graph = /data="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=') ?? '';
  assert.match(graph, /^\/compare\/differential\.svg\?a=/);
  assert.equal((await fetch(base + graph)).status, 200);
  assert.equal(counted(), 1);
  const etag = answer.headers.get('etag');
  assert.equal((await fetch(address)).headers.get('etag'), etag);
  assert.equal(counted(), 1);
  cache.entries.clear();
  assert.equal((await fetch(address)).headers.get('etag'), etag);
  assert.equal(counted(), 2);
  const swapped = await fetch(`${base}/compare?a=${ID}/hot&b=${ID}/healthy`);
  assert.notEqual(swapped.headers.get('etag'), etag);
});

test('a baseline is compared with any recording, by address and by form', async () => {
  const { base, post } = await serve();
  const text = await words(await fetch(`${base}/compare?a=${BASELINE.id}/baseline&b=${ID}/hot`), 200);
  assert.match(text, /Baseline i-0abc.*web-prod, 2026-02-03 04:00:00 UTC/s);
  const sent = await post(formOf({ a: { incident: BASELINE.id }, b: { incident: ID } }));
  assert.equal(sent.headers.get('location'), `/compare?a=${BASELINE.id}%2Fbaseline&b=${ID}%2Fhot`);
  const gone = await fetch(`${base}/compare?a=cap-baseline-1/baseline&b=${ID}/hot`);
  assert.match(await words(gone, 404), /A: there is no baseline cap-baseline-1 any more/);
  const form = await (await fetch(`${base}/compare?a=${BASELINE.id}/baseline`)).text();
  assert.match(form, new RegExp(`id="a" name="a" value="${BASELINE.id}"`));
});

test('a form with two recordings leads to their address; the address of a page names its incident', async () => {
  const { post, counted } = await serve();
  const a = { incident: `https://smokejumper.example/incidents/${ID}#findings`, recording: 'healthy' };
  const answer = await post(formOf({ a, b: { incident: ID } }));
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.get('location'), `/compare?a=${ID}%2Fhealthy&b=${ID}%2Fhot`);
  assert.equal(counted(), 0);
});

test('a file is held against a recording', async () => {
  const { base, post } = await serve();
  const answer = await post(formOf({ a: { file: NORMAL }, b: { incident: ID } }));
  const text = await words(await fetch(base + answer.headers.get('location')), 200);
  assert.match(text, /A a\.folded/);
  assert.match(text, /B Hot instance/);
});

test('the same file twice gives no finding', async () => {
  const { base, post } = await serve();
  const answer = await post(formOf({ a: { file: BURNING }, b: { file: BURNING } }));
  assert.doesNotMatch(await words(await fetch(base + answer.headers.get('location')), 200), /Findings/);
});

test('names of files and functions are text, whatever they hold', async () => {
  const { base, post } = await serve();
  const evil = '<img src=x onerror=alert(1)>';
  const [a, b] = [NORMAL, BURNING].map((text) => text.replaceAll('parse', evil));
  const answer = await post(formOf({ a: { file: a ?? '', name: evil }, b: { file: b ?? '', name: `${evil}"; x="` } }));
  const html = await (await fetch(base + answer.headers.get('location'))).text();
  assert.doesNotMatch(html, /<img src=x/);
  assert.match(html, /&lt;img src/);
});

const REFUSED: readonly (readonly [what: string, status: number, Parameters<typeof formOf>[0], RegExp])[] = [
  [
    'a file that is no profile',
    400,
    { a: { file: 'Dear diary,\n' }, b: { file: NORMAL } },
    /A, "a\.folded": .*not a profile/,
  ],
  ['a side that is missing', 400, { a: { file: NORMAL }, b: {} }, /B is missing/],
  ['a side that is given twice', 400, { a: { file: NORMAL, incident: ID }, b: { file: NORMAL } }, /A has both/],
  [
    'an incident that there is not',
    404,
    { a: { file: NORMAL }, b: { incident: 'none' } },
    /B: there is no incident none/,
  ],
  ['an incident that was deleted', 410, { a: { file: NORMAL }, b: { incident: 'deleted' } }, /deleted on 2026-02-03/],
  ['an incident that is not analyzed', 404, { a: { file: NORMAL }, b: { incident: 'soon' } }, /not analyzed yet/],
  ['words in the place of an id', 400, { a: { incident: '../../etc' }, b: { file: NORMAL } }, /A is neither the id/],
  [
    'a recording that the incident has not',
    404,
    { a: { file: NORMAL }, b: { incident: ID, recording: 'healthy-4' } },
    /has no recording "healthy-4"/,
  ],
  [
    'a file that is too large',
    413,
    { a: { file: new Uint8Array(24_000_001) }, b: { file: NORMAL } },
    /a file is larger than 24 MB/,
  ],
];

for (const [what, status, sides, expected] of REFUSED) {
  test(`${what} is refused in words, above the form`, async () => {
    const { post } = await serve();
    const text = await words(await post(formOf(sides)), status);
    assert.match(text, expected);
    assert.match(text, /Compare two profiles/);
  });
}

test('a small file that unpacks to more than can be held is refused', async () => {
  const { post } = await serve();
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(130 << 20, '{'), { level: 1 }));
  assert.ok(bomb.length < 1_000_000);
  assert.match(await words(await post(formOf({ a: { file: NORMAL }, b: { file: bomb } })), 413), /more than 128 MB/);
});

test('what is no form is refused, and so is one that was cut off or has more parts', async () => {
  const { post } = await serve();
  const site = { 'sec-fetch-site': 'same-origin' };
  const type = (boundary: string) => ({ ...site, 'content-type': `multipart/form-data${boundary}` });
  assert.equal((await post('a=1', { ...site, 'content-type': 'application/x-www-form-urlencoded' })).status, 415);
  assert.equal((await post('x', type('; charset=utf-8'))).status, 400);
  assert.equal(
    (await post('--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', type('; boundary=x'))).status,
    400,
  );
  const form = formOf({ a: { file: NORMAL }, b: { file: NORMAL } });
  for (const name of ['c', 'd', 'e']) form.set(name, new Blob([NORMAL]), 'c.folded');
  assert.match(await words(await post(form), 400), /more parts/);
});

test('a page of another site cannot have anything compared, and who asks too often is told to wait', async () => {
  const { post, counted } = await serve();
  const form = () => formOf({ a: { incident: ID }, b: { incident: ID } });
  await words(await post(form(), { 'sec-fetch-site': 'cross-site' }), 403);
  await words(await post(form(), {}), 403);
  let answer = await post(form());
  let allowed = 0;
  // One a second is forgiven meanwhile.
  for (; answer.status === 303 && allowed < 500; allowed++) answer = await post(form());
  assert.ok(allowed >= 60, `${allowed}`);
  assert.equal(answer.headers.get('retry-after'), '60');
  assert.match(await words(answer, 429), /Too many comparisons/);
  assert.equal(counted(), 0);
});

test('while others are being compared the page says so, and later it does what is asked', async () => {
  const waiting = Promise.withResolvers<never>();
  const begun = Promise.withResolvers<void>();
  const { post } = await serve({
    compareTwo: () => {
      begun.resolve();
      return waiting.promise;
    },
  });
  const form = () => formOf({ a: { file: NORMAL }, b: { file: BURNING } });
  const both = [post(form()), post(form())];
  await begun.promise;
  const answer = await post(form());
  assert.match(await words(answer, 503), /Other profiles are being compared/);
  assert.equal(answer.headers.get('retry-after'), '60');
  waiting.reject(new AppError('ANALYSIS_CRASHED', 'The comparison ended before its time.', { retry: 'later' }));
  for (const one of await Promise.all(both)) assert.match(await words(one, 503), /ended before its time/);
  assert.equal((await post(formOf({ a: { incident: ID }, b: { incident: ID } }))).status, 303);
});

test('a result that is not kept any more, or could not be, is said so', async () => {
  const { base, post } = await serve({ cache: { get: async () => undefined, put: async () => undefined } });
  assert.match(await words(await fetch(`${base}/compare/results/${'0'.repeat(64)}`), 404), /not kept any more/);
  assert.match(await words(await fetch(`${base}/compare/results/..%2f`), 404), /not kept any more/);
  const form = formOf({ a: { file: NORMAL }, b: { file: BURNING } });
  assert.match(await words(await post(form), 503), /CACHE_MB/);
  assert.equal((await fetch(`${base}/compare?a=${ID}/healthy&b=${ID}/hot`)).status, 200);
});

test('an address that names one recording fills the form, and one that is wrong says what is right', async () => {
  const { base } = await serve();
  const html = await (await fetch(`${base}/compare?b=${ID}/healthy`)).text();
  assert.match(html, new RegExp(`id="b" name="b" value="${ID}"`));
  assert.match(html, /<option value="healthy" selected>/);
  assert.match(await words(await fetch(`${base}/compare?a=x&b=${ID}/hot`), 400), /A is no recording/);
  assert.match(await words(await fetch(`${base}/compare?a=${ID}/hot&a=${ID}/hot&b=${ID}/hot`), 400), /A is no rec/);
  assert.match(await words(await fetch(`${base}/compare?a=none/hot&b=${ID}/hot`), 404), /no incident none/);
});
