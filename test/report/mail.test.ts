import assert from 'node:assert/strict';
import test from 'node:test';
import { renderMail } from '../../service/report/mail/render-mail.ts';
import type { ReportData } from '../../service/report/report-data.ts';
import { assertGolden } from '../support/golden.ts';
import { dangers, inspectHtml } from '../support/inspect-html.ts';
import {
  completeReport,
  failedHotReport,
  HOSTILE,
  hostileReport,
  noPeerReport,
  withheldReport,
} from '../support/sample-report.ts';

const OPTIONS = {
  pageUrl: 'https://smokejumper.example/incidents/20260314-031207-7f3a',
  pictures: [
    { cid: 'differential@smokejumper', name: 'differential', alt: 'Differential flame graph' },
    { cid: 'hot@smokejumper', name: 'hot', alt: 'Flame graph of the hot instance' },
    { cid: 'healthy@smokejumper', name: 'healthy', alt: 'Flame graph of the healthy instance' },
  ],
} as const;

const mailOf = (data: ReportData) => renderMail(data, OPTIONS);

test('the subject is the verdict', () => {
  assert.equal(
    mailOf(completeReport).subject,
    'web-prod i-0abc1f52e8d7793aa: parseHTML (htmlparser2) 0.02 → 1.41 cores',
  );
});

test('without group and instance the subject names the alarm', () => {
  const { subject } = mailOf({ ...completeReport, group: null, hotInstance: null });
  assert.equal(subject, 'web-prod-cpu-high: parseHTML (htmlparser2) 0.02 → 1.41 cores');
});

test('HTML and text say the same: culprit, place, numbers, certainty, instances, alarm, link', () => {
  const { html, text } = mailOf(completeReport);
  const seen = inspectHtml(html).text;
  for (const fact of [
    'Parser.parseHTML',
    'htmlparser2@9.1.0',
    '/srv/app/node_modules/htmlparser2/lib/Parser.js:212, hottest line 219',
    '1.41',
    '0.02',
    '+1.39',
    '± 0.17',
    '+1.22 … +1.56 cores (95 % confidence interval)',
    'q < 0.001',
    'Very sure. 84 % of what the service uses beyond its healthy peer',
    'What to do next',
    'eu-central-1, account 123456789012',
    'decodeEnvelope',
    'JSON.parse',
    'ingestMail (src/ingest.js:41)',
    '1,873',
    '10 s at 99 Hz',
    'Node explains 1.89 of 1.97 busy cores',
    '37 %',
    '3 (0.2 %)',
    'i-0c9e27f11d0b38e44',
    'SSM agent offline for 14 minutes',
    'web-prod-cpu-high',
    '97.4 %',
    '80 %',
    'One peer:',
    OPTIONS.pageUrl,
    '2026-03-14 03:12:07 UTC',
  ]) {
    assert.ok(seen.includes(fact), `HTML lacks ${fact}`);
    assert.ok(text.toLowerCase().includes(fact.toLowerCase()), `text lacks ${fact}`);
  }
});

test('pictures are shown by cid, in the order given, each with alternative text', () => {
  const { attributes } = inspectHtml(mailOf(completeReport).html);
  assert.deepEqual(
    attributes.filter((text) => text.startsWith('img src=')),
    OPTIONS.pictures.map(({ cid }) => `img src=cid:${cid}`),
  );
  assert.deepEqual(
    attributes.filter((text) => text.startsWith('img alt=')),
    OPTIONS.pictures.map(({ alt }) => `img alt=${alt}`),
  );
});

test('nothing is loaded from anywhere and nothing runs', () => {
  const { tags, attributes } = inspectHtml(mailOf(completeReport).html);
  assert.deepEqual(
    tags.filter((tag) => ['script', 'svg', 'link', 'iframe', 'form', 'object'].includes(tag)),
    [],
  );
  assert.deepEqual(
    attributes.filter((text) => / src=/.test(text) && !text.includes('src=cid:')),
    [],
  );
});

