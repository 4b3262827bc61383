import assert from 'node:assert/strict';
import test from 'node:test';
import { createApp } from '../../../service/http/app.ts';
import { pagesRouter } from '../../../service/http/pages/router.ts';
import { createQueries } from '../../../service/incidents/queries.ts';
import { createTriage } from '../../../service/incidents/triage/triage-commands.ts';
import { silentLog } from '../../../service/shared/log.ts';
import { localStore } from '../../../service/store/store-calls.ts';
import { acceptAlarm } from '../../support/accept-alarm.ts';
import { ManualClock } from '../../support/fakes/manual-clock.ts';
import { exportCapture, filesOf } from '../../support/inline-analysis.ts';
import { openTestDatabase } from '../../support/open-test-store.ts';
import { serveApp } from '../../support/serve-app.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);

async function setUp({ changes = true }: { readonly changes?: boolean } = {}) {
  const { db, store: synchronous } = openTestDatabase();
  const store = localStore(synchronous);
  const clock = new ManualClock(NOW);
  const queries = createQueries(store, { source: true, files: filesOf(store), now: () => clock.now() });
  const triage = { commands: createTriage({ store, clock, log: silentLog }), origin: 'https://smoke.example.com' };
  const publicUrl = () => 'https://smoke.example.com';
  const deps = { queries, version: '0.1.0', publicUrl, now: () => NOW, exportCapture, ...(changes ? { triage } : {}) };
  const base = await serveApp(
    createApp({
      ...{ log: silentLog, topicArns: [], hosts: [], trustProxy: [], families: async () => [] },
      intake: async () => ({ status: 200 }),
      refuse: async () => undefined,
      whyNotReady: async () => [],
      counts: () => store.counts(),
      ...deps,
      pages: pagesRouter(deps),
    }),
  );
  const id = acceptAlarm(synchronous, { nowMs: NOW });
  const own = { origin: base, cookie: 'smokejumper-name=ann' };
  const form = (action: string, fields: Record<string, string> = {}, headers: Record<string, string> = own) =>
    fetch(`${base}/incidents/${id}/${action}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers,
      redirect: 'manual',
    });
  const api = (action: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${base}/api/v1/incidents/${id}/${action}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const page = async () => (await fetch(`${base}/incidents/${id}`, { headers: own })).text();
  const triageNow = () => synchronous.triage(id, NOW);
  return { db, base, id, form, api, page, triageNow, store: synchronous };
}

test('a form is done and leads back to the page; the same through the API', async () => {
  const { form, api, id, triageNow, base } = await setUp();
  const done = await form('acknowledge');
  assert.deepEqual([done.status, done.headers.get('location')], [303, `/incidents/${id}#triage`]);
  assert.equal(triageNow().acknowledged?.by, 'ann');
  assert.equal((await form('assign', { to: 'bob', was: '' })).status, 303);
  const answer = await api('label', { who: 'cat', label: 'Regex' });
  assert.equal(answer.status, 200);
  const { triage } = (await answer.json()) as { triage: { labels: string[]; assignee: string } };
  assert.deepEqual([triage.labels, triage.assignee], [['regex'], 'bob']);
  const view = (await (await fetch(`${base}/api/v1/incidents/${id}`)).json()) as {
    triage: { changes: { who: string; what: string }[] };
  };
  assert.deepEqual(
    view.triage.changes.map(({ who, what }) => `${who} ${what}`),
    ['ann acknowledge', 'ann assign', 'cat label'],
  );
});

test('the name is typed once: it is in a cookie, and on the page with what it is worth', async () => {
  const { base, id, form, page } = await setUp();
  const stranger = await (await fetch(`${base}/incidents/${id}`)).text();
  assert.match(stranger, /say who you are\. Names are not verified/);
  assert.doesNotMatch(stranger, /Acknowledge<\/button>/);
  const named = await form('name', { who: ' Ünal  K. ' }, { origin: base });
  assert.equal(named.status, 303);
  const cookie = named.headers.get('set-cookie') ?? '';
  assert.match(cookie, /^smokejumper-name=%C3%9Cnal%20K\.; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/);
  assert.match(await page(), /recorded under the name <strong>ann<\/strong>/);
  assert.equal((await form('name', { who: ' ' })).status, 400);
  assert.equal((await form('pin', {}, { origin: base })).status, 400, 'nobody has said who he is');
  assert.equal((await form('pin', {}, { origin: base, cookie: 'smokejumper-name=%ff' })).status, 400);
});

test('a page of another site changes nothing', async () => {
  const { form, api, triageNow } = await setUp();
  const cookie = 'smokejumper-name=ann';
  for (const headers of [
    { cookie },
    { cookie, origin: 'https://evil.example' },
    { cookie, origin: 'null' },
    { cookie, 'sec-fetch-site': 'cross-site' },
  ] as Record<string, string>[]) {
    const answer = await form('pin', {}, headers);
    assert.equal(answer.status, 403, JSON.stringify(headers));
    assert.match(await answer.text(), /<h1>Not allowed<\/h1>/);
  }
  assert.equal((await api('pin', { who: 'ann' }, { origin: 'https://evil.example' })).status, 403);
  assert.equal((await api('pin', 'who=ann', { 'content-type': 'text/plain' })).status, 415);
  assert.deepEqual(triageNow().changes, []);
  assert.equal((await form('pin', {}, { cookie, origin: 'https://smoke.example.com' })).status, 303);
});

