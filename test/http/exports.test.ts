import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import express, { type ErrorRequestHandler } from 'express';
import { decodeProfile } from '../../service/convert/load-profile.ts';
import { pagesRouter } from '../../service/http/pages/router.ts';
import { fakeQueries } from '../support/fake-queries.ts';
import { exportCapture } from '../support/inline-analysis.ts';
import { completeReport, incidentView } from '../support/sample-report.ts';
import { serveApp } from '../support/serve-app.ts';

const ID = completeReport.incidentId;
const CAPTURE = readFileSync(join(import.meta.dirname, '../fixtures/captures/busy-hot.capture.gz'));
const hotCapture = completeReport.captures.find((capture) => capture.role === 'hot')?.captureId ?? '';

interface World {
  readonly exportCapture?: typeof exportCapture;
}

async function serve(world: World = {}) {
  const queries = fakeQueries([incidentView(completeReport, { id: ID })], {
    [`${hotCapture}.capture.gz`]: { contentType: 'application/gzip', bytes: CAPTURE },
  });
  const asked: string[] = [];
  const recording: typeof queries.recording = (id, name) => {
    asked.push(`${id} ${name}`);
    return queries.recording(id, name);
  };
  const deps = {
    queries: { ...queries, recording },
    version: '0.1.0',
    exportCapture,
    publicUrl: () => 'https://smokejumper.example',
    now: Date.now,
    ...world,
  };
  const failure: ErrorRequestHandler = (_error, _req, res, _next) => res.sendStatus(500);
  const base = await serveApp(express().use(pagesRouter(deps)).use(failure));
  return { base, asked, url: (name: string) => `${base}/incidents/${ID}/exports/${name}` };
}

for (const [name, type] of [
  ['hot.folded', 'text/plain; charset=utf-8'],
  ['hot.speedscope.json', 'application/json; charset=utf-8'],
  ['hot.pb.gz', 'application/gzip'],
  ['hot.capture.gz', 'application/gzip'],
] as const) {
  test(`${name} is a download that holds every sample of the capture`, async () => {
    const { url } = await serve();
    const answer = await fetch(url(name));
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), type);
    assert.equal(answer.headers.get('content-disposition'), `attachment; filename="${ID}-${name}"`);
    assert.match(answer.headers.get('content-security-policy') ?? '', /^sandbox; default-src 'none'/);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    const back = await decodeProfile(new Uint8Array(await answer.arrayBuffer()));
    const recorded = await decodeProfile(CAPTURE);
    assert.equal(back.ledger.drawn, recorded.ledger.drawn);
    assert.ok(back.functions.some((fn) => fn.name === 'handle'));
  });
}

test('an export that the browser has is not made again, nor is it for a question about its headers only', async () => {
  let made = 0;
  const { url } = await serve({
    exportCapture: (...args) => {
      made++;
      return exportCapture(...args);
    },
  });
  const etag = (await fetch(url('hot.folded'))).headers.get('etag') ?? '';
  // Not fetch: with a condition of one's own it also sends `cache-control: no-cache`.
  const headers = { 'if-none-match': etag, 'accept-encoding': 'gzip' };
  const [again] = await once(get(url('hot.folded'), { headers }), 'response');
  again.resume();
  assert.equal(again.statusCode, 304);
  assert.equal(made, 1);
  const head = await fetch(url('hot.pb.gz'), { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('content-type'), 'application/gzip');
  assert.equal(made, 1);
});

test('exports are made one after the other, and one that fails does not hold up the next', async () => {
  let under = 0;
  let most = 0;
  const { url } = await serve({
    exportCapture: async (bytes, format, title) => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setImmediate(resolve));
      under--;
      if (format === 'speedscope') throw new Error('damaged');
      return exportCapture(bytes, format, title);
    },
  });
  const names = ['hot.folded', 'hot.speedscope.json', 'hot.pb.gz', 'hot.folded'];
  const answers = await Promise.all(names.map((name) => fetch(url(name))));
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 500, 200, 200],
  );
  assert.equal(most, 1);
});

test('text is gzipped for clients that accept it, and the two forms have different ETags', async () => {
  const { url } = await serve();
  const answer = async (encoding: string) => {
    const [response] = await once(get(url('hot.folded'), { headers: { 'accept-encoding': encoding } }), 'response');
    response.resume();
    return response.headers as Record<string, string | undefined>;
  };
  const packed = await answer('gzip, br');
  const plain = await answer('identity');
  assert.equal(packed['content-encoding'], 'gzip');
  assert.equal(plain['content-encoding'], undefined);
  assert.notEqual(packed.etag, plain.etag);
  assert.match(packed.vary ?? '', /Accept-Encoding/);
  assert.ok(Number(packed['content-length']) < Number(plain['content-length']) / 3);
});

test('a missing recording, an unknown ending and hostile names are not found', async () => {
  const { base, url, asked } = await serve();
  for (const name of ['healthy-2.folded', 'cold.pb.gz']) assert.equal((await fetch(url(name))).status, 404, name);
  assert.equal(asked.length, 2);
  for (const path of [
    url('hot.svg'),
    url('hot'),
    url('..%2f..%2fetc%2fpasswd'),
    `${base}/incidents/..%2f..%2fx/exports/hot.folded`,
    `${base}/incidents/%00/exports/hot.folded`,
  ]) {
    const answer = await fetch(path);
    assert.equal(answer.status, 404, path);
    assert.match(await answer.text(), /<h1>Not found<\/h1>/);
  }
  assert.equal(asked.length, 2);
  // A name that is a header in disguise never comes back in one.
  const odd = await fetch(url('a%0d%0aSet-Cookie:x.folded'));
  assert.equal(odd.status, 404);
  assert.equal(odd.headers.get('set-cookie'), null);
});

test('speedscope is served whole under its own policy, and nothing else of its package is', async () => {
  const { base } = await serve();
  const page = await fetch(`${base}/speedscope/`);
  assert.equal(page.status, 200);
  assert.equal(page.headers.get('cache-control'), 'no-cache');
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; /);
  assert.doesNotMatch(policy, /'unsafe-|\*|https?:|data:|blob:/);
  const html = await page.text();
  const names = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, name]) => name ?? '');
  assert.ok(names.length >= 2);
  for (const name of names) {
    const answer = await fetch(`${base}/speedscope/${name}`);
    assert.equal(answer.status, 200, name);
    assert.match(answer.headers.get('cache-control') ?? '', /immutable/, name);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  }
  for (const name of ['..%2f..%2fpackage.json', 'package.json', '%2e%2e/package.json', '.', 'release.txt/', 'x.js']) {
    assert.equal((await fetch(`${base}/speedscope/${name}`)).status, name === '.' ? 200 : 404, name);
  }
  const bare = await fetch(`${base}/speedscope`, { redirect: 'manual' });
  assert.deepEqual([bare.status, bare.headers.get('location')], [308, '/speedscope/']);
});
