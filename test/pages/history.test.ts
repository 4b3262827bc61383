/** Pages of a group and of a function. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Baseline } from '../../service/incidents/baseline/baseline.ts';
import type { FunctionPoint } from '../../service/incidents/history/history.ts';
import type { FunctionHistory } from '../../service/incidents/store-port.ts';
import { barsModel, dotsModel } from '../../service/pages/history/charts.ts';
import { renderFunctionPage } from '../../service/pages/history/function-page.ts';
import { renderGroupPage } from '../../service/pages/history/group-page.ts';
import type { CaptureId, GroupName, InstanceId } from '../../service/shared/ids.ts';
import { onePage } from '../support/fake-queries.ts';
import { dangers, inspectHtml } from '../support/inspect-html.ts';
import { completeReport, HOSTILE, incidentView, OPENED_MS } from '../support/sample-report.ts';

const assets = { style: '/assets/style.css', script: '/assets/page.js', icon: '/assets/icon.svg', version: '0.1.0' };
const DAY = 86_400_000;

const point = (days: number, changes: Partial<FunctionPoint> = {}): FunctionPoint => ({
  id: `inc-${days}`,
  openedAtMs: OPENED_MS - days * DAY,
  closedAtMs: OPENED_MS - days * DAY + 3_600_000,
  group: 'web-prod',
  hotInstance: 'i-0abc',
  hotCores: 1.5,
  healthyCores: 0.5,
  extraCores: 1,
  isFinding: true,
  release: null,
  ...changes,
});

const failure = { code: 'NO_PERF', message: 'No perf.', hint: null };

const baseline = (changes: Partial<Baseline>): Baseline => ({
  ...{ id: 'cap-baseline-1' as CaptureId, group: 'web-prod' as GroupName, accountId: null, region: null },
  ...{ instanceId: 'i-0abc' as InstanceId, launchedBy: 'launch template web v7', cpuPercent: 20, seconds: 10, hz: 99 },
  ...{ begunAtMs: OPENED_MS, startAtMs: OPENED_MS, commandId: 'x', outcome: 'collected', failure: null, attempts: 0 },
  ...changes,
});

const history = (points: readonly FunctionPoint[], changes: Partial<FunctionHistory> = {}): FunctionHistory => ({
  place: 'htmlparser2/lib/Parser.js',
  name: 'Parser.parseHTML',
  package: 'htmlparser2',
  points: onePage(points),
  ...changes,
});

test('the page of a function has its cores in a chart and in a table, and what it burnt', () => {
  const points = [
    point(0, { release: 'release 43' }),
    point(2, { isFinding: false, extraCores: 0, hotCores: 0.1, healthyCores: 0.1, release: 'release 42' }),
    point(5, { closedAtMs: null, extraCores: 1.5, healthyCores: null, release: 'release 41' }),
  ];
  const html = renderFunctionPage({ history: history(points), nowMs: OPENED_MS, assets });
  const { text, attributes } = inspectHtml(html);
  // 1 core for one hour, 1.5 cores for five days.
  assert.match(text, /it changed in 2, and burnt 181 core-hours more/);
  assert.equal(html.match(/<circle class="hot"/g)?.length, 3);
  assert.equal(html.match(/<circle class="healthy"/g)?.length, 2);
  assert.deepEqual(html.match(/release 4\d<\/text>/g), ['release 41</text>', 'release 42</text>', 'release 43</text>']);
  assert.ok(attributes.includes('svg aria-label=Cores of Parser.parseHTML in 3 recordings, as in the table below'));
  for (const href of [
    '/incidents/inc-0',
    '/group?name=web-prod',
    '/?package=htmlparser2',
    '/?function=Parser.parseHTML',
  ])
    assert.ok(attributes.includes(`a href=${href}`), href);
  assert.match(text, /2026-03-14 03:12:07 UTCa finding\s*web-prod\s*i-0abc\s*1\.50\s*0\.50\s*\+1\.00\s*release 43/);
  assert.doesNotMatch(html, / style=/);
});

test('the pages of its recordings carry on its name', () => {
  const paged = { ...onePage([point(0)]), total: null, older: 'i5' };
  const html = renderFunctionPage({ history: history([], { points: paged }), nowMs: 0, assets });
  const { attributes } = inspectHtml(html);
  assert.ok(
    attributes.includes('a href=/function?place=htmlparser2%2Flib%2FParser.js&name=Parser.parseHTML&before=i5'),
    attributes.filter((text) => text.includes('function')).join('\n'),
  );
});

test('the page of a group has its incidents over time, and what burnt most', () => {
  const html = renderGroupPage({
    history: {
      group: 'web-prod',
      total: 250,
      openedAtMs: [OPENED_MS, OPENED_MS - DAY, OPENED_MS - 9 * DAY],
      culprits: [{ place: 'a/b.js', name: 'burn', package: 'a', incidents: 2, coreMs: 9_000_000 }],
      coreMs: 90_000_000,
    },
    incidents: [incidentView(completeReport)],
    baselines: [baseline({}), baseline({ outcome: 'failed', failure, instanceId: null, cpuPercent: null })],
    assets,
  });
  const { text, attributes } = inspectHtml(html);
  assert.match(text, /The newest 3 of 250 incidents: what their\s+reports blame burnt 25 core-hours/);
  assert.match(
    text,
    /Baselines.*i-0abc\s*20 %\s*recorded for 10 s, launch template web v7.*–\s*–\s*Not recorded: No perf\./s,
  );
  assert.ok(attributes.some((one) => /^a href=\/compare\?a=[^&]+%2Fbaseline$/.test(one)));
  assert.match(text, /burn a\s*a\/b\.js\s*2\s*2\.5/);
  assert.ok(attributes.includes('a href=/function?place=a%2Fb.js&name=burn'));
  assert.ok(attributes.includes('a href=/?group=web-prod'));
  assert.equal(html.match(/<rect class="hot"/g)?.length, 10, 'one a day');
});

test('a chart keeps within its frame, whatever the numbers', () => {
  const strange = [
    { atMs: 5, hot: 0, healthy: 0, release: null },
    { atMs: 5, hot: -1, healthy: null, release: '' },
  ];
  for (const { x, y } of dotsModel(strange, '')?.dots ?? []) assert.ok(x >= 44 && x <= 632 && y >= 10 && y <= 136);
  assert.equal(dotsModel([], ''), null);
  assert.equal(barsModel([], ''), null);
  const years = barsModel([0, 3_000 * DAY], '');
  assert.equal(years?.bars.length, 59);
  assert.equal(years?.bars[0]?.title, '1970-01-01 and 50 days after: 1');
  assert.equal(barsModel([7], '')?.bars.length, 1);
});

for (const [at, hostile] of HOSTILE.entries()) {
  test(`hostile name ${at} stays text on the pages of groups and functions`, () => {
    const points = [
      point(0, { id: hostile, group: hostile, hotInstance: hostile, release: hostile, openedAtMs: Number.NaN }),
    ];
    const names = { place: hostile, name: hostile, package: hostile };
    const pages = [
      renderFunctionPage({ history: history(points, names), nowMs: 0, assets }),
      renderGroupPage({
        history: {
          group: hostile,
          total: 1,
          openedAtMs: [5],
          culprits: [{ ...names, incidents: 1, coreMs: 1 }],
          coreMs: 1,
        },
        incidents: [],
        baselines: [baseline({ instanceId: hostile as InstanceId, launchedBy: hostile })],
        assets,
      }),
    ];
    for (const page of pages) {
      assert.deepEqual(dangers(inspectHtml(page)), []);
      assert.ok(page.isWellFormed());
    }
  });
}
