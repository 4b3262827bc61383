import assert from 'node:assert/strict';
import test from 'node:test';
import { IncidentTeller } from '../../../sandbox/demo/incident-teller.ts';

function incidentAt(state: string, startAtMs: number | null) {
  return {
    id: 'inc-1',
    state,
    events: [{ atMs: 0, state, detail: 'recording starts at 03:12:21 UTC on i-0abc1f52e8d7793aa' }],
    report: null,
    progress: { recording: { startAtMs } },
  };
}

test('an event is told once, and what is recorded has a bar from the start that the service says', () => {
  const said: string[] = [];
  const bars: string[] = [];
  const demoConsole = {
    say: (text: string) => void said.push(text),
    detail: (text: string) => void said.push(text),
    bar: (label: string) => void bars.push(label.trim()),
  };
  const teller = new IncidentTeller('http://127.0.0.1:1', demoConsole, 10);
  const now = Date.now();
  for (const [state, startAtMs] of [
    ['dispatched', null],
    ['dispatched', now + 60_000],
    ['dispatched', now - 1000],
    ['dispatched', now - 60_000],
    ['collected', now - 60_000],
  ] as const)
    teller.tell(incidentAt(state, startAtMs));
  assert.deepEqual(said, [
    'dispatched  recording starts at 03:12:21 UTC on i-0abc1f52e8d7793aa',
    'http://127.0.0.1:1/incidents/inc-1',
  ]);
  assert.match(bars[0] ?? '', /^both instances start recording in \d+ s$/);
  assert.deepEqual(bars.slice(1), ['perf is recording on both instances', 'symbols, reduction, transfer']);
});
