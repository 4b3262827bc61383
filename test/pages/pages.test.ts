import assert from 'node:assert/strict';
import test from 'node:test';
import { NO_TRIAGE } from '../../service/incidents/triage/triage.ts';
import { renderChoicePage } from '../../service/pages/compare/choice-page.ts';
import { renderErrorPage } from '../../service/pages/error-page.ts';
import { renderIncidentPage } from '../../service/pages/incident-page.ts';
import { renderIncidentsPage } from '../../service/pages/incidents-page.ts';
import { renderNotificationsPage } from '../../service/pages/notifications-page.ts';
import { renderOperationsPage } from '../../service/pages/triage/operations-page.ts';
import { ofDrill } from '../../service/report/drill/drill-words.ts';
import { ofSecond } from '../../service/report/second/second-words.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { onePage } from '../support/fake-queries.ts';
import { assertGolden } from '../support/golden.ts';
import { dangers, inspectHtml } from '../support/inspect-html.ts';
import {
  completeReport,
  failedHotReport,
  HOSTILE,
  hostileReport,
  incidentView,
  OPENED_MS,
  withheldReport,
} from '../support/sample-report.ts';

const assets = { style: '/assets/style.css', script: '/assets/page.js', icon: '/assets/icon.svg', version: '0.1.0' };
const files = completeReport.files;
const list = {
  params: {},
  groups: ['web-prod'],
  notifications: [],
  assets,
};

test('the list shows state, headline, place and time of an incident and links to it', () => {
  const html = renderIncidentsPage({ ...list, page: onePage([incidentView(completeReport)]) });
  const { text, attributes } = inspectHtml(html);
  const place = 'web-prod i-0abc1f52e8d7793aa; alarm web-prod-cpu-high';
  assert.match(text, new RegExp(`hot path\\s+over\\s+parseHTML \\(htmlparser2\\) 0\\.02 → 1\\.41 cores${place}`));
  assert.match(text, /2026-03-14 03:12:07 UTCin ALARM for 10 min 41 s/);
  assert.ok(attributes.includes('a href=/incidents/20260314-031207-7f3a'));
  assert.ok(attributes.includes('time datetime=2026-03-14T03:12:07Z'));
});

test('the page and the row of a drill say that it is one, and never that it burns or is over', () => {
  const view = { ...incidentView(ofDrill(completeReport)), isDrill: true as const };
  const page = renderIncidentPage({ view, files, assets });
  const row = renderIncidentsPage({ ...list, params: { state: 'drill' }, page: onePage([view]) });
  for (const html of [page, row]) {
    assert.match(html, /class="pill quiet">(?:<a[^>]*>)?drill</);
    assert.doesNotMatch(
      inspectHtml(html).text.replace(/Burning now|burning$/gm, ''),
      /still in ALARM|the alarm is over/,
    );
  }
  const { text } = inspectHtml(page);
  assert.match(text, /DRILL\. This is a drill/);
  const early = inspectHtml(
    renderIncidentPage({ view: { ...view, report: null, state: 'dispatched' }, files, assets }),
  );
  assert.match(early.text, /DRILL\. This is a drill/);
  assert.doesNotMatch(
    inspectHtml(renderIncidentPage({ view: incidentView(completeReport), files, assets })).text,
    /DRILL/,
  );
});

test('the page of an incident links to its second recording, or says why there is none; that one links back', () => {
  const view = incidentView(completeReport);
  const second = ofSecond(completeReport, completeReport, { of: view.id, afterMs: 900_000 });
  const row = {
    ...view,
    id: 'inc-second' as IncidentId,
    headline: second.verdict.headline,
    secondOf: view.id,
  };
  const look = { captureId: row.id, reason: 'The alarm is still on, 15 min after the report.', atMs: OPENED_MS };
  const parent = inspectHtml(renderIncidentPage({ view: { ...view, second: { ...look, row } }, files, assets }));
  assert.match(parent.text, /Recorded once more15 min later: still parseHTML/);
  assert.ok(parent.attributes.includes('a href=/incidents/inc-second'));
  assert.doesNotMatch(parent.text, /This is the second recording/);
  const none = { captureId: null, reason: '“web CPU” is OK by now.', atMs: OPENED_MS, row: null };
  const without = inspectHtml(renderIncidentPage({ view: { ...view, second: none }, files, assets }));
  assert.match(without.text, /Not recorded once more“web CPU” is OK by now\./);
  const own = inspectHtml(renderIncidentPage({ view: { ...row, report: second }, files, assets }));
  assert.match(own.text, /This is the second recording of the same incident/);
  assert.ok(own.attributes.includes(`a href=/incidents/${view.id}`));
  assert.doesNotMatch(own.text, /still in ALARM|the alarm is over/);
});

