import assert from 'node:assert/strict';
import test from 'node:test';
import { renderPlain } from '../../../service/report/plain/render-plain.ts';
import type { ReportData } from '../../../service/report/report-data.ts';
import { assertGolden } from '../../support/golden.ts';
import {
  completeReport,
  failedHotReport,
  HOSTILE,
  hostileReport,
  otherProcessReport,
  withheldReport,
} from '../../support/sample-report.ts';
import { completeSource } from '../../support/sample-source.ts';

const pageUrl = 'https://smokejumper.example/incidents/20260314-031207-7f3a';
const markdown = (data: ReportData) => renderPlain(data, 'md', { source: null, pageUrl });

test('Markdown says what, where, how much, how sure, since when and what to do next', () => {
  const text = markdown(completeReport);
  for (const fact of [
    '`Parser.parseHTML` of `htmlparser2@9.1.0`, `/srv/app/node_modules/htmlparser2/lib/Parser.js:212`',
    '1.41 cores on the hot instance, 0.02 on the healthy peer',
    '[`i-0abc1f52e8d7793aa`](https://eu-central-1.console.aws.amazon.com/ec2/',
    'eu-central-1, account 123456789012',
    'since 2026-03-14 03:12:07 UTC',
    '**Very sure.**',
    '**What to do next**',
    `[The whole report](${pageUrl})`,
  ]) {
    assert.ok(text.includes(fact), fact);
  }
});

for (const [at, hostile] of HOSTILE.entries()) {
  test(`hostile text ${at} is neither HTML, link, picture nor a second line in Markdown`, () => {
    const text = markdown(hostileReport(hostile));
    const bare = text.replace(/(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
    assert.doesNotMatch(bare, /(?<!\\)[<>]/);
    assert.doesNotMatch(
      bare,
      /!\[|(?<!\\)\]\((?!https:\/\/(?:\w+-\w+-\d\.console\.aws\.amazon\.com|smokejumper\.example)\/)/,
    );
    assert.ok(text.length < 20_000, `${text.length} characters`);
    for (const line of text.split('\n')) assert.match(line, /^(?:$|### |- \*\*|- |\d\. |\*\*|\[The whole|[^#>|])/);
  });
}

test('they look as they were approved', () => {
  assertGolden('report/report.md', renderPlain(completeReport, 'md', { source: completeSource, pageUrl }));
  assertGolden('report/report-other-process.md', markdown(otherProcessReport));
  assertGolden('report/report-failed-hot.md', markdown(failedHotReport));
  assertGolden('report/report-withheld.md', markdown(withheldReport));
});
