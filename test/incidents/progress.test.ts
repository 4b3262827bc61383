/** The place in the queue is that of the lane which takes from it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Capture } from '../../service/incidents/incident.ts';
import { progressOf } from '../../service/incidents/progress/progress-of.ts';
import type { CaptureId, GroupName } from '../../service/shared/ids.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm, cpuAlarm, HOT } from '../support/accept-alarm.ts';
import { openTestStore } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const CAPS = { atOnce: 1, perGroup: 1, perAccount: 9 };
const LIMITS = { atOnce: 1, perGroup: 1, captureMs: 50_000 };

function setUp() {
  const synchronous = openTestStore();
  const store = localStore(synchronous);
  const accept = (group: string) =>
    acceptAlarm(synchronous, {
      nowMs: NOW,
      alarm: cpuAlarm(NOW, { key: group, targets: { instanceIds: [], groups: [group as GroupName], hosts: [] } }),
    });
  const take = () =>
    store.claim({ states: ['accepted'], caps: CAPS, owner: 'me', nowMs: NOW, leaseUntilMs: NOW + 9e5 });
  return { store, accept, take };
}

test('the place in the queue counts those that are captured, and the fair order of those that wait', async () => {
  const { store, accept, take } = setUp();
  const [first, second, third, other] = [accept('a'), accept('a'), accept('a'), accept('b')];
  const taken = await take();
  assert.equal(taken?.id, first);
  const placeOf = async (id: typeof first) => (await progressOf(store, { id, state: 'accepted' }, LIMITS, NOW))?.queue;
  assert.equal(await placeOf(first), null, 'its turn has come');
  assert.deepEqual(await placeOf(second), {
    ...{ capturing: 1, capturingOfGroup: 1, ahead: 0, aheadOfGroup: 0, turnInMs: 50_000 },
  });
  assert.deepEqual(await placeOf(third), {
    ...{ capturing: 1, capturingOfGroup: 1, ahead: 2, aheadOfGroup: 1, turnInMs: 150_000 },
  });
  assert.deepEqual(await placeOf(other), {
    ...{ capturing: 1, capturingOfGroup: 0, ahead: 1, aheadOfGroup: 0, turnInMs: 100_000 },
  });
});

test('a planned recording says when it starts, how long it takes and what has come back', async () => {
  const { store, accept, take } = setUp();
  const id = accept('a');
  await take();
  const capture = (at: number): Capture => ({
    ...{ id: `cap-${at}` as CaptureId, incidentId: id, instanceId: HOT, role: at === 0 ? 'hot' : 'peer' },
    ...{ seconds: 30, hz: 99, startAtMs: null, commandId: null, outcome: 'pending', failure: null },
  });
  const move = { id, owner: 'me', from: 'accepted', to: 'targeted', atMs: NOW, detail: '' } as const;
  assert.ok(await store.advance({ ...move, changes: { captures: [capture(0), capture(1)] } }));
  const now = (state: 'targeted' | 'dispatched') => progressOf(store, { id, state }, LIMITS, NOW);
  assert.deepEqual((await now('targeted'))?.recording, { startAtMs: null, seconds: 30, instances: 2, ended: 0 });
  await store.scheduleCaptures(id, NOW + 8000);
  await store.finishCapture('cap-1' as CaptureId, 'failed', null);
  assert.deepEqual(await now('dispatched'), {
    ...{ atMs: NOW, queue: null, recording: { startAtMs: NOW + 8000, seconds: 30, instances: 2, ended: 1 } },
  });
});

test('an incident that takes no further step has no progress', async () => {
  const { store, accept } = setUp();
  const id = accept('a');
  for (const state of ['notified', 'lapsed', 'throttled'] as const)
    assert.equal(await progressOf(store, { id, state }, LIMITS, NOW), null);
});