test('every page links to the list, the notifications and the comparison, and marks the one that it is', () => {
  const choice = renderChoicePage({ a: null, b: null, rows: [], fault: null, uploadMb: 1, assets });
  const notifications = renderNotificationsPage({ page: onePage([]), assets });
  for (const [html, current] of [
    [renderIncidentsPage({ ...list, page: onePage([]) }), 'Incidents'],
    [notifications, 'Notifications'],
    [choice, 'Compare'],
    [renderIncidentPage({ view: incidentView(completeReport), files, assets }), undefined],
  ] as const) {
    const { attributes, text } = inspectHtml(html);
    for (const href of ['/', '/notifications', '/compare']) assert.ok(attributes.includes(`a href=${href}`), href);
    assert.match(text, /Incidents\s*Notifications\s*Compare/);
    assert.equal(/aria-current="page">(\w+)/.exec(html)?.[1], current);
  }
});

test('wherever a page says a time, UTC stays in its title when the script shows the local one', () => {
  const at = { by: 'ann', atMs: OPENED_MS };
  const mute = { group: 'web-prod', untilMs: OPENED_MS + 1, reason: null, ...at };
  const note = { id: 1, text: 'x', closed: null, ...at };
  const change = { atMs: OPENED_MS, who: 'ann', what: 'pin', from: null, to: null } as const;
  const triage = { ...NO_TRIAGE, mute, notes: [note, { ...note, id: 2, closed: at }], changes: [change] };
  const past = { id: 'inc-last', openedAtMs: OPENED_MS, hotInstance: null, release: null };
  const seen = { cause: 'inc-last', times: 1, isMore: false, first: past, latest: [past], fixed: null, release: null };
  const view = incidentView(completeReport, { triage, seen });
  const operation = { id: 1, atMs: OPENED_MS, who: 'ann', what: 'delete', subject: 'x', detail: 'y' } as const;
  for (const html of [
    renderIncidentPage({ view, files, worker: { name: 'ann' }, assets }),
    renderIncidentsPage({ ...list, page: onePage([view]), mutes: [mute] }),
    renderOperationsPage({ operations: [operation], mutes: [mute], assets }),
  ]) {
    const times = html.match(/<time [^>]*>/g) ?? [];
    assert.ok(times.length > 0);
    for (const time of times) assert.match(time, / title="[^"]+ UTC"/);
  }
});

test('an empty search says that nothing matches', () => {
  assert.match(renderIncidentsPage({ ...list, page: onePage([]) }), /No alarm has arrived yet/);
  const html = renderIncidentsPage({ ...list, page: onePage([]), params: { q: '"x" & <y>', group: 'gone' } });
  assert.match(html, /No incident matches all of this/);
  const { attributes, text } = inspectHtml(html);
  assert.ok(attributes.includes('input value="x" & <y>'));
  assert.match(text, /gone/, 'a group that is not known any more stays chosen');
});

test('filters that are on can be dropped one by one, and are offered to be when nothing matches', () => {
  const params = { q: 'a b', verdict: 'hot path', from: '2026-05-03' };
  const html = renderIncidentsPage({ ...list, page: onePage([]), params });
  const { attributes, text } = inspectHtml(html);
  for (const href of ['/?verdict=hot+path&from=2026-05-03', '/?q=a+b&from=2026-05-03', '/?q=a+b&verdict=hot+path'])
    assert.equal(attributes.filter((attribute) => attribute === `a href=${href}`).length, 2, href);
  assert.match(text, /Without Verdict hot path/);
  assert.ok(attributes.includes('link href=/incidents.atom?q=a+b&verdict=hot+path&from=2026-05-03'));
  const found = inspectHtml(renderIncidentsPage({ ...list, page: onePage([incidentView(completeReport)]), params }));
  for (const path of ['csv', 'json', 'atom'])
    assert.ok(found.attributes.includes(`a href=/incidents.${path}?q=a+b&verdict=hot+path&from=2026-05-03`));
  for (const href of ['/?group=web-prod', '/?instance=i-0abc1f52e8d7793aa', '/?verdict=hot+path'])
    assert.ok(found.attributes.includes(`a href=${href}`), href);
  const behind = renderIncidentsPage({ ...list, page: { ...onePage([]), total: 7 }, isBehind: true });
  assert.match(behind, /the list ends before this page/);
  assert.doesNotMatch(behind, /No alarm has arrived yet/);
});

