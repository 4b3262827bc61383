import assert from 'node:assert/strict';
import test from 'node:test';
import { renderReportFile } from '../../service/report/report-file.ts';
import { dangers, inspectHtml } from '../support/inspect-html.ts';
import { completeReport, HOSTILE, hostileReport, noPeerReport } from '../support/sample-report.ts';

const svg = (title: string) =>
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="344"><title>${title} "&amp;"</title></svg>`;

test('the file is self-contained', () => {
  const html = renderReportFile(completeReport, { svgs: { hot: svg('hot') } });
  const { tags, attributes } = inspectHtml(html);
  assert.deepEqual(
    tags.filter((tag) => tag === 'link' || tag === 'script' || tag === 'object'),
    // What makes frames as high as their graphs: text of our own, with nothing of the report in it.
    ['script'],
  );
  assert.deepEqual(
    attributes.filter((text) => / (?:src|data)=|^(?!a )\w+ href=/.test(text)),
    [],
    'what it links to is not loaded',
  );
  assert.doesNotMatch(html, /url\(|@import/);
});

test('each graph is in its own sandboxed frame, intact, with room for its viewer', () => {
  const html = renderReportFile(completeReport, {
    svgs: { healthy: svg('healthy'), hot: svg('hot'), differential: svg('diff') },
  });
  const { attributes } = inspectHtml(html);
  assert.deepEqual(
    attributes.filter((text) => text.startsWith('iframe sandbox=')),
    Array(3).fill('iframe sandbox=allow-scripts'),
  );
  assert.deepEqual(
    attributes.filter((text) => text.startsWith('iframe height=')),
    Array(3).fill('iframe height=574'),
  );
  const documents = attributes.filter((text) => text.startsWith('iframe srcdoc='));
  assert.deepEqual(
    documents.map((text) => /<title>(.*)<\/title>/.exec(text)?.[1]),
    ['diff "&amp;"', 'hot "&amp;"', 'healthy "&amp;"'],
  );
});

test('a missing graph leaves no gap', () => {
  const html = renderReportFile(noPeerReport, { svgs: {} });
  assert.doesNotMatch(html, /<iframe|Flame graphs/);
  assert.match(html, /No healthy peer: every other member/);
});

for (const [at, hostile] of HOSTILE.entries()) {
  test(`hostile text ${at} stays text in the file`, () => {
    const seen = inspectHtml(renderReportFile(hostileReport(hostile), { svgs: {} }));
    assert.deepEqual(dangers(seen), []);
    assert.equal(seen.tags.includes('script') || seen.tags.includes('img') || seen.tags.includes('b'), false);
  });
}
