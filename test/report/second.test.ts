/** The report of a second recording says what has become of what the first one found. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { renderMail } from '../../service/report/mail/render-mail.ts';
import type { ReportData } from '../../service/report/report-data.ts';
import { renderReportFile } from '../../service/report/report-file.ts';
import { ofSecond } from '../../service/report/second/second-words.ts';
import { completeReport } from '../support/sample-report.ts';

const SECOND = { of: 'inc-first', afterMs: 15 * 60_000 };
const [TOP] = completeReport.findings;
const other: ReportData = {
  ...completeReport,
  verdict: { ...completeReport.verdict, headline: 'JSON.parse 0.1 → 0.9 cores' },
  findings: TOP === undefined ? [] : [{ ...TOP, function: 'JSON.parse', package: null }],
};
const calm: ReportData = {
  ...completeReport,
  verdict: { class: 'inconclusive', headline: 'no function stands out', evidence: [] },
  findings: [],
};

const headline = (report: ReportData, first: ReportData | null) => ofSecond(report, first, SECOND).verdict.headline;

test('the same function, another one, or none any more', () => {
  const { headline: said } = completeReport.verdict;
  assert.equal(headline(completeReport, completeReport), `15 min later: still ${said}`);
  assert.equal(
    headline(other, completeReport),
    `15 min later: now JSON.parse 0.1 → 0.9 cores, no longer Parser.parseHTML`,
  );
  assert.equal(
    headline(calm, completeReport),
    '15 min later: no function stands out; Parser.parseHTML no longer stands out',
  );
  assert.equal(headline(completeReport, calm), `15 min later: ${said}`);
  assert.equal(headline(completeReport, null), `15 min later: ${said}`);
});

test('mail and file say first that it is the second one', () => {
  const report = ofSecond(completeReport, completeReport, SECOND);
  const mail = renderMail(report, { pageUrl: 'https://smokejumper.example.com/incidents/inc-2', pictures: [] });
  assert.match(mail.subject, /^web-prod i-\w+: 15 min later: still parseHTML/);
  for (const text of [mail.text, mail.html, renderReportFile(report, { svgs: {} })]) {
    assert.match(text, /This is the second recording of the same incident/);
  }
});