test('paging keeps the search', () => {
  const html = renderIncidentsPage({
    ...list,
    page: { ...onePage([incidentView(completeReport)]), total: 120, older: 'iold', newer: 'inew' },
    params: { q: 'a&b', group: 'g' },
  });
  const links = inspectHtml(html).attributes.filter((text) => text.startsWith('a href=/?q=a%26b&group'));
  assert.deepEqual(
    links,
    ['', '&after=inew', '&before=iold'].map((cursor) => `a href=/?q=a%26b&group=g${cursor}`),
  );
  assert.match(html, /1 of 120/);
});

test('a list says when not all of it was counted, or looked through, and when it is not what was asked for', () => {
  const some = onePage([incidentView(completeReport)]);
  const found = renderIncidentsPage({ ...list, page: { ...some, total: null, older: 'i1' } });
  assert.match(found, /1 of many/);
  const looked = renderIncidentsPage({ ...list, page: { ...onePage([]), total: null, older: 'i1', searched: 2000 } });
  assert.match(looked, /very short or very long words, are looked for in 2000 incidents at a time/);
  assert.ok(inspectHtml(looked).attributes.includes('a href=/?before=i1'), 'although nothing was found so far');
  const behind = renderNotificationsPage({ page: { ...onePage([]), total: 7 }, assets });
  assert.match(behind, /There is nothing older/);
  assert.match(behind, /href="\/notifications">Newest/);
  const all = renderNotificationsPage({ page: onePage([]), assets });
  assert.doesNotMatch(all, /class="pager"/);
});

test('the page of an incident has verdict, graphs, findings, evidence, instances, timeline and downloads', () => {
  const html = renderIncidentPage({ view: incidentView(completeReport), files, assets });
  const { text, attributes } = inspectHtml(html);
  for (const part of [
    'The culprit',
    'Flame graphs',
    'Findings',
    'How it was obtained',
    'Which instances, and why',
    'The alarm',
    'Timeline',
    'Downloads',
  ]) {
    assert.ok(text.includes(part), part);
  }
  const graphs = attributes.filter((attribute) => attribute.startsWith('object data='));
  assert.deepEqual(
    graphs,
    ['differential', 'hot', 'healthy'].map((name) => `object data=/incidents/20260314-031207-7f3a/files/${name}.svg`),
  );
  assert.match(text, /report after 29 s/);
  assert.doesNotMatch(html, /data-live/, 'a finished incident needs no renewal');
  assert.doesNotMatch(html, / style=/, 'the policy of the page forbids inline styles');
});

test('each recording can be downloaded in every format, and opened in speedscope with the profile loaded', () => {
  const { attributes, text } = inspectHtml(renderIncidentPage({ view: incidentView(completeReport), files, assets }));
  const links = new Set(attributes.filter((attribute) => attribute.startsWith('a href=')));
  const at = '/incidents/20260314-031207-7f3a';
  for (const side of ['hot', 'healthy']) {
    assert.ok(links.has(`a href=${at}/files/${side}.svg`), side);
    for (const ending of ['folded', 'speedscope.json', 'pb.gz', 'capture.gz']) {
      assert.ok(links.has(`a href=${at}/exports/${side}.${ending}`), `${side}.${ending}`);
    }
    const profile = encodeURIComponent(`${at}/exports/${side}.speedscope.json`);
    assert.ok([...links].some((link) => link.startsWith(`a href=/speedscope/#profileURL=${profile}&title=`)));
  }
  for (const name of ['differential.svg', 'differential.json', 'notes.bin']) {
    assert.ok(links.has(`a href=${at}/files/${name}`), name);
  }
  assert.ok(links.has(`a href=/api/v1${at}`));
  assert.doesNotMatch(text, /c-01\.capture\.gz|mail\.json/, 'names that mean nothing to a person are not shown');
});

