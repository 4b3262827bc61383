import assert from 'node:assert/strict';
import test from 'node:test';
import { createHousekeeping } from '../../service/incidents/retention/housekeeping.ts';
import { NOTHING_PRUNED, type RetentionPolicy } from '../../service/incidents/retention/retention.ts';
import type { IncidentStore } from '../../service/incidents/store-port.ts';
import type { Clock } from '../../service/shared/clock.ts';
import { silentLog } from '../../service/shared/log.ts';

const POLICY: RetentionPolicy = { incidentMs: 1, fileBytes: null, notificationMs: null, bodyMs: null };
const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const RUN_MS = 600_000;

/** Time goes on with each sleep; the run ends after the given number of long ones. */
function setUp(
  runs: number,
  prune: IncidentStore['prune'],
  sweepFiles = async (_folder: number) => NOTHING_PRUNED,
  fillHistory = async (_rows: number) => false,
) {
  const stop = new AbortController();
  const said: string[] = [];
  let now = NOW;
  const clock: Clock = {
    now: () => now,
    steady: () => now,
    async sleep(ms) {
      now += ms;
      if (ms === RUN_MS && --runs === 0) stop.abort();
    },
  };
  const log = {
    ...silentLog,
    info: (_: object, text: string) => said.push(text),
    warn: (_: object, text: string) => said.push(text),
  };
  const store = { prune, sweepFiles, fillHistory } as Partial<IncidentStore> as IncidentStore;
  const housekeeping = createHousekeeping({ store, clock, log, policy: POLICY });
  return { ...housekeeping, stop, said, run: () => housekeeping.run(stop.signal) };
}

test('a run takes steps until there is nothing more to do, and says what it did', async () => {
  const left = [3, 2, 1, 0];
  const { run, facts, said } = setUp(1, async (policy) => {
    assert.equal(policy, POLICY);
    const more = (left.shift() ?? 0) > 0;
    return { ...NOTHING_PRUNED, incidents: 2, fileBytes: 10, more };
  });
  await run();
  assert.deepEqual(left, []);
  const { pruned, runs, failures } = facts();
  assert.deepEqual([pruned.incidents, pruned.fileBytes, runs, failures], [8, 40, 1, 0]);
  assert.deepEqual(said, ['deleted what is kept no longer']);
});

test('a fault of the database is told and tried again in the next run', async () => {
  let calls = 0;
  const { run, facts, said } = setUp(2, async () => {
    if (calls++ === 0) throw new Error('database is locked');
    return { ...NOTHING_PRUNED, more: false };
  });
  await run();
  assert.deepEqual([calls, facts().runs, facts().failures], [2, 2, 1]);
  assert.ok((facts().lastRunMs ?? 0) >= NOW + RUN_MS);
  assert.equal(said.length, 1);
});

test('all folders are swept in turn, some in each run', async () => {
  const swept: number[] = [];
  const nothing = async () => ({ ...NOTHING_PRUNED, more: false });
  const { run } = setUp(17, nothing, async (folder) => {
    swept.push(folder);
    return NOTHING_PRUNED;
  });
  await run();
  assert.deepEqual(
    swept,
    Array.from({ length: 17 * 16 }, (_, at) => at % 256),
  );
});

test('a folder that cannot be swept does not keep the others from it', async () => {
  const swept: number[] = [];
  const nothing = async () => ({ ...NOTHING_PRUNED, more: false });
  const { run, facts } = setUp(2, nothing, async (folder) => {
    swept.push(folder);
    if (folder === 1) throw new Error('EACCES');
    return NOTHING_PRUNED;
  });
  await run();
  assert.deepEqual(swept.slice(0, 4), [0, 1, 2, 3]);
  assert.deepEqual([facts().failures, swept.length], [1, 18]);
});

test('what an update left to be noted is noted in steps, in the first run', async () => {
  const left = [10, 10, 3];
  let calls = 0;
  const nothing = async () => ({ ...NOTHING_PRUNED, more: false });
  const { run, said } = setUp(2, nothing, undefined, async (rows) => {
    calls++;
    return left.shift() === rows;
  });
  await run();
  assert.deepEqual([left, calls, said], [[], 4, []]);
});

test('it ends at the signal in the middle of its steps, and a store that is closing is no fault', async () => {
  let steps = 0;
  const world = setUp(9, async () => {
    if (++steps === 3) world.stop.abort();
    return { ...NOTHING_PRUNED, more: true };
  });
  await world.run();
  assert.deepEqual([steps, world.facts().lastRunMs], [3, null]);
  const closing = setUp(9, async () => {
    closing.stop.abort();
    throw new Error('The store is closed');
  });
  await closing.run();
  assert.deepEqual([closing.facts().failures, closing.said], [0, []]);
});

test('a run that finds no end stops after a bounded number of steps and goes on ten minutes later', async () => {
  let steps = 0;
  const { run } = setUp(1, async () => {
    steps++;
    return { ...NOTHING_PRUNED, more: true };
  });
  await run();
  assert.equal(steps, 2_000);
});
