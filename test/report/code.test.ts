/** The code of the findings: what the models say of it, how page and mail show it, and that it stays text. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { SourceExcerpt } from '../../service/capture/source-script.ts';
import { PAGE_LIMITS } from '../../service/report/finding-model.ts';
import { renderMail } from '../../service/report/mail/render-mail.ts';
import { renderReportFile } from '../../service/report/report-file.ts';
import { codeModel } from '../../service/report/source/code-model.ts';
import { deployModel } from '../../service/report/source/deploy-words.ts';
import type { ReportPlace, ReportSource, SourceHost } from '../../service/report/source/source-data.ts';
import { assertGolden } from '../support/golden.ts';
import { dangers, inspectHtml } from '../support/inspect-html.ts';
import { completeReport, HOSTILE } from '../support/sample-report.ts';
import { completeSource, healthySource, hostileSource, hotSource, mappedExcerpt } from '../support/sample-source.ts';

const OPTIONS = { pageUrl: 'https://smokejumper.example/incidents/1', pictures: [] } as const;
const [PLACE] = hotSource.places as [ReportPlace];
const NO_DEPLOY = { commit: null, revision: null, release: null };

const PLAIN: SourceExcerpt = {
  line: 3,
  first: 1,
  lines: ['// one', '', 'function hot(x) {', '\treturn x + 1;', '}', 'other();'],
  path: null,
  original: null,
  package: null,
  deploy: NO_DEPLOY,
};

/** The hot host with this one answer, and the healthy one with that one, if any. */
function sourceOf(hot: Partial<ReportPlace>, healthy?: Partial<ReportPlace>): ReportSource {
  const place = { ...PLACE, line: 3, functionLine: 3, ticks: [], answer: PLAIN };
  const host = (base: SourceHost, own: Partial<ReportPlace>) => ({ ...base, places: [{ ...place, ...own }] });
  return { version: 1, hosts: [host(hotSource, hot), ...(healthy ? [host(healthySource, healthy)] : [])] };
}

const modelOf = (source: ReportSource, code = 40) => codeModel(source, 0, { ...PAGE_LIMITS, code });
const differs = (healthy: Partial<SourceExcerpt>) =>
  modelOf(sourceOf({}, { answer: { ...PLAIN, ...healthy } }))?.differs;

test('the original comes first, with its lines, their shares, and where the program runs it', () => {
  const model = modelOf(completeSource);
  assert.equal(model?.place, '/srv/app/node_modules/htmlparser2/src/Parser.ts:256');
  assert.equal(model.generated, '/srv/app/node_modules/htmlparser2/lib/Parser.js:216');
  assert.equal(model.package, 'htmlparser2@9.1.0');
  assert.deepEqual(
    model.lines.filter(({ share }) => share !== null).map(({ number, share, bar }) => [number, share, bar]),
    [
      [251, '1.3 %', 1],
      [252, '17 %', 17],
      [256, '71 %', 71],
      [257, '11 %', 11],
    ],
  );
  assert.deepEqual(
    model.lines.filter(({ marked }) => marked).map(({ text }) => text),
    ['    for (const element of stack) for (const attribute of token.attributes) element.inherit(attribute);'],
  );
});

test('where no lines are counted the line of the function is marked and no bar is drawn', () => {
  const model = modelOf(sourceOf({}));
  assert.equal(model?.heat, false);
  assert.equal(modelOf(sourceOf({}), 3)?.lines[1]?.marked, true, 'what the function does comes after that');
  assert.deepEqual(
    model?.lines.map(({ number, text, marked, bar }) => [number, text, marked, bar]),
    [
      [1, '// one', false, 0],
      [2, '', false, 0],
      [3, 'function hot(x) {', true, 0],
      [4, '  return x + 1;', false, 0],
      [5, '}', false, 0],
      [6, 'other();', false, 0],
    ],
  );
});

test('an ES module is named by its path', () => {
  for (const [file, shown] of [
    ['file:///srv/my%20app/x.mjs?v=2', '/srv/my app/x.mjs:3'],
    ['file:///srv/%.mjs', 'file:///srv/%.mjs:3'],
  ] as const)
    assert.equal(modelOf(sourceOf({ file }))?.place, shown);
});

test('a whole program on one line has no hot line', () => {
  const lines = [`…${'a;'.repeat(99)}…`];
  const model = modelOf(sourceOf({ ticks: [[1, 50]], answer: { ...PLAIN, line: 1, lines } }));
  assert.equal(model?.heat, false);
});

test('fewer lines than were sent are those around the marked one, without the indentation they share', () => {
  const lines = Array.from({ length: 40 }, (_, at) => `    line(${at + 1});`);
  const model = modelOf(sourceOf({ ticks: [[20, 9]], answer: { ...PLAIN, line: 20, lines } }), 9);
  assert.deepEqual(
    [model?.lines.at(0), model?.lines.at(-1)].map((line) => [line?.number, line?.text]),
    [
      [17, 'line(17);'],
      [25, 'line(25);'],
    ],
  );
});

test('another text of the function on the healthy host is said; what stands around it does not count', () => {
  assert.equal(differs({}), false);
  assert.equal(differs({ lines: PLAIN.lines.with(3, '\treturn x + 2;') }), true);
  assert.equal(differs({ lines: PLAIN.lines.with(0, '// uno').with(5, 'another();') }), false);
  const moved = ['// added', '// above', ...PLAIN.lines];
  assert.equal(differs({ lines: moved, line: 5 }), false, 'moved by two lines');
  assert.equal(differs({ lines: ['other();'], first: 3, line: 9 }), false, 'nothing that both show');
  assert.equal(modelOf(completeSource)?.differs, true);
  const [hot] = completeSource.hosts as readonly [SourceHost];
  assert.equal(modelOf({ version: 1, hosts: [hot, { ...hot, role: 'healthy' }] })?.differs, false);
});

