import assert from 'node:assert/strict';
import test from 'node:test';
import { answerModel, rowTitle } from '../../../service/report/answer/answer-model.ts';
import { certainty } from '../../../service/report/answer/certainty.ts';
import { rowLabel, verdictLabel } from '../../../service/report/answer/verdict-label.ts';
import { PAGE_LIMITS } from '../../../service/report/finding-model.ts';
import type { ReportData } from '../../../service/report/report-data.ts';
import { reportModel } from '../../../service/report/report-model.ts';
import { plain } from '../../../service/shared/text/sentence.ts';
import {
  completeReport,
  failedHotReport,
  HOSTILE,
  hostileReport,
  noPeerReport,
  nothingStandsOutReport,
  otherProcessReport,
  withheldReport,
} from '../../support/sample-report.ts';

const modelOf = (data: ReportData) => reportModel(data, PAGE_LIMITS, null);
const answerOf = (data: ReportData) => modelOf(data).answer;

test('how sure a report is follows from its evidence', () => {
  const [top, ...rest] = completeReport.findings;
  if (top === undefined) throw new Error('the sample has a finding');
  const withTop = (changes: Partial<typeof top>): ReportData => ({
    ...completeReport,
    findings: [{ ...top, ...changes }, ...rest],
  });
  const levels: [ReportData, string][] = [
    [completeReport, 'Very sure'],
    [withTop({ q: 0.02 }), 'Fairly sure'],
    [withTop({ ci: [0.1, 2.7] }), 'Fairly sure'],
    [withTop({ mayHold: [{ function: 'weigh', file: null, line: null, from: 'text' } as never] }), 'Fairly sure'],
    [{ ...completeReport, quality: { grade: 'poor', issues: [] } }, 'Fairly sure'],
    [otherProcessReport, 'Very sure'],
    [nothingStandsOutReport, 'Not sure'],
    [withheldReport, 'Not sure'],
    [noPeerReport, 'Not sure'],
    [failedHotReport, 'Not sure'],
  ];
  for (const [data, level] of levels) assert.equal(certainty(data).level, level, data.verdict.headline);
});

test('a report without a profile of the hot instance is not called inconclusive', () => {
  assert.equal(verdictLabel(failedHotReport), 'no profile');
  assert.equal(verdictLabel(nothingStandsOutReport), 'inconclusive');
  assert.equal(rowLabel('inconclusive', 'no profile of the hot instance: perf is missing'), 'no profile');
  assert.equal(rowLabel('hot path', 'parse 0.02 → 1.41 cores'), 'hot path');
});

test('titles begin with a capital, names of code and programs as they are written', () => {
  assert.equal(plain(modelOf(completeReport).title), 'parseHTML (htmlparser2) 0.02 → 1.41 cores');
  assert.match(plain(modelOf(otherProcessReport).title), /^gzip ×212/);
  assert.match(plain(modelOf(nothingStandsOutReport).title), /^No function stands out/);
  assert.equal(rowTitle('no function stands out', 'inconclusive'), 'No function stands out');
  assert.equal(rowTitle('parse 0.02 → 1.41 cores', 'hot path'), 'parse 0.02 → 1.41 cores');
});

test('each kind of verdict has a next step, and at most three', () => {
  const reports = [completeReport, otherProcessReport, nothingStandsOutReport, withheldReport, noPeerReport];
  for (const data of [...reports, failedHotReport]) {
    const { steps } = answerOf(data);
    assert.ok(steps.length >= 1 && steps.length <= 3, data.verdict.headline);
  }
  assert.match(answerOf(completeReport).steps[0]?.text ?? '', /^Open htmlparser2\/lib\/Parser\.js:212; line 219/);
  assert.match(answerOf(otherProcessReport).steps[0]?.text ?? '', /owner of cron\.service/);
  assert.match(answerOf(failedHotReport).steps[0]?.text ?? '', /^Run the SSM agent as root/);
});

for (const [at, hostile] of HOSTILE.entries()) {
  test(`hostile text ${at} reaches no command and no address`, () => {
    const data: ReportData = {
      ...hostileReport(hostile),
      verdict: { class: 'inconclusive', headline: hostile, evidence: [] },
      findings: [],
    };
    const answer = answerModel({ data, culprit: null, deploy: null, limits: PAGE_LIMITS });
    for (const { command, link } of answer.steps) {
      assert.equal(link, null);
      assert.ok(command === null || /^[\w .,|=-]+$/.test(command), command ?? '');
    }
    assert.deepEqual([answer.group?.url, answer.instance?.url, answer.alarm.url], [null, null, null]);
  });
}

test('nothing is said to be uncompared beside a comparison', () => {
  const { busiest, compared } = modelOf(nothingStandsOutReport);
  assert.equal(busiest?.name, 'Parser.parseHTML');
  assert.equal(compared, true);
  assert.equal(modelOf(noPeerReport).compared, false);
});
