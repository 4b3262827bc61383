import assert from 'node:assert/strict';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import test from 'node:test';
import { Router } from 'express';
import { type AppDeps, createApp } from '../../service/http/app.ts';
import { createQueries } from '../../service/incidents/queries.ts';
import { silentLog } from '../../service/shared/log.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { filesOf } from '../support/inline-analysis.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { serveApp } from '../support/serve-app.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:cpu';

async function setUp(changes: Partial<AppDeps> = {}) {
  const store = openTestStore();
  const taken: { body: string; type: string | undefined }[] = [];
  const refused: string[] = [];
  const base = await serveApp(
    createApp({
      log: silentLog,
      intake: async (body, headers) => {
        taken.push({ body, type: headers['x-amz-sns-message-type'] });
        return { status: 200 };
      },
      topicArns: [TOPIC],
      hosts: [],
      trustProxy: [],
      refuse: async ({ code, reason }) => void refused.push(`${code}: ${reason}`),
      queries: createQueries(localStore(store), { source: true, files: filesOf(localStore(store)) }),
      whyNotReady: async () => [],
      families: async () => [],
      counts: async () => store.counts(),
      pages: Router(),
      ...changes,
    }),
  );
  return { base, store, taken, refused };
}

test('a delivery reaches the intake as text, whatever content type SNS gives it', async () => {
  const { base, taken } = await setUp();
  for (const type of ['text/plain; charset=UTF-8', 'application/json', 'application/octet-stream']) {
    const answer = await fetch(`${base}/sns`, {
      method: 'POST',
      headers: { 'content-type': type, 'x-amz-sns-message-type': 'Notification' },
      body: '{"Type" : "Notification"}',
    });
    assert.equal(answer.status, 200);
  }
  assert.deepEqual(taken, Array(3).fill({ body: '{"Type" : "Notification"}', type: 'Notification' }));
});

test('a giant body is refused unread, with a reason for the notification log', async () => {
  const { base, taken, refused } = await setUp();
  const answer = await fetch(`${base}/sns`, { method: 'POST', body: 'x'.repeat(1_000_000) });
  assert.equal(answer.status, 413);
  assert.deepEqual(taken, []);
  assert.equal(refused[0], 'BODY_UNREADABLE: The body could not be read: it is larger than 65536 bytes.');
});

function ask(url: string, method: string, headers: Record<string, string>, finish = true): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (answer) => resolve(answer.resume()));
    sent.once('error', reject);
    if (finish) sent.end();
    else sent.flushHeaders();
  });
}

/** The answer to a delivery of which only the headers have come. */
async function unfinished(base: string, headers: Record<string, string>) {
  const answer = await ask(`${base}/sns`, 'POST', { ...headers, 'content-length': '100000' }, false);
  answer.destroy();
  return { status: answer.statusCode, headers: answer.headers };
}

test('what names our topic may be as large as SNS makes it, announced or not', async () => {
  const { base, taken, refused } = await setUp();
  const headers = { 'x-amz-sns-topic-arn': TOPIC };
  const post = async (body: string | ReadableStream) =>
    (await fetch(`${base}/sns`, { method: 'POST', body, headers, duplex: 'half' })).status;
  assert.equal(await post('é'.repeat(250_000)), 200);
  assert.equal(taken[0]?.body, 'é'.repeat(250_000));
  assert.equal(await post(new Blob(['x'.repeat(500_000)]).stream()), 200);
  assert.equal(await post('x'.repeat(600_000)), 413);
  assert.equal(await post(new Blob(['x'.repeat(600_000)]).stream()).catch(() => 413), 413, 'or cut off while sending');
  assert.equal(refused.length, 2);
  assert.match(refused[1] ?? '', /it is larger than 524288 bytes/);
});