test('bad input is refused in words: 400, 404, 409, 413, 415', async () => {
  const { form, api, base } = await setUp();
  const cases: readonly (readonly [Promise<Response>, number, RegExp])[] = [
    [form('note', { text: ' ' }), 400, /The note is empty/],
    [form('label', { label: '<b>' }), 400, /A label has letters/],
    [form('mute', { for: '31d' }), 400, /30 d at most/],
    [form('close-note', { note: '99' }), 404, /has no note 99/],
    [form('explode'), 404, /no such action/],
    [form('assign', { to: 'x', was: 'bob' }), 409, /Meanwhile it is not assigned to anything/],
    [form('unmute'), 409, /is not muted/],
    [form('delete'), 409, /under way/],
    [api('pin', '{'), 400, /not JSON/],
    [api('pin', '[]'), 400, /not a JSON object/],
    [api('pin', {}), 400, /Say who you are/],
    [api('note', { who: 'ann', text: 'x'.repeat(70_000) }), 413, /larger than 65536 bytes/],
    [
      fetch(`${base}/incidents/inc-none/pin`, {
        method: 'POST',
        body: new URLSearchParams(),
        headers: { origin: base, cookie: 'smokejumper-name=a' },
      }),
      404,
      /There is no incident inc-none/, // NO_INCIDENT
    ],
  ];
  for (const [answer, status, words] of cases) {
    const { status: is, text } = await answer.then(async (it) => ({ status: it.status, text: await it.text() }));
    assert.equal(is, status, text.slice(0, 200));
    assert.match(text, words);
  }
});

test('the longest note of any script fits into a form', async () => {
  const { form, triageNow } = await setUp();
  const text = '火'.repeat(4000);
  assert.equal((await form('note', { text })).status, 303);
  assert.equal(triageNow().notes[0]?.text, text);
});

test('so many changes come from one address and no more', async () => {
  const { form } = await setUp();
  const answers = await Promise.all(Array.from({ length: 120 }, () => form('pin')));
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length > 0 && refused.length <= 60, `${refused.length} refused`);
  assert.equal(refused[0]?.headers.get('retry-after'), '60');
});

test('with UI_CHANGES=off everything is shown and nothing is changed', async () => {
  const { form, api, page, triageNow, store, id } = await setUp({ changes: false });
  store.change(id, { what: 'note', text: 'seen **before**' }, 'bob', NOW);
  assert.equal((await form('pin')).status, 403);
  const answer = await api('pin', { who: 'ann' });
  assert.deepEqual(
    [answer.status, await answer.json()],
    [403, { error: 'Changes are turned off here (UI_CHANGES=off).' }],
  );
  const html = await page();
  assert.match(html, /seen <strong>before<\/strong>/);
  assert.doesNotMatch(html, /method="post"/);
  assert.equal(triageNow().changes.length, 1);
});

test('a group is muted from the page of an incident; the list says so, and the log of operations', async () => {
  const { form, base, page } = await setUp();
  assert.equal((await form('mute', { for: '2h', reason: 'deploy' })).status, 303);
  assert.match(await page(), /group muted until 2026-11-23 05:00:00 UTC/);
  const list = await (await fetch(base)).text();
  assert.match(list, /<strong>web-prod<\/strong> until <time [^>]*>2026-11-23 05:00:00 UTC<\/time> by ann: deploy/);
  assert.deepEqual(await (await fetch(`${base}/api/v1/mutes`)).json(), {
    mutes: [{ group: 'web-prod', untilMs: NOW + 7_200_000, by: 'ann', atMs: NOW, reason: 'deploy' }],
  });
  assert.equal((await form('unmute')).status, 303);
  const log = await (await fetch(`${base}/operations`)).text();
  assert.match(log, /<strong>ann<\/strong> unmuted the group web-prod/);
  const { operations } = (await (await fetch(`${base}/api/v1/operations`)).json()) as { operations: unknown[] };
  assert.equal(operations.length, 2);
});

test('an incident is deleted after a question; its address then says by whom and when', async () => {
  const { db, form, base, id } = await setUp();
  const headers = { cookie: 'smokejumper-name=ann' };
  const ask = async () => (await fetch(`${base}/incidents/${id}/delete`, { headers })).text();
  assert.match(await ask(), /It is under way/);
  db.exec("UPDATE incident SET state = 'notified'");
  assert.match(await ask(), /<form method="post" action="\/incidents\/inc-\w+\/delete">/);
  const done = await form('delete');
  assert.deepEqual([done.status, done.headers.get('location')], [303, `/incidents/${id}`]);
  const gone = await fetch(`${base}/incidents/${id}`);
  assert.equal(gone.status, 410);
  assert.match(await gone.text(), /was deleted on <time [^>]*>2026-11-23 03:00:00 UTC<\/time> by ann\./);
  const api = await fetch(`${base}/api/v1/incidents/${id}`);
  assert.match(((await api.json()) as { error: string }).error, /was deleted by ann/);
  assert.equal((await form('pin')).status, 404);
});

test('labels are listed, and the incidents of one', async () => {
  const { form, base, id } = await setUp();
  await form('label', { label: 'regex' });
  assert.deepEqual(await (await fetch(`${base}/api/v1/labels`)).json(), { labels: [{ label: 'regex', incidents: 1 }] });
  const { incidents, total } = (await (await fetch(`${base}/api/v1/incidents?label=regex`)).json()) as {
    incidents: { id: string; marks: { labels: string[] } }[];
    total: number;
  };
  assert.deepEqual([incidents[0]?.id, incidents[0]?.marks.labels, total], [id, ['regex'], 1]);
});
