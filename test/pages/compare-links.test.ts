import assert from 'node:assert/strict';
import test from 'node:test';
import { renderIncidentPage } from '../../service/pages/incident-page.ts';
import { inspectHtml } from '../support/inspect-html.ts';
import { completeReport, incidentView, OPENED_MS } from '../support/sample-report.ts';

const assets = { style: '/assets/style.css', script: '/assets/page.js', icon: '/assets/icon.svg', version: '0.1.0' };
const ID = completeReport.incidentId;
const past = { id: 'inc-last', openedAtMs: OPENED_MS - 86_400_000, hotInstance: 'i-0feed', release: null };

function linksOf(changes: Parameters<typeof incidentView>[1] = {}, files = completeReport.files): string[] {
  const { attributes } = inspectHtml(
    renderIncidentPage({ view: incidentView(completeReport, changes), files, assets }),
  );
  return attributes.filter((attribute) => attribute.startsWith('a href=/compare?'));
}

test('each recording that is kept can be compared with another: what burns is B, what is healthy A', () => {
  assert.deepEqual(linksOf(), [`a href=/compare?b=${ID}%2Fhot`, `a href=/compare?a=${ID}%2Fhealthy`]);
  assert.deepEqual(linksOf({}, []), []);
});

test('the hot instance of an incident is held against that of an earlier one with the same cause', () => {
  const seen = { cause: 'inc-first', times: 1, isMore: false, first: past, latest: [past], fixed: null, release: null };
  assert.equal(linksOf({ seen })[0], `a href=/compare?a=inc-last%2Fhot&b=${ID}%2Fhot`);
});
