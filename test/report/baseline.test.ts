/** A report whose healthy side is of another moment says so in every form, and speaks of no peer. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { PAGE_LIMITS } from '../../service/report/finding-model.ts';
import { graphWords } from '../../service/report/graph-words.ts';
import { reportMarkdown } from '../../service/report/plain/report-markdown.ts';
import { recordings } from '../../service/report/recordings.ts';
import type { ReportBaseline, ReportData } from '../../service/report/report-data.ts';
import { renderReportFile } from '../../service/report/report-file.ts';
import { reportModel } from '../../service/report/report-model.ts';
import { dangers, inspectHtml } from '../support/inspect-html.ts';
import { completeReport, HOSTILE } from '../support/sample-report.ts';

const V7 = 'launch template web v7';
const BASELINE: ReportBaseline = {
  ...{ instanceId: 'i-0bbbbbbbbbbbbbbbb', agoMs: 3 * 3_600_000, launchedBy: V7, hotLaunchedBy: V7 },
  images: { hot: [], baseline: [] },
};

function report(changes: Partial<ReportBaseline> = {}, data: Partial<ReportData> = {}): ReportData {
  return {
    ...completeReport,
    peerInstances: [],
    baseline: { ...BASELINE, ...changes },
    captures: completeReport.captures.map((one) => (one.role === 'peer' ? { ...one, isBaseline: true } : one)),
    ...data,
  };
}

const model = (of: ReportData) => reportModel(of, PAGE_LIMITS, null);

test('page, file and Markdown say what the hot instance was compared with', () => {
  const facts = 'healthy, 3 h earlier, same launch template web v7';
  const { text } = inspectHtml(renderReportFile(report(), { svgs: {} }));
  assert.match(text, new RegExp(`Compared with\\s*i-0bbbbbbbbbbbbbbbb, ${facts}`));
  const markdown = reportMarkdown(model(report()), null, null);
  assert.match(markdown, /compared with \[?`i-0bbbbbbbbbbbbbbbb`[^,]*, healthy, 3 h earlier, same launch/);
  assert.match(markdown, /cores on the hot instance, [\d.]+ in the baseline/);
  for (const words of [text, markdown])
    assert.doesNotMatch(words, /(?:on|its) (?:the )?healthy peer|the same seconds/i);
});

test('the first sentence names the moment', () => {
  assert.match(model(report()).sentence, /beyond its healthy baseline of 3 h earlier goes into /);
  const [top] = completeReport.findings;
  assert.ok(top);
  const { sentence } = model(report({}, { findings: [{ ...top, explains: null }] }));
  assert.match(sentence, /more CPU in .* than in its healthy baseline of 3 h earlier\./);
});

for (const [what, changes, words, level] of [
  ['the same release', {}, /same launch template web v7$/, 'Fairly sure'],
  ['another one', { launchedBy: 'launch template web v6' }, /of launch template web v6 \(the hot .* v7\)$/, 'Not sure'],
  ['one that nobody knows', { launchedBy: null }, /release not known$/, 'Fairly sure'],
  [
    'another image',
    { images: { hot: ['shop/web:41'], baseline: ['shop/web:40'] } },
    /same launch template web v7, image shop\/web:40 \(the hot instance: shop\/web:41\)$/,
    'Not sure',
  ],
  ['one more image', { images: { hot: ['cron:1'], baseline: [] } }, /same launch template web v7$/, 'Fairly sure'],
] as const) {
  test(`a baseline of ${what} is said to be one, and counts as such`, () => {
    const { answer } = model(report(changes));
    assert.match(answer.baseline?.facts ?? '', words);
    assert.equal(answer.certainty.level, level);
  });
}

test('what the kernel counted on the hot host does not rest on the other side', () => {
  const { verdict } = completeReport;
  const of = report({ launchedBy: 'other' }, { verdict: { ...verdict, class: 'steal' }, findings: [] });
  assert.equal(model(of).answer.certainty.level, 'Very sure');
  const traffic = model(report({}, { verdict: { ...verdict, class: 'traffic skew' } }));
  assert.match(traffic.answer.certainty.reason, /whether the load is too much was not seen/);
  assert.match(traffic.verdictMeaning, /as in the baseline/);
  assert.match(traffic.answer.steps[0]?.text ?? '', /sends more requests than before/);
});

test('graph, recording and column are those of a baseline', () => {
  assert.deepEqual(graphWords('healthy', report()), {
    title: 'Healthy baseline',
    caption: 'Recorded 3 h earlier, when nothing burnt.',
  });
  assert.equal(graphWords('healthy', completeReport).title, 'Healthy peer');
  assert.ok(recordings(report()).some(({ name, title }) => name === 'healthy' && title === 'Healthy baseline'));
  const { columns, rows } = model(report()).obtained;
  assert.deepEqual(
    columns.map(({ role }) => role),
    ['hot', 'baseline'],
  );
  assert.match(rows.find(({ label }) => label === 'Started')?.values[1] ?? '', /\d{4}/);
});

test('what an instance calls itself does no harm', () => {
  for (const text of HOSTILE) {
    const hostile = report({ instanceId: text, launchedBy: text, images: { hot: [text], baseline: ['x'] } });
    assert.deepEqual(dangers(inspectHtml(renderReportFile(hostile, { svgs: {} }))), []);
  }
});
