/** Lists of incidents for other programs. */
import assert from 'node:assert/strict';
import test from 'node:test';
import express from 'express';
import { parseDocument } from 'htmlparser2';
import { incidentFilesRouter } from '../../service/http/lists/incident-files.ts';
import { createQueries } from '../../service/incidents/queries.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm, cpuAlarm } from '../support/accept-alarm.ts';
import { fakeQueries } from '../support/fake-queries.ts';
import { filesOf } from '../support/inline-analysis.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { completeReport, HOSTILE, hostileReport, incidentView } from '../support/sample-report.ts';
import { serveApp } from '../support/serve-app.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const publicUrl = () => 'https://fire.example.com';

test('a list as CSV has a line for each incident, and no cell that a spreadsheet takes for a formula', async () => {
  const views = ['=1+1', '+1', '-1', '@x', '\t=1', 'a "b", c', 'plain', '＝1'].map((headline, at) =>
    incidentView(completeReport, { id: `inc-${at}`, headline, closedAtMs: at === 0 ? null : 5 }),
  );
  const base = await serveApp(express().use(incidentFilesRouter({ queries: fakeQueries(views), publicUrl })));
  const answer = await fetch(`${base}/incidents.csv`);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/csv; charset=utf-8/);
  assert.match(answer.headers.get('content-disposition') ?? '', /attachment; filename="incidents\.csv"/);
  const lines = (await answer.text()).split('\r\n');
  assert.equal(lines[0], 'id,opened,closed,state,account,region,group,instance,alarm,verdict,headline,again,url');
  assert.equal(
    lines[1],
    'inc-0,2026-03-14T03:12:07.000Z,,notified,111122223333,eu-west-1,web-prod,i-0abc1f52e8d7793aa,' +
      'web-prod-cpu-high,hot path,' +
      "'=1+1,no,https://fire.example.com/incidents/inc-0",
  );
  const cells = lines.slice(2, -1).map((line) => line.replace(/^.*hot path,/, '').replace(/,no,https.*$/, ''));
  assert.deepEqual(cells, ["'+1", "'-1", "'@x", "'=1", '"a ""b"", c"', 'plain', "'＝1"]);
});

test('a long list comes whole, and says where the rest begins', async () => {
  const store = openTestStore();
  for (let at = 0; at < 7; at++) acceptAlarm(store, { nowMs: NOW + at, alarm: cpuAlarm(NOW, { name: `a${at}` }) });
  const queries = createQueries(localStore(store), { source: false, files: filesOf(localStore(store)) });
  const base = await serveApp(express().use(incidentFilesRouter({ queries })));
  const first = await fetch(`${base}/incidents.csv?state=burning&limit=4`);
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  assert.match(next, /^\/incidents\.csv\?state=burning&before=/);
  const rest = await fetch(base + next);
  assert.equal(rest.headers.get('link'), null);
  const names = [await first.text(), await rest.text()].map((text) => text.match(/,a\d,/g)?.join(''));
  assert.deepEqual(names, [',a6,,a5,,a4,,a3,', ',a2,,a1,,a0,']);
});

/** Element names and texts, in order. */
function elementsOf(xml: string): { readonly name: string; readonly text: string; readonly href?: string }[] {
  const elements: { name: string; text: string; href?: string }[] = [];
  const walk = (nodes: ReturnType<typeof parseDocument>['children']) => {
    for (const node of nodes) {
      if (!('children' in node) || !('name' in node)) continue;
      const text = node.children.map((child) => ('data' in child ? child.data : '')).join('');
      const { href } = node.attribs;
      elements.push({ name: node.name, text, ...(href !== undefined && { href }) });
      walk(node.children);
    }
  };
  walk(parseDocument(xml, { xmlMode: true }).children);
  return elements;
}

test('a list as Atom feed has stable ids, times and links', async () => {
  const open = incidentView(completeReport, { id: 'inc-open', closedAtMs: null });
  const views = [open, incidentView(completeReport)];
  const base = await serveApp(express().use(incidentFilesRouter({ queries: fakeQueries(views), publicUrl })));
  const answer = await fetch(`${base}/incidents.atom?group=web-prod`);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/atom\+xml/);
  const elements = elementsOf(await answer.text());
  const texts = (name: string) => elements.filter((element) => element.name === name).map(({ text }) => text);
  assert.deepEqual(texts('id'), [
    'urn:smokejumper:incidents:group%3Dweb-prod',
    'urn:smokejumper:incident:inc-open',
    `urn:smokejumper:incident:${completeReport.incidentId}`,
  ]);
  assert.deepEqual(texts('updated'), [
    '2026-03-14T03:22:48.000Z',
    '2026-03-14T03:12:07.000Z',
    '2026-03-14T03:22:48.000Z',
  ]);
  assert.equal(texts('author').length, 1);
  assert.deepEqual(texts('title').slice(1, 2), [
    'web-prod i-0abc1f52e8d7793aa: parseHTML (htmlparser2) 0.02 → 1.41 cores',
  ]);
  assert.deepEqual(
    elements.flatMap(({ href }) => href ?? []),
    [
      'https://fire.example.com/incidents.atom?group=web-prod',
      'https://fire.example.com/?group=web-prod',
      'https://fire.example.com/incidents/inc-open',
      `https://fire.example.com/incidents/${completeReport.incidentId}`,
    ],
  );
});

test('hostile names do not break out of feed or table', async () => {
  for (const hostile of HOSTILE) {
    const view = incidentView(hostileReport(hostile), { id: hostile as IncidentId, headline: hostile });
    const base = await serveApp(express().use(incidentFilesRouter({ queries: fakeQueries([view]), publicUrl })));
    const xml = await (await fetch(`${base}/incidents.atom`)).text();
    const names = new Set(elementsOf(xml).map(({ name }) => name));
    const known = [
      'feed',
      'id',
      'title',
      'updated',
      'author',
      'name',
      'link',
      'entry',
      'published',
      'category',
      'summary',
    ];
    assert.deepEqual(
      [...names].filter((name) => !known.includes(name)),
      [],
      hostile.slice(0, 20),
    );
    assert.doesNotMatch(xml, /[\p{Cs}\ufffe\uffff]|(?!\n)\p{Cc}/u, hostile.slice(0, 20));
    const csv = await (await fetch(`${base}/incidents.csv`)).text();
    assert.equal(csv.split('\n').length, 3, hostile.slice(0, 20));
  }
});

test('an empty feed is a feed', async () => {
  const base = await serveApp(express().use(incidentFilesRouter({ queries: fakeQueries([]) })));
  const xml = await (await fetch(`${base}/incidents.atom`)).text();
  assert.match(xml, /<updated>1970-01-01T00:00:00\.000Z<\/updated>/);
  assert.match(xml, new RegExp(`rel="self" type="application/atom\\+xml" href="${base}/incidents.atom"`));
});
