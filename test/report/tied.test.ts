/** Reports of incidents that a composite alarm ties together name each other. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { renderIncidentPage } from '../../service/pages/incident-page.ts';
import { allClearMail } from '../../service/report/mail/all-clear-mail.ts';
import { plainMail } from '../../service/report/mail/plain-mail.ts';
import { renderMail } from '../../service/report/mail/render-mail.ts';
import { renderPlain } from '../../service/report/plain/render-plain.ts';
import type { ReportData } from '../../service/report/report-data.ts';
import { renderReportFile } from '../../service/report/report-file.ts';
import type { ReportTied } from '../../service/report/tied/tied-data.ts';
import { visible } from '../../service/shared/text/untrusted.ts';
import { inspectHtml } from '../support/inspect-html.ts';
import { completeReport, HOSTILE, incidentView } from '../support/sample-report.ts';

const BASE = 'https://smokejumper.example.com/incidents';
const pageUrl = `${BASE}/inc-own`;
const assets = { style: '', script: '', icon: '', version: '' };
const tied = [
  {
    ...{ alarmName: 'api CPU', scope: 'group api', incidentId: 'inc-api' },
    headline: 'spin 0.1 → 1.9 cores',
    why: null,
  },
  { ...{ alarmName: 'jobs CPU', scope: 'group jobs', incidentId: 'inc-jobs' }, headline: null, why: null },
  {
    ...{ alarmName: 'old CPU', scope: 'group old', incidentId: null },
    headline: null,
    why: 'The group "old" is muted',
  },
  { ...{ alarmName: 'gone CPU', scope: 'group gone', incidentId: null }, headline: null, why: null },
];
const under = { alarmName: 'fleet busy', incidentId: 'inc-parent', where: 'web-prod' };
const parent: ReportData = { ...completeReport, tied };
const child: ReportData = { ...completeReport, under };

function bodies(report: ReportData) {
  const mail = renderMail(report, { pageUrl, pictures: [] });
  const plain = { source: null, pageUrl };
  return {
    mailText: mail.text,
    mailHtml: mail.html,
    text: renderPlain(report, 'txt', plain),
    markdown: renderPlain(report, 'md', plain),
    file: renderReportFile(report, { svgs: {} }),
    simple: plainMail(report, pageUrl, []).text,
  };
}

test('the incident of the composite alarm lists each other group: its finding, or why there is none', () => {
  for (const [form, body] of Object.entries(bodies(parent))) {
    const said = /Html|file/.test(form) ? inspectHtml(body).text : body.replaceAll('\\', '');
    assert.match(said, /also burning under this alarm/i, form);
    assert.match(said, /group api, alarm "api CPU": \[?spin 0\.1 → 1\.9 cores/, form);
    assert.match(said, /group jobs, alarm "jobs CPU": \[?its incident, which has no verdict yet/, form);
    assert.match(said, /group old, alarm "old CPU": not captured: The group "old" is muted\./, form);
    assert.match(said, /group gone, alarm "gone CPU": its incident/, form);
    assert.match(body, form === 'file' || form === 'simple' ? /inc-api/ : new RegExp(`${BASE}/inc-api`), form);
  }
});

test('an incident under it names the alarm, and leads to the other one', () => {
  for (const [form, body] of Object.entries(bodies(child))) {
    const said = /Html|file/.test(form) ? inspectHtml(body).text : body.replaceAll('\\', '');
    assert.match(said, /Under the composite alarm "fleet busy", with \[?the incident of web-prod/, form);
    assert.match(body, form === 'file' || form === 'simple' ? /inc-parent/ : new RegExp(`${BASE}/inc-parent`), form);
  }
  for (const body of Object.values(bodies(completeReport))) assert.doesNotMatch(body, /composite alarm|also burning/i);
});

test('the page says what is known now, also before there is a report', () => {
  const view = incidentView(completeReport);
  const ties = { under, others: tied };
  for (const report of [completeReport, null]) {
    const { text, attributes } = inspectHtml(
      renderIncidentPage({ view: { ...view, report, ties }, files: [], assets }),
    );
    assert.match(text, /Under the composite alarm "fleet busy", with the incident of web-prod\./);
    assert.match(text, /Also burning under this alarm/);
    for (const id of ['inc-parent', 'inc-api', 'inc-jobs'])
      assert.ok(attributes.includes(`a href=/incidents/${id}`), id);
  }
  const page = renderIncidentPage({ view, files: [], assets });
  assert.doesNotMatch(page, /composite alarm|Also burning/);
  const liveOf = (others: readonly ReportTied[]) => {
    const open = { ...view, state: 'analyzed', closedAtMs: null, ties: { under: null, others } } as const;
    return /data-live="([^"]*)"/.exec(renderIncidentPage({ view: open, files: [], assets }))?.[1];
  };
  assert.notEqual(liveOf(tied), liveOf(tied.map((one) => ({ ...one, headline: 'found' }))), 'a verdict is news');
});

test('names of anybody are text, and end where they end', () => {
  for (const name of HOSTILE) {
    const hostile = {
      under: { alarmName: name, incidentId: 'inc-x"><i>', where: name },
      tied: [{ alarmName: name, scope: `group ${name}`, incidentId: 'inc-y"><i>', headline: name, why: name }],
    };
    const { mailHtml, mailText, file } = bodies({ ...completeReport, ...hostile });
    const ties = { under: hostile.under, others: hostile.tied };
    const page = renderIncidentPage({ view: { ...incidentView(completeReport), ties }, files: [], assets });
    for (const body of [mailHtml, file, page]) assert.doesNotMatch(body, /<script>alert|<img src=x|"><i>/);
    for (const line of mailText.split('\n')) {
      assert.doesNotMatch(line, /^Bcc:/);
      assert.equal(line, visible(line));
    }
  }
});

test('those that are left out are counted', () => {
  const [, , one] = tied;
  assert.ok(one);
  const many = Array.from({ length: 30 }, (_, at) => ({ ...one, alarmName: `alarm ${at}` }));
  const { simple: _, ...forms } = bodies({ ...completeReport, tied: many });
  for (const [form, body] of Object.entries(forms)) {
    const shown = form === 'file' ? 20 : 12;
    assert.match(body, new RegExp(`alarm ${shown - 1}\\b`), form);
    assert.doesNotMatch(body, new RegExp(`alarm ${shown}\\b`), form);
    assert.match(body, new RegExp(`\\b${30 - shown} more\\\\?\\.`), form);
  }
});

test('an all-clear that came of the composite alarm names it', () => {
  const words = allClearMail(child, { burntMs: 840_000, byAlarm: 'fleet busy' }, pageUrl);
  assert.match(words.text, /^The composite alarm "fleet busy" is OK again, 14 min after .+ went to ALARM under it\./);
  assert.match(words.html, /The composite alarm &quot;fleet busy&quot; is OK again/);
  assert.match(allClearMail(child, { burntMs: 840_000 }, pageUrl).text, /^The alarm .+ is OK again, 14 min after/);
});
