import assert from 'node:assert/strict';
import test from 'node:test';
import { culpritOf, withEarlier } from '../../../service/incidents/triage/earlier.ts';
import { renderIncidentPage } from '../../../service/pages/incident-page.ts';
import { renderMail } from '../../../service/report/mail/render-mail.ts';
import type { ReportData } from '../../../service/report/report-data.ts';
import { renderReportFile } from '../../../service/report/report-file.ts';
import type { IncidentId } from '../../../service/shared/ids.ts';
import { localStore } from '../../../service/store/store-calls.ts';
import { acceptAlarm } from '../../support/accept-alarm.ts';
import { openTestStore } from '../../support/open-test-store.ts';
import { completeReport, HOSTILE, incidentView } from '../../support/sample-report.ts';

const MAY_3 = Date.UTC(2026, 4, 3, 3, 0, 0);
const NOW = Date.UTC(2026, 4, 20, 3, 0, 0);

/** Earlier incidents, each with its report, and the one that is reported now. */
function setUp(earlier: readonly ReportData[]) {
  const store = openTestStore();
  const ids = earlier.map((report, at) => {
    const id = acceptAlarm(store, { nowMs: MAY_3 + at });
    store.saveReport(id, report);
    return id;
  });
  const id = acceptAlarm(store, { nowMs: NOW });
  const said = async (report: ReportData = completeReport) =>
    (await withEarlier(localStore(store), id, report)).earlier?.map(({ incidentId }) => incidentId) ?? [];
  return { store, ids, id, said, report: () => withEarlier(localStore(store), id, completeReport) };
}

const [first] = completeReport.findings;
const withFirst = (changes: Partial<NonNullable<typeof first>>): ReportData => ({
  ...completeReport,
  findings: [{ ...(first as NonNullable<typeof first>), ...changes }],
});

test('what was said of the same function in the same group is said again, by whom and when', async () => {
  const { store, ids, report } = setUp([completeReport]);
  const earlier = ids[0] as IncidentId;
  store.change(earlier, { what: 'known', to: 'a slow expression, OPS-12' }, 'ann', MAY_3);
  store.change(earlier, { what: 'fixed', to: '2.3.1' }, 'bob', MAY_3 + 86_400_000);
  store.change(earlier, { what: 'note', text: 'restart **helps**\nfor an hour' }, 'cat', MAY_3);
  const data = await report();
  const mail = renderMail(data, { pageUrl: 'https://smoke.example.com/incidents/inc-now', pictures: [] });
  for (const words of [
    'Known: a slow expression, OPS-12 (ann, 2026-05-03)',
    'Fixed in 2.3.1 (bob, 2026-05-04)',
    'Note: restart **helps** for an hour (cat, 2026-05-03)',
    `https://smoke.example.com/incidents/${earlier}`,
  ]) {
    assert.ok(mail.text.includes(words), words);
    assert.ok(mail.html.includes(words), words);
  }
  const page = renderIncidentPage({
    view: incidentView(data),
    files: [],
    assets: { style: '', script: '', icon: '', version: '' },
  });
  assert.ok(page.includes(`<a href="/incidents/${earlier}">See the incident of 2026-05-03</a>`));
  assert.ok(renderReportFile(data, { svgs: {} }).includes(`See incident ${earlier} of 2026-05-03.`));
});

test('nothing is said of another function, group or package, and of settled notes', async () => {
  const { store, ids, said } = setUp([
    completeReport,
    withFirst({ function: 'Parser.other' }),
    withFirst({ package: 'other' }),
    withFirst({ file: '/srv/app/other.js' }),
    completeReport,
  ]);
  for (const id of ids.slice(1, 4)) store.change(id, { what: 'known', to: 'x' }, 'ann', MAY_3);
  store.change(ids[4] as IncidentId, { what: 'note', text: 'x' }, 'ann', MAY_3);
  assert.deepEqual(await said(), [ids[4]]);
  assert.deepEqual(await said({ ...completeReport, group: 'api' }), []);
  assert.deepEqual(await said({ ...completeReport, group: null }), []);
  assert.deepEqual(await said({ ...completeReport, findings: [] }), []);
  store.change(ids[4] as IncidentId, { what: 'close-note', note: 1 }, 'ann', MAY_3);
  assert.deepEqual(await said(), []);
});

test('a new release does not hide what was said: the folder of a file does not count', async () => {
  const { store, ids, said } = setUp([withFirst({ file: '/srv/releases/41/lib/Parser.js', line: 9 })]);
  store.change(ids[0] as IncidentId, { what: 'known', to: '' }, 'ann', MAY_3);
  assert.deepEqual(await said(), ids);
});

test('the newest three are mentioned', async () => {
  const { store, ids, said } = setUp(Array.from({ length: 6 }, () => completeReport));
  for (const id of ids) store.change(id, { what: 'known', to: 'x' }, 'ann', MAY_3);
  assert.deepEqual(await said(), ids.slice(3).reverse());
  store.saveReport(ids[5] as IncidentId, { ...completeReport, findings: [] });
  assert.deepEqual(await said(), ids.slice(2, 5).reverse(), 'what a report names no more is forgotten');
});

test('hostile remarks are text, and fit into a mail', () => {
  for (const text of HOSTILE) {
    const remark = { text, by: text, atMs: MAY_3 };
    const notes = [remark, remark];
    const one = { incidentId: text.slice(0, 50), openedAtMs: MAY_3, known: remark, fixed: remark, notes };
    const mail = renderMail(
      { ...completeReport, earlier: [one, one, one] },
      { pageUrl: 'https://smoke.example.com/incidents/inc-now', pictures: [] },
    );
    assert.doesNotMatch(mail.html, /<script>|<img src=x|\u202e/);
    assert.doesNotMatch(mail.text, /\nBcc:|\u202e/);
    assert.ok(mail.html.length < 90_000);
  }
});

test('the culprit is the function that the report names first', () => {
  assert.equal(culpritOf(completeReport), 'Parser.parseHTML\nhtmlparser2\nParser.js');
  assert.equal(culpritOf({ ...completeReport, findings: [] }), null);
});
