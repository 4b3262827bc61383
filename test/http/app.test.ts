import assert from 'node:assert/strict';
import test from 'node:test';
import { Router } from 'express';
import { type AppDeps, createApp } from '../../service/http/app.ts';
import { createQueries } from '../../service/incidents/queries.ts';
import { silentLog } from '../../service/shared/log.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { serveApp } from '../support/serve-app.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);

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
      refuse: async (reason) => void refused.push(reason),
      queries: createQueries(localStore(store), { source: true }),
      checkReady: async () => undefined,
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
  assert.match(refused[0] ?? '', /too large/);
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
  const none = (await (await fetch(`${base}/api/v1/incidents?q=nobody&limit=9999999999`)).json()) as {
    total: number;
    limit: number;
  };
  assert.deepEqual([none.total, none.limit], [0, 50]);
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
  store.claim('me', NOW, NOW + 1000);
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

test('when the database does not answer the service is alive but not ready', async () => {
  const said: object[] = [];
  const { base } = await setUp({
    log: { ...silentLog, warn: (facts) => said.push(facts) },
    checkReady: async () => {
      throw new Error('database is locked');
    },
  });
  assert.equal((await fetch(`${base}/healthz`)).status, 200);
  assert.equal((await fetch(`${base}/readyz`)).status, 503);
  assert.match(String((said[0] as { err: Error }).err), /database is locked/, 'the log says why');
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
