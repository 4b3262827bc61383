import assert from 'node:assert/strict';
import test from 'node:test';
import { renderIncidentPage } from '../../../service/pages/incident-page.ts';
import { type SeenBefore, seenModel } from '../../../service/report/earlier/seen-before.ts';
import { renderMail } from '../../../service/report/mail/render-mail.ts';
import { renderPlain } from '../../../service/report/plain/render-plain.ts';
import { inspectHtml } from '../../support/inspect-html.ts';
import { completeReport, HOSTILE, incidentView, OPENED_MS } from '../../support/sample-report.ts';

const HOUR = 3_600_000;
const assets = { style: '', script: '', icon: '', version: '' };
const past = (id: string, hours: number, release: string | null = null) => ({
  id,
  openedAtMs: OPENED_MS - hours * HOUR,
  hotInstance: 'i-0feed',
  release,
});
const seen: SeenBefore = {
  cause: 'inc-first',
  times: 4,
  isMore: false,
  first: past('inc-first', 300),
  latest: [past('inc-last', 51, 'release 41'), past('inc-before', 80)],
  fixed: null,
  release: 'release 43',
};

test('how often, since when, how long ago and where is said in one sentence', () => {
  assert.equal(seenModel(seen, OPENED_MS)?.words, 'Seen 4 times since 2026-03-01, last 2 d 3 h earlier on i-0feed.');
  const many = seenModel({ ...seen, times: 1000, isMore: true }, OPENED_MS)?.words ?? '';
  assert.match(many, /^Seen at least 1000 times since/);
  const once = { ...seen, times: 1, latest: [{ ...past('inc-last', 51), hotInstance: null }] };
  assert.equal(seenModel(once, OPENED_MS)?.words, 'Seen once before: 2 d 3 h earlier.');
  assert.equal(seenModel(null, OPENED_MS), null);
});

test('releases are named where both are known and differ', () => {
  const words = (changes: Partial<SeenBefore>) => seenModel({ ...seen, ...changes }, OPENED_MS)?.releases;
  assert.equal(words({}), 'The hot instance ran release 41 then, and runs release 43 now.');
  assert.equal(words({ release: null }), null);
  assert.equal(words({ release: 'release 41' }), null);
});

test('a cause that was said to be fixed is back: page, mail and Markdown say in which release', () => {
  const back = { ...seen, fixed: { text: 'release 41', atMs: OPENED_MS - 9 * HOUR, ran: 'release 40' } };
  const pageUrl = 'https://fire.example.com/incidents/x';
  const mail = renderMail(completeReport, { pageUrl, pictures: [], seen: back });
  for (const text of [
    inspectHtml(mail.html).text,
    mail.text,
    renderPlain(completeReport, 'md', { source: null, pageUrl, seen: back }),
    inspectHtml(renderIncidentPage({ view: incidentView(completeReport, { seen: back }), files: [], assets })).text,
  ]) {
    assert.match(text, /earlier on i-0feed\. Fixed in release 41, back in 43\./);
    assert.doesNotMatch(text, /The hot instance ran release/, 'the releases are said once');
  }
});

test('the mail says it, first in its subject', () => {
  const options = { pageUrl: 'https://fire.example.com/incidents/x', pictures: [] };
  const mail = renderMail(completeReport, { ...options, seen });
  assert.equal(mail.subject, '[again] web-prod i-0abc1f52e8d7793aa: parseHTML (htmlparser2) 0.02 → 1.41 cores');
  for (const body of [inspectHtml(mail.html).text, mail.text])
    assert.match(
      body,
      /Seen 4 times since 2026-03-01, last 2 d 3 h earlier on i-0feed\. The hot instance ran release 41/,
    );
  const first = renderMail(completeReport, { ...options, seen: null });
  assert.doesNotMatch(first.subject + first.text, /again|Seen/);
  assert.deepEqual(renderMail(completeReport, options), first);
  const verdict = { ...completeReport.verdict, headline: 'x'.repeat(200) };
  const long = renderMail({ ...completeReport, verdict }, { ...options, seen }).subject;
  assert.deepEqual([long.slice(0, 8), long.length], ['[again] ', 120]);
});

test('the page links to the earlier incidents, and to all of them', () => {
  const { text, attributes } = inspectHtml(
    renderIncidentPage({
      view: incidentView(completeReport, { again: true, seen }),
      files: [],
      assets,
    }),
  );
  assert.match(text, /Seen before\s*Seen 4 times since 2026-03-01/);
  for (const href of ['/incidents/inc-last', '/incidents/inc-before', '/?cause=inc-first'])
    assert.ok(attributes.includes(`a href=${href}`), href);
});

test('names of machines stay text', () => {
  for (const hostile of HOSTILE) {
    const bad = { ...past(hostile, 5, hostile), hotInstance: hostile };
    const options = { pageUrl: '', pictures: [], seen: { ...seen, first: bad, latest: [bad] } };
    const { html, subject } = renderMail(completeReport, options);
    assert.doesNotMatch(html, /<script>|<img src=x/);
    assert.equal(subject.split('\n').length, 1);
  }
});
