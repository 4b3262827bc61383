import assert from 'node:assert/strict';
import test from 'node:test';
import { watchLane } from '../../service/incidents/watch-lane.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { openTestStore } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);

function setUp() {
  const store = openTestStore();
  const clock = { now: NOW };
  const lane = watchLane('incidents', store, () => clock.now);
  const ends: ((error?: Error) => void)[] = [];
  const { accepted } = lane.watch({
    accepted: () =>
      new Promise((resolve, reject) => {
        ends.push((error) => (error ? reject(error) : resolve({ kind: 'wait', ms: 1 })));
      }),
  });
  const id = acceptAlarm(store, { nowMs: NOW });
  const incident = store.claim('test', NOW, NOW + 3_600_000);
  assert.ok(incident && accepted);
  return { store, clock, lane, ends, id, run: () => accepted(incident, new AbortController().signal) };
}

test('a step that hangs is due since it began, and nothing has moved', async () => {
  const { clock, lane, run, ends, id } = setUp();
  const running = run();
  clock.now += 60_000;
  assert.deepEqual(await lane.state(), { name: 'incidents', due: 1, oldestDueMs: NOW, lastMovedMs: NOW });
  assert.deepEqual(lane.underWay(), [`${id}: step from accepted, for 60 s`]);
  ends[0]?.();
  await running;
  assert.deepEqual(await lane.state(), {
    name: 'incidents',
    due: 0,
    oldestDueMs: null,
    lastMovedMs: NOW + 60_000,
  });
});

test('a step that fails has not moved anything', async () => {
  const { clock, lane, run, ends } = setUp();
  const running = run();
  clock.now += 60_000;
  ends[0]?.(new Error('AWS does not answer'));
  await assert.rejects(running);
  assert.equal((await lane.state()).lastMovedMs, NOW);
  assert.deepEqual(lane.underWay(), []);
});

test('work that waits for a free worker is due, too', async () => {
  const { store, clock, lane } = setUp();
  acceptAlarm(store, { nowMs: NOW + 5_000 });
  assert.equal((await lane.state()).due, 0, 'not before its time');
  clock.now += 6_000;
  assert.deepEqual(await lane.state(), { name: 'incidents', due: 1, oldestDueMs: NOW + 5_000, lastMovedMs: NOW });
});