test('a capture that is gone offers no conversion, and a failed one is still offered', () => {
  const kept = files.filter((file) => !file.name.startsWith('c-02'));
  const { attributes } = inspectHtml(renderIncidentPage({ view: incidentView(completeReport), files: kept, assets }));
  assert.ok(attributes.some((text) => text.includes('/exports/hot.folded')));
  assert.ok(!attributes.some((text) => text.includes('/exports/healthy')));
  const failed = renderIncidentPage({ view: incidentView(failedHotReport), files, assets });
  assert.match(failed, /files\/c-01\.capture\.gz/);
  assert.doesNotMatch(failed, /exports\/hot\./);
});

test('while an incident is under way its page shows how far it is and refreshes itself', () => {
  const view = incidentView(completeReport, {
    state: 'dispatched',
    report: null,
    headline: null,
    verdictClass: null,
    closedAtMs: null,
  });
  const html = renderIncidentPage({ view, files: [], assets });
  assert.match(html, /data-live="dispatched 7 {2}0 0 {4}1 1"/);
  assert.match(html, /aria-current="step">Recording</);
  assert.match(html, /web-prod-cpu-high: recording/);
  assert.match(html, /still in ALARM/);
});

test('a report whose alarm is still on refreshes until it ends, without steps', () => {
  const html = renderIncidentPage({ view: incidentView(completeReport, { closedAtMs: null }), files, assets });
  assert.match(html, /data-live="notified 7 {2}0 0"/);
  assert.doesNotMatch(html, /class="steps"/);
});

test('a step that fails and is retried says why, in the list and on the page', () => {
  const retry = { attempts: 3, reason: 'The mail server refused the sender', nextAtMs: OPENED_MS + 60_000 };
  const view = incidentView(completeReport, { state: 'reported', closedAtMs: null, retry });
  const page = inspectHtml(renderIncidentPage({ view, files: [], assets })).text;
  assert.match(page, /This step failed 3 times\s*The mail server refused the sender\. The next attempt is at 03:13:07/);
  const { text } = inspectHtml(renderIncidentsPage({ ...list, page: onePage([view]) }));
  assert.match(text, /failed 3 times: The mail server refused the sender\./);
  const over = renderIncidentPage({ view: { ...view, state: 'notified' }, files: [], assets });
  assert.doesNotMatch(over, /failed 3 times/);
});

test('a list of several accounts says of each incident where it is, and of one alone it does not', () => {
  const [here, there] = [incidentView(completeReport), incidentView(completeReport, { accountId: '222233334444' })];
  const shown = (views: (typeof here)[]) => inspectHtml(renderIncidentsPage({ ...list, page: onePage(views) }));
  const { text, attributes } = shown([here, there]);
  assert.match(text, /i-\w+ 222233334444 eu-west-1; alarm/);
  assert.ok(attributes.includes('a href=/?account=222233334444'));
  assert.doesNotMatch(shown([here]).text, /eu-west-1; alarm/);
});

test('a throttled alarm gives its reason and promises nothing', () => {
  const events = [{ atMs: OPENED_MS, state: 'throttled' as const, detail: '3 captures of web-prod in 24 h; limit 3' }];
  const view = incidentView(completeReport, {
    state: 'throttled',
    report: null,
    headline: null,
    verdictClass: null,
    events,
  });
  const { text } = inspectHtml(renderIncidentPage({ view, files: [], assets }));
  assert.match(text, /Not profiled\. 3 captures of web-prod in 24 h; limit 3/);
  assert.doesNotMatch(text, /refreshes itself/);
});

for (const [state, detail, lead] of [
  [
    'lapsed',
    'recovered while it waited 4 min for its turn',
    /Not profiled: recovered while it waited 4 min for its turn\./,
  ],
  ['accepted', 'It is number 3 of those that wait.', /The instances are being chosen/],
] as const) {
  test(`an incident that is ${state} says so`, () => {
    const events = [{ atMs: OPENED_MS, state, detail }];
    const nothing = { report: null, headline: null, verdictClass: null, deliveries: [] };
    const view = incidentView(completeReport, { state, ...nothing, events });
    assert.match(inspectHtml(renderIncidentPage({ view, files: [], assets })).text, lead);
  });
}