test('what is packed is not unpacked: SNS packs nothing', async () => {
  const { base, taken, refused } = await setUp();
  const headers = { 'content-encoding': 'gzip', 'x-amz-sns-topic-arn': TOPIC };
  const { status } = await fetch(`${base}/sns`, { method: 'POST', body: 'x', headers });
  assert.deepEqual([status, taken], [415, []]);
  assert.match(refused[0] ?? '', /it is packed \(gzip\)/);
});

test('a body that is broken off is noted, and concerns nobody else', async () => {
  const { base, taken, refused } = await setUp();
  const { hostname, port } = new URL(base);
  const socket = connect(Number(port), hostname);
  socket.write('POST /sns HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhe');
  await fetch(`${base}/healthz`);
  socket.destroy();
  while (refused.length === 0) await fetch(`${base}/healthz`);
  assert.equal(refused[0], 'BODY_UNREADABLE: The body could not be read: it was broken off.');
  assert.deepEqual(taken, []);
});

test('only POST is answered at /sns', async () => {
  const { base } = await setUp();
  assert.equal((await fetch(`${base}/sns`)).status, 404);
});

test('the API lists incidents, shows one, and answers 404 for the rest', async () => {
  const { base, store } = await setUp();
  const id = acceptAlarm(store, { nowMs: NOW });
  const list = (await (await fetch(`${base}/api/v1/incidents?q=web`)).json()) as {
    total: number;
    incidents: { id: string }[];
  };
  assert.equal(list.total, 1);
  assert.equal(list.incidents[0]?.id, id);
  const one = (await (await fetch(`${base}/api/v1/incidents/${id}`)).json()) as { state: string; events: unknown[] };
  assert.equal(one.state, 'accepted');
  assert.equal(one.events.length, 1);
  assert.equal((await fetch(`${base}/api/v1/incidents/inc-unknown`)).status, 404);
  assert.equal((await fetch(`${base}/api/v1/nothing`)).status, 404);
  const none = (await (await fetch(`${base}/api/v1/incidents?q=nobody&limit=500`)).json()) as {
    total: number;
    limit: number;
  };
  assert.deepEqual([none.total, none.limit], [0, 500]);
});