test('what runs on the healthy host only is shown from there, and said', () => {
  const model = modelOf({ version: 1, hosts: [healthySource] });
  assert.equal(model?.healthyOnly, true);
  assert.ok((model?.lines.length ?? 0) > 0);
});

test('nothing is shown of a place that nobody asked for, or that may still be answered', () => {
  assert.equal(codeModel(completeSource, 7, PAGE_LIMITS), null);
  const hosts = completeSource.hosts.map((host) => ({ ...host, state: 'pending' as const }));
  assert.equal(modelOf({ version: 1, hosts }), null);
});

test('what the hosts run is compared by the surest thing that both know', () => {
  const of = (hot: Partial<SourceExcerpt['deploy']>, healthy: Partial<SourceExcerpt['deploy']>) =>
    deployModel(
      sourceOf(
        { answer: { ...PLAIN, deploy: { ...NO_DEPLOY, ...hot } } },
        { answer: { ...PLAIN, deploy: { ...NO_DEPLOY, ...healthy } } },
      ),
    );
  const [a, b] = ['abc1234567'.padEnd(40, '0'), 'def4567890'.padEnd(40, '0')];
  assert.deepEqual(of({ commit: a }, { commit: b }), {
    text: 'Hot runs commit abc1234567, healthy runs commit def4567890.',
    differs: true,
  });
  const unpacked = of({ commit: a, release: '20260101' }, { commit: a, release: '20260102' });
  assert.deepEqual(unpacked, { text: 'Both hosts run commit abc1234567.', differs: false });
  assert.equal(of({ release: '41' }, { release: '42' })?.text, 'Hot runs release 41, healthy runs release 42.');
  assert.equal(of({ commit: a }, { release: '42' })?.text, 'Hot runs commit abc1234567, healthy runs release 42.');
  assert.equal(of({ revision: 'v7' }, {})?.text, 'Hot runs revision v7.');
  assert.equal(of({}, {}), null);
});

test('what the hosts run is said also where the culprit itself has no file', () => {
  const source = sourceOf({ finding: 1, answer: { ...PLAIN, deploy: { ...NO_DEPLOY, revision: 'v7' } } });
  const html = renderReportFile(completeReport, { svgs: {}, source });
  assert.match(html, /<h2>The code<\/h2>\s*<p class="deploy">Hot runs revision v7\.<\/p>\s*<\/div>/);
  assert.match(html, /Code of the other findings/);
});

test('a place leads to the code host where that is known, by http and https alone', () => {
  const href = (url: string) => {
    const source = sourceOf({ url });
    return inspectHtml(renderReportFile(completeReport, { svgs: {}, source })).attributes.filter((text) =>
      text.startsWith(`a href=${url}`),
    ).length;
  };
  assert.ok(href('https://git.example.com/x.js#L3') >= 2);
  assert.equal(href('javascript:alert(1)'), 0);
});

test('page and mail look as they were approved', () => {
  const page = renderReportFile(completeReport, { svgs: {}, source: completeSource });
  assertGolden('report/code-page.html', page.slice(page.indexOf('<main>'), page.indexOf('id="obtained"')));
  const mail = renderMail(completeReport, { ...OPTIONS, source: completeSource, excerpts: true });
  assertGolden('report/mail-code.html', mail.html);
  assertGolden('report/mail-code.txt', mail.text);
});

for (const [at, hostile] of HOSTILE.entries()) {
  test(`hostile text ${at} stays text in code`, () => {
    const source = hostileSource(hostile);
    const mail = renderMail(completeReport, { ...OPTIONS, source, excerpts: true });
    assert.ok(Buffer.byteLength(mail.html) < 90_000);
    const failed = source.hosts.map((host) => ({
      ...host,
      state: 'failed' as const,
      failure: { code: hostile, message: hostile, hint: hostile },
      places: host.places.map((place) => ({ ...place, answer: null })),
    }));
    for (const html of [
      mail.html,
      renderReportFile(completeReport, { svgs: {}, source }),
      renderReportFile(completeReport, { svgs: {}, source: { version: 1, hosts: failed } }),
    ]) {
      const seen = inspectHtml(html);
      assert.deepEqual(dangers(seen), []);
      assert.equal(seen.tags.includes('script') || seen.tags.includes('img'), false);
      assert.doesNotMatch(html, /[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\ud800]/u);
    }
    // Controls forge lines of a text mail and act on a terminal.
    assert.doesNotMatch(mail.text, /[^\P{Cc}\n]|\p{Zl}|\p{Cs}|\nBcc/u);
  });
}

test('code of the largest size and of the most bytes fits into a mail', () => {
  for (const worst of ["'".repeat(202), '\ufffd'.repeat(202), '<'.repeat(202)]) {
    const mail = renderMail(completeReport, { ...OPTIONS, source: hostileSource(worst), excerpts: true });
    assert.ok(Buffer.byteLength(mail.html) < 90_000);
  }
});

test('an excerpt that was made up is shown as far as it goes', () => {
  for (const answer of [
    { ...PLAIN, lines: [] },
    { ...PLAIN, line: 900 },
    { ...PLAIN, original: mappedExcerpt.original && { ...mappedExcerpt.original, lines: [], lineMap: [] } },
  ]) {
    const source = sourceOf({ ticks: [[900, 1]], answer }, { answer });
    assert.match(renderReportFile(completeReport, { svgs: {}, source }), /The code/);
    assert.match(renderMail(completeReport, { ...OPTIONS, source, excerpts: true }).text, /hot/);
  }
});