test('the page says who was told, who was not yet, and who was given up, and why', () => {
  const deliveries = [
    { kind: 'report', channel: 'mail', recipient: 'a@example.com', state: 'sent', note: null },
    { kind: 'all-clear', channel: 'mail', recipient: 'a@example.com', state: 'pending', note: null },
    { kind: 'report', channel: 'mail', recipient: '<b>@example.com', state: 'failed', note: 'Address is not verified' },
    {
      kind: 'report',
      channel: 'sns',
      recipient: 'arn:aws:sns:us-east-1:1:t',
      state: 'pending',
      note: 'AWS throttles Publish',
    },
  ] as const;
  const view = incidentView(completeReport, { deliveries });
  const { text } = inspectHtml(renderIncidentPage({ view, files: [], assets }));
  assert.match(text, /Who was told\s*told\s*a@example\.com\s*not yet\s*a@example\.com \(all-clear\)\s*given up/);
  assert.match(text, /given up\s*<b>@example\.com\s*Address is not verified\./);
  assert.match(text, /not yet\s*topic arn:aws:sns:us-east-1:1:t\s*AWS throttles Publish\./);
});

test('what is missing stands above everything else', () => {
  const html = renderIncidentPage({ view: incidentView(failedHotReport), files: [], assets });
  assert.ok(html.indexOf('What is missing') < html.indexOf('How it was obtained'));
  assert.match(html, /Run the SSM agent as root/);
  const withheld = renderIncidentPage({ view: incidentView(withheldReport), files: [], assets });
  assert.doesNotMatch(withheld, /The culprit/);
  assert.match(withheld, /Busiest on the hot instance/);
});

test('the notification log says why it fired and why not', () => {
  const notifications = [
    ...incidentView(completeReport).notifications,
    {
      id: 12,
      receivedAtMs: OPENED_MS,
      messageId: null,
      outcome: 'rejected' as const,
      reason: 'The signature does not match',
      incidentId: null,
      accountId: null,
      region: null,
    },
  ];
  const { text, attributes } = inspectHtml(renderNotificationsPage({ page: onePage(notifications), assets }));
  assert.match(text, /rejected\s*The signature does not match\s*none/);
  assert.match(text, /duplicate\s*Message id seen before\s*account 111122223333, eu-west-1/);
  assert.match(text, /duplicate\s*Message id seen before/);
  assert.equal(attributes.filter((text) => text.startsWith('a href=/incidents/')).length, 3);
});

for (const [at, hostile] of HOSTILE.entries()) {
  test(`hostile text ${at} stays text on every page`, () => {
    const view = incidentView(hostileReport(hostile), {
      events: [{ atMs: Number.NaN, state: 'accepted', detail: hostile }],
      notifications: [
        {
          id: 1,
          receivedAtMs: 1e300,
          messageId: hostile,
          outcome: 'rejected',
          reason: hostile,
          incidentId: hostile as IncidentId,
          accountId: hostile,
          region: hostile,
        },
      ],
    });
    const pages = [
      renderIncidentsPage({
        ...list,
        page: onePage([view]),
        groups: [hostile],
        params: { q: hostile, group: hostile, function: hostile, from: hostile },
        notifications: view.notifications,
      }),
      renderIncidentPage({ view, files: [{ name: hostile, bytes: 1 }, ...files], assets }),
      renderNotificationsPage({ page: onePage(view.notifications), assets }),
      renderErrorPage({ heading: hostile, message: hostile, assets }),
    ];
    for (const page of pages) {
      const seen = inspectHtml(page);
      assert.deepEqual(dangers(seen), []);
      assert.equal(seen.tags.filter((tag) => tag === 'script').length, 1);
      assert.equal(seen.tags.filter((tag) => tag === 'img').length, 1);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
      assert.doesNotMatch(seen.text, /[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
      assert.ok(page.isWellFormed());
    }
  });
}

test('the pages look as they were approved', () => {
  assertGolden('report/incident-page.html', renderIncidentPage({ view: incidentView(completeReport), files, assets }));
  assertGolden(
    'report/error-page.html',
    renderErrorPage({ heading: 'Not found', message: 'There is no such page.', assets }),
  );
});