test('the API goes through a list page by page and back, and words a page that does not exist', async () => {
  const { base, store } = await setUp();
  const ids = [0, 1, 2, 3, 4].map((at) => acceptAlarm(store, { nowMs: NOW + at })).reverse();
  interface List {
    readonly incidents: readonly { readonly id: string }[];
    readonly total: number | null;
    readonly next: string | null;
    readonly previous: string | null;
  }
  const list = async (address: string | null) => (await (await fetch(base + address)).json()) as List;
  const first = await list('/api/v1/incidents?limit=2&group=web-prod');
  const second = await list(first.next);
  const third = await list(second.next);
  const pages = [first, second, third].map(({ incidents }) => incidents.map(({ id }) => id));
  assert.deepEqual(pages, [ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
  assert.deepEqual([first.total, first.previous, third.total, third.next], [5, null, 5, null]);
  assert.match(first.next ?? '', /^\/api\/v1\/incidents\?group=web-prod&limit=2&before=/);
  assert.deepEqual((await list(third.previous)).incidents, second.incidents);
  const log = await list('/api/v1/notifications?limit=3');
  assert.equal((await list((await list(log.next)).previous)).previous, null);

  for (const query of [
    'incidents?before=x',
    'incidents?offset=50',
    'incidents?before=i3&after=i2',
    'notifications?before=i2',
  ]) {
    const answer = await fetch(`${base}/api/v1/${query}`);
    assert.equal(answer.status, 400, query);
    assert.match(((await answer.json()) as { error: string }).error, /follow its links/, query);
  }
});

test('the API answers 410 for an incident that was deleted, with what it was', async () => {
  const { base, store } = await setUp();
  const id = acceptAlarm(store, { nowMs: NOW });
  const caps = { atOnce: 1, perGroup: 1, perAccount: 1 };
  store.claim({ states: ['accepted'], caps, owner: 'me', nowMs: NOW, leaseUntilMs: NOW + 1000 });
  store.advance({ id, owner: 'me', from: 'accepted', to: 'lapsed', atMs: NOW, detail: 'too old' });
  const policy = { incidentMs: 1000, fileBytes: null, notificationMs: null, bodyMs: null };
  store.prune(policy, NOW + 5000, 10);
  const answer = await fetch(`${base}/api/v1/incidents/${id}`);
  assert.equal(answer.status, 410);
  const body = (await answer.json()) as { error: string; pruned: { alarmName: string; prunedAtMs: number } };
  assert.match(body.error, /was deleted/);
  assert.deepEqual([body.pruned.alarmName, body.pruned.prunedAtMs], ['web CPU', NOW + 5000]);
});

test('health, readiness and metrics', async () => {
  const { base, store } = await setUp();
  acceptAlarm(store, { nowMs: NOW });
  assert.equal((await fetch(`${base}/healthz`)).status, 200);
  assert.equal((await fetch(`${base}/readyz`)).status, 200);
  const metrics = await (await fetch(`${base}/metrics`)).text();
  assert.match(metrics, /^smokejumper_incidents\{state="accepted"\} 1$/m);
  assert.match(metrics, /^smokejumper_notifications\{outcome="accepted"\} 1$/m);
});

test('a service that cannot work is alive but not ready: the answer and the log say why, the log once', async () => {
  const said: unknown[] = [];
  const log = {
    ...silentLog,
    warn: (facts: object) => said.push(facts),
    info: (_: object, words: string) => said.push(words),
  };
  let reasons = ['The disk with DATA_DIR has 12 MB left.'];
  const { base } = await setUp({ log, whyNotReady: async () => reasons });
  assert.equal((await fetch(`${base}/healthz`)).status, 200);
  const answer = await fetch(`${base}/readyz`);
  assert.equal(answer.status, 503);
  assert.deepEqual(await answer.json(), { status: 'not ready', reasons });
  reasons = ['The disk with DATA_DIR has 11 MB left.'];
  await fetch(`${base}/readyz`);
  reasons = [];
  assert.deepEqual(await (await fetch(`${base}/readyz`)).json(), { status: 'ready', reasons });
  assert.deepEqual(said, [{ reasons: ['The disk with DATA_DIR has 12 MB left.'] }, 'ready again']);
});

test('probes that come while one is answered share its answer', async () => {
  let asked = 0;
  const answers: (() => void)[] = [];
  const { base } = await setUp({
    whyNotReady: () => {
      asked++;
      return new Promise((resolve) => answers.push(() => resolve([])));
    },
  });
  const first = fetch(`${base}/readyz`);
  const second = fetch(`${base}/readyz`);
  // Both are there when a third that needs no answer has been answered behind them on the same server.
  while (answers.length === 0) await fetch(`${base}/healthz`);
  await fetch(`${base}/healthz`);
  for (const answer of answers) answer();
  assert.deepEqual([(await first).status, asked], [200, 1]);
  for (const answer of answers) answer();
  assert.equal((await second).status, 200);
});

test('a foreign topic is refused by its header, before its body has come', async () => {
  const { base, taken, refused } = await setUp();
  const { status, headers } = await unfinished(base, { 'x-amz-sns-topic-arn': `${TOPIC}-2` });
  assert.deepEqual([status, headers.connection], [403, 'close']);
  assert.match(refused[0] ?? '', /^FOREIGN_TOPIC: .*cpu-2.*not in SNS_TOPIC_ARNS/);
  assert.deepEqual(taken, []);
});

test('who was refused too often is not read any more, but what names our topic always is', async () => {
  const { base, taken } = await setUp({
    intake: async (body, headers) => {
      taken.push({ body, type: headers['x-amz-sns-topic-arn'] });
      return { status: body === 'genuine' ? 200 : 403 };
    },
  });
  const post = async (body: string, headers = {}) =>
    (await fetch(`${base}/sns`, { method: 'POST', body, headers })).status;
  for (let n = 0; n < 60; n++) assert.equal(await post('forged'), 403);
  let status = 403;
  // One a second is forgiven meanwhile.
  for (let n = 0; n < 20 && status === 403; n++) status = await post('forged');
  assert.equal(status, 503);
  const { status: unread } = await unfinished(base, {});
  assert.equal(unread, 503);
  const before = taken.length;
  assert.equal(await post('genuine', { 'x-amz-sns-topic-arn': TOPIC }), 200);
  assert.equal(await post('forged', { 'x-amz-sns-topic-arn': TOPIC }), 403);
  assert.equal(taken.length, before + 2);
});

test('behind a proxy that is known, each address has its own limit; a stranger cannot choose his', async () => {
  for (const [trustProxy, others] of [
    [['loopback'], 403],
    [[], 503],
  ] as const) {
    const { base } = await setUp({ trustProxy, intake: async () => ({ status: 403 }) });
    const post = async (from: string) =>
      (await fetch(`${base}/sns`, { method: 'POST', body: 'x', headers: { 'x-forwarded-for': from } })).status;
    let status = 403;
    for (let n = 0; n < 90 && status === 403; n++) status = await post('192.0.2.1');
    assert.equal(status, 503);
    assert.equal(await post('192.0.2.2'), others);
  }
});

test('pages, API and metrics are served under known names only; SNS and probes under any', async () => {
  const { base, taken } = await setUp({ hosts: ['smokejumper.example.com'], log: silentLog });
  const status = async (path: string, host: string, method = 'GET') =>
    (await ask(base + path, method, { host })).statusCode;
  for (const path of ['/', '/api/v1/incidents', '/metrics', '/incidents/inc-1']) {
    assert.equal(await status(path, 'rebound.example.net'), 421, path);
  }
  assert.equal(await status('/api/v1/incidents', 'smokejumper.example.com'), 200);
  for (const path of ['/healthz', '/readyz']) assert.equal(await status(path, 'rebound.example.net'), 200, path);
  assert.equal(await status('/sns', 'rebound.example.net', 'POST'), 200);
  assert.equal(taken.length, 1);
});

test('an unforeseen fault is a 500 that reveals nothing of the internals', async () => {
  const { base } = await setUp({
    intake: async () => {
      throw new Error('secret path /srv/app');
    },
  });
  const answer = await fetch(`${base}/sns`, { method: 'POST', body: 'x' });
  assert.equal(answer.status, 500, 'SNS repeats a 500');
  assert.doesNotMatch(await answer.text(), /secret/);
});

test('every answer says what a browser may do with it, and the API is cached by nobody', async () => {
  const { base } = await setUp();
  for (const path of [
    '/healthz',
    '/readyz',
    '/metrics',
    '/api/v1/incidents',
    '/api/v1/nothing',
    '/sns',
    '/api/v1/%E0%A4%A',
  ]) {
    const { headers } = await fetch(base + path);
    assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'/, path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(headers.get('cache-control'), 'no-store', path);
    assert.equal(headers.get('x-powered-by'), null);
  }
});

test('an address that cannot be decoded is a bad request; the API says so in JSON', async () => {
  const { base } = await setUp();
  const answer = await fetch(`${base}/api/v1/incidents/%E0%A4%A`);
  assert.equal(answer.status, 400);
  assert.deepEqual(await answer.json(), { error: 'Bad request.' });
});

test('HEAD is answered like GET, without a body', async () => {
  const { base, store } = await setUp();
  const id = acceptAlarm(store, { nowMs: NOW });
  for (const path of ['/healthz', '/metrics', '/api/v1/incidents', `/api/v1/incidents/${id}`]) {
    const answer = await fetch(base + path, { method: 'HEAD' });
    assert.equal(answer.status, 200, path);
    assert.equal(await answer.text(), '');
  }
});
