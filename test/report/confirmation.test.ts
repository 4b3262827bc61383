/** What a report says of a function's work once it was recorded with inlining off. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Confirmation, ConfirmationAnswer } from '../../service/report/confirmation/confirmation-data.ts';
import { confirmationNote, withConfirmation } from '../../service/report/confirmation/confirmation-words.ts';
import { renderMail } from '../../service/report/mail/render-mail.ts';
import { renderReportFile } from '../../service/report/report-file.ts';
import { dangers, inspectHtml } from '../support/inspect-html.ts';
import { completeReport, HOSTILE } from '../support/sample-report.ts';

const FILE = '/srv/app/src/routes.js';
const SUSPECT = { function: 'handle', package: null, file: FILE, line: 6 };
const helper = (name: string, share: number, file = FILE, line = 4) => ({
  ...{ function: name, package: null, file, line, share },
});
const ANSWER: ConfirmationAnswer = {
  ...{ node: 'v24.21.0', startedAtMs: 0, seconds: 5, coveredSeconds: 8, startPauseMs: 3.8, samples: 412, own: 0.09 },
  leftOpen: false,
  helpers: [helper('weigh', 0.91)],
};
const ASKED: Confirmation = {
  ...{ suspect: SUSPECT, instanceId: 'i-0abc', captureId: 'cap-1', pid: 2211, seenAtMs: 0, hz: 99, before: null },
  ...{ state: 'answered', failure: null, answer: ANSWER },
};
const note = (answer: Partial<ConfirmationAnswer>) => confirmationNote(SUSPECT, { ...ANSWER, ...answer });

test('a helper with most of the work is confirmed by name, place, share and samples', () => {
  assert.equal(note({}), 'Confirmed with inlining off: weigh (:4) has 91 % of what handle had (412 samples).');
  const helpers = [helper('weigh', 0.7), helper('score', 0.2, '/srv/app/lib/score.js', 9), helper('tiny', 0.01)];
  assert.equal(
    note({ helpers }),
    'Confirmed with inlining off: weigh (:4) has 70 % of what handle had (412 samples); score (lib/score.js:9) 20 %.',
  );
});

test('work that is the function’s own is confirmed as well, and spread work is called so', () => {
  assert.equal(
    note({ own: 0.96, helpers: [] }),
    'Confirmed with inlining off: 96 % of the work is its own (412 samples).',
  );
  assert.equal(
    note({ own: 0.25, helpers: [helper('weigh', 0.4), helper('score', 0.35)] }),
    'With inlining off, what handle had is spread over several (412 samples): weigh (:4) 40 %, score (:4) 35 %, ' +
      'handle itself 25 %.',
  );
});

test('the headline of a hot path names the helper; other classes keep theirs', () => {
  const { verdict } = withConfirmation(completeReport, ASKED);
  assert.equal(completeReport.verdict.class, 'hot path');
  assert.equal(verdict.headline, `${completeReport.verdict.headline}, 91 % in weigh`);
  const other = { ...completeReport, verdict: { ...completeReport.verdict, class: 'deoptimisation' as const } };
  assert.equal(withConfirmation(other, ASKED).verdict.headline, completeReport.verdict.headline);
});

test('the note takes the place of the one that something may be hidden; all others stay', () => {
  const [first, ...rest] = completeReport.findings;
  assert.ok(first);
  const mayHide = 'Optimised code: callees that V8 inlined into it are included.';
  const report = { ...completeReport, findings: [{ ...first, mayHide, notes: [mayHide, 'It moved.'] }, ...rest] };
  const [confirmed] = withConfirmation(report, ASKED).findings;
  assert.deepEqual(confirmed?.notes, [note({}), 'It moved.']);
});

test('a report that was written before the answer says so, and one without any wish says nothing', () => {
  const pending: Confirmation = { ...ASKED, state: 'pending', answer: null };
  const mail = (confirmation?: Confirmation) =>
    renderMail(confirmation === undefined ? completeReport : { ...completeReport, confirmation }, {
      ...{ pageUrl: 'https://smokejumper.example/incidents/1', pictures: [], source: null, excerpts: false },
    }).text.replaceAll(/\s+/g, ' ');
  assert.match(mail(pending), /Inlining off: 2211: not done: the report was written before there was an answer\./i);
  assert.doesNotMatch(mail(), /Inlining off/i);
});

test('names of a hostile machine stay text', () => {
  for (const text of HOSTILE) {
    const suspect = { function: text, package: text, file: text, line: 1 };
    const answer = { ...ANSWER, node: text, helpers: [helper(text, 0.9, text)] };
    const report = withConfirmation(completeReport, { ...ASKED, suspect, answer });
    const html = renderReportFile(report, { svgs: {}, source: null });
    assert.deepEqual(dangers(inspectHtml(html)), []);
  }
});
