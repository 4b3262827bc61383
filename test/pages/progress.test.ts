import assert from 'node:assert/strict';
import test from 'node:test';
import type { IncidentState } from '../../service/incidents/incident.ts';
import type { IncidentProgress } from '../../service/incidents/progress/progress.ts';
import { renderIncidentPage } from '../../service/pages/incident-page.ts';
import { recordingNow } from '../../service/pages/progress/recording-words.ts';
import { inspectHtml } from '../support/inspect-html.ts';
import { completeReport, incidentView, OPENED_MS } from '../support/sample-report.ts';
import { completeSource } from '../support/sample-source.ts';

const assets = { style: '/style.css', script: '/page.js', icon: '/icon.svg', version: '0.1.0' };
const NOTHING = { report: null, headline: null, verdictClass: null, closedAtMs: null, deliveries: [] };
const NO_PROGRESS: IncidentProgress = { atMs: OPENED_MS, queue: null, recording: null };

function pageOf(state: IncidentState, changes: Parameters<typeof incidentView>[1] = {}): string {
  return renderIncidentPage({
    view: incidentView(completeReport, { ...NOTHING, progress: NO_PROGRESS, state, ...changes }),
    files: [],
    assets,
  });
}

function recording(startsInMs: number, ended = 0): IncidentProgress {
  return { ...NO_PROGRESS, recording: { startAtMs: OPENED_MS + startsInMs, seconds: 30, instances: 2, ended } };
}

test('a recording counts down to its start, then up to its end, then waits for the results', () => {
  for (const [startsInMs, words, value] of [
    [5_400, /Both instances start recording in 6 s\./, 0],
    [-12_900, /Recording, 12 of 30 s\./, 12],
    [-31_000, /Reading and sending the results\. 1 of 2 are here\./, 30],
  ] as const) {
    const html = pageOf('dispatched', { progress: recording(startsInMs, 1) });
    const { text, attributes } = inspectHtml(html);
    assert.match(text, words);
    assert.ok(attributes.includes(`progress value=${value}`), `${words}`);
    assert.ok(attributes.includes('progress max=30'));
    assert.ok(attributes.includes('progress aria-label=Seconds recorded'));
    assert.match(html, new RegExp(`data-starts-in="${startsInMs}" data-seconds="30"`), 'for the script');
  }
});

test('one instance, and three, are counted right', () => {
  const times = { startsInMs: 90_000, seconds: 30, ended: 0 };
  assert.equal(recordingNow({ ...times, instances: 1 }).words, 'The instance starts recording in 1 min 30 s.');
  assert.equal(recordingNow({ ...times, instances: 3 }).words, 'All 3 instances start recording in 1 min 30 s.');
  const ended = recordingNow({ ...times, startsInMs: -30_000, instances: 1 });
  assert.deepEqual(ended, { words: 'Reading and sending the results.', recorded: 30 });
});

test('who waits for a turn reads the place in the queue, what runs, and when the turn should come', () => {
  const queue = { capturing: 2, capturingOfGroup: 0, ahead: 2, aheadOfGroup: 0, turnInMs: 106_000 };
  const { text } = inspectHtml(pageOf('accepted', { progress: { ...NO_PROGRESS, queue } }));
  assert.match(
    text,
    /number 3 of those that wait; 2 captures are running\. Its turn should come in about 1 min 46 s\./,
  );
  assert.match(text, /Waits for its turn/);
  const soon = pageOf('accepted', { progress: { ...NO_PROGRESS, queue: { ...queue, turnInMs: 0, capturing: 1 } } });
  assert.match(inspectHtml(soon).text, /1 capture is running\. It should be its turn any moment\./);
});

test('each other step says what it does, and shows no bar where nobody knows how far it is', () => {
  const source = {
    ...completeSource,
    hosts: completeSource.hosts.map((host) => ({ ...host, state: 'pending' as const })),
  };
  for (const [state, words, changes] of [
    ['accepted', /Asking AWS which instance is hot/, {}],
    ['targeted', /Sending the command to 2 instances\./, { progress: recording(6000) }],
    ['collected', /Analysing the recordings\./, {}],
    ['analyzed', /Writing the report\./, {}],
    ['analyzed', /Fetching the code around the findings/, { source }],
    ['failed', /Writing down what went wrong\./, {}],
    ['reported', /Composing the mail\./, {}],
  ] as const) {
    const html = pageOf(state, changes);
    assert.match(inspectHtml(html).text, words);
    assert.doesNotMatch(html, /<progress/, state);
  }
});

test('mailing shows how many recipients there are, how many were told, and how many were given up', () => {
  const deliveries = (['sent', 'sent', 'failed', 'pending'] as const).map((state, at) => {
    return { kind: 'report' as const, channel: 'mail' as const, recipient: `p${at}@example.com`, state, note: null };
  });
  const { text, attributes } = inspectHtml(pageOf('reported', { deliveries }));
  assert.match(text, /Mailing to 4 recipients \(2 done, 1 given up\)\./);
  assert.ok(attributes.includes('progress value=3') && attributes.includes('progress max=4'));
});

test('the page is renewed when a result comes, the queue moves or a mail is sent, not because time passes', () => {
  const live = (html: string) => /data-live="([^"]*)"/.exec(html)?.[1];
  const at = (startsInMs: number, atMs: number, ended = 0) =>
    live(pageOf('dispatched', { progress: { ...recording(startsInMs, ended), atMs } }));
  assert.equal(at(6000, OPENED_MS), at(6000, OPENED_MS + 9000));
  assert.notEqual(at(6000, OPENED_MS), at(6000, OPENED_MS, 1));
  assert.doesNotMatch(pageOf('notified', { progress: null }), /class="progress"/);
});
