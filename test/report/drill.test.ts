/** A report of a drill calls nothing a fire, and says what it is before anything else. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ofDrill } from '../../service/report/drill/drill-words.ts';
import { PAGE_LIMITS } from '../../service/report/finding-model.ts';
import { plainMail } from '../../service/report/mail/plain-mail.ts';
import { renderMail, subjectOf } from '../../service/report/mail/render-mail.ts';
import { reportMarkdown } from '../../service/report/plain/report-markdown.ts';
import type { ReportData } from '../../service/report/report-data.ts';
import { renderReportFile } from '../../service/report/report-file.ts';
import { reportModel } from '../../service/report/report-model.ts';
import { completeReport } from '../support/sample-report.ts';

const PAGE = 'https://smokejumper.example.com/incidents/inc-1';
const { hotInstance: HOT, peerInstances } = completeReport;
const [PEER] = peerInstances;
const CALM: ReportData = {
  ...completeReport,
  verdict: { class: 'inconclusive', headline: 'no function stands out (1.02 → 1.01 cores)', evidence: ['p = 0.6.'] },
  findings: [],
  shortcomings: [],
};

const headline = (report: ReportData) => ofDrill(report).verdict.headline;

test('the headline says whether the chain works, and what was found', () => {
  const works = `Drill: the chain works: ${HOT} and ${PEER} were profiled; `;
  assert.equal(headline(CALM), `${works}no function burns more on one than on the other`);
  assert.equal(headline(completeReport), `${works}${completeReport.verdict.headline}`);
  const weak: ReportData = { ...CALM, quality: { grade: 'withheld', issues: [] } };
  assert.equal(headline(weak), `${works}too little was recorded to compare them`);
});

test('it says what the chain lacks', () => {
  assert.equal(
    headline({ ...CALM, healthy: null, peerInstances: [] }),
    `Drill: ${HOT} was profiled; there is no peer to compare it with`,
  );
  assert.equal(headline({ ...CALM, healthy: null }), `Drill: ${HOT} was profiled; the peer could not be recorded`);
  const verdict = { ...CALM.verdict, headline: 'no profile of the hot instance: perf is missing' };
  assert.equal(
    headline({ ...CALM, captures: [], hot: null, verdict }),
    'Drill: the chain does not work: perf is missing',
  );
});

test('the subject is marked once, and the mail says first that it is a drill', () => {
  const drill = ofDrill(CALM);
  assert.match(subjectOf(drill), /^\[drill\] \S+ i-\w+: the chain works: /);
  const mail = renderMail(drill, { pageUrl: PAGE, pictures: [] });
  assert.match(mail.text, /^DRILL\. This is a drill/);
  assert.match(mail.html, /<b>DRILL\.<\/b> This is a drill/);
  const plain = plainMail(drill, PAGE, []);
  assert.match(plain.text, /^This is a drill/);
  assert.match(plain.subject, /^\[drill\] /);
});

test('page, file, mail and Markdown of a calm drill ask for nothing and speak of no fire', () => {
  const drill = ofDrill(CALM);
  const texts = [
    renderMail(drill, { pageUrl: PAGE, pictures: [] }).text,
    renderReportFile(drill, { svgs: {} }),
    reportMarkdown(reportModel(drill, PAGE_LIMITS, null), PAGE, null),
  ];
  for (const text of texts) {
    assert.match(text, /DRILL\./);
    assert.match(text, /Nothing: an alarm on this instance would be recorded/);
    assert.doesNotMatch(text, /Not sure|while it burns|still burns|console\.aws\.amazon\.com\/cloudwatch/);
  }
});

test('the report of an incident is not marked', () => {
  assert.doesNotMatch(subjectOf(completeReport), /drill/i);
  assert.equal(reportModel(completeReport, PAGE_LIMITS, null).drill, null);
});