test('a report without a peer says that nothing was compared and names the busiest function', () => {
  const { text } = mailOf(noPeerReport);
  assert.match(text, /There is no healthy profile to compare with/);
  assert.match(text, /BUSIEST FUNCTIONS ON THE HOT INSTANCE[\s\S]*1\. Parser\.parseHTML \[htmlparser2\]: 1\.22, 1\.41/);
  assert.match(text, /WHAT IS MISSING\n- No healthy peer/);
  assert.doesNotMatch(text, /FINDINGS/);
});

test('a failed capture is reported with its cause and the way out, once', () => {
  const { text, html } = mailOf(failedHotReport);
  assert.equal(text.split('kernel.perf_event_paranoid is 4').length, 2, 'the cause, once');
  assert.equal(text.split('Run the SSM agent as root').length, 2, 'the way out, once');
  assert.match(html, /Run the SSM agent as root/);
  const told = 'No profile of the hot instance: it was terminated.';
  const captures = failedHotReport.captures.map((capture) =>
    capture.failure ? { ...capture, failure: { code: 'GONE', message: 'it was terminated.', hint: null } } : capture,
  );
  const once = mailOf({ ...failedHotReport, captures, shortcomings: [told] }).text;
  assert.equal(once.split('t was terminated').length, 2);
});

test('a withheld comparison names no function and says what to do about it', () => {
  const { text } = mailOf(withheldReport);
  assert.match(text, /^Not sure\. Hot side: Only 112 samples; 200 are needed\.$/m);
  assert.equal(text.split('Only 112 samples').length, 2);
  assert.match(text, /WHAT TO DO NEXT\n- Record for longer/);
  assert.match(text, /Quality of the recordings: withheld; too weak to compare/);
});

test('a report of an incident that recorded nothing is still a mail', () => {
  const nothing: ReportData = {
    ...failedHotReport,
    hotInstance: null,
    peerInstances: [],
    captures: [],
    members: [],
    healthy: null,
    shortcomings: ['The group web-prod does not exist any more.'],
  };
  const { text, subject } = renderMail(nothing, { pageUrl: OPTIONS.pageUrl, pictures: [] });
  assert.match(subject, /^web-prod: /);
  assert.match(text, /The group web-prod does not exist any more\.\n/);
  assert.match(text, /Nothing was recorded\./);
});

test('an address that is not http(s) is not linked', () => {
  const { html, text } = renderMail(completeReport, { pageUrl: 'javascript:alert(1)', pictures: [] });
  assert.doesNotMatch(html + text, /javascript:/);
});

for (const [at, hostile] of HOSTILE.entries()) {
  test(`hostile text ${at} stays text, and the mail stays small`, () => {
    const { subject, html, text } = mailOf(hostileReport(hostile));
    assert.ok(Buffer.byteLength(html) < 90_000, `${Buffer.byteLength(html)} bytes of HTML`);
    assert.ok(Buffer.byteLength(text) < 90_000);
    assert.ok(subject.length <= 120 && subject.isWellFormed());
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
    assert.doesNotMatch(subject + html + text, /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/);
    assert.doesNotMatch(subject, /[\r\n]/);
    const seen = inspectHtml(html);
    assert.deepEqual(dangers(seen), []);
    assert.deepEqual(
      [...new Set(seen.tags)].filter((tag) => tag === 'script' || tag === 'svg'),
      [],
    );
    assert.equal(seen.tags.filter((tag) => tag === 'img').length, OPTIONS.pictures.length);
  });
}

test('the worst text that escapes to the most bytes still fits', () => {
  for (const worst of ["'".repeat(5000), '"`='.repeat(3000), '\ufffd'.repeat(5000)]) {
    assert.ok(Buffer.byteLength(mailOf(hostileReport(worst)).html) < 90_000);
  }
});

test('the mails look as they were approved', () => {
  const complete = mailOf(completeReport);
  assertGolden('report/mail-complete.html', complete.html);
  assertGolden('report/mail-complete.txt', complete.text);
  assertGolden('report/mail-failed-hot.txt', mailOf(failedHotReport).text);
  assertGolden('report/mail-no-peer.txt', mailOf(noPeerReport).text);
});
