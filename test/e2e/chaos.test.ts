/** Short kills, faults and storms around the real service: `npm run chaos` and `bench:storm` have the long ones. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { runChaos } from '../../bench/chaos/chaos.ts';
import { canMount } from '../../bench/chaos/own-disk.ts';
import { startWorld } from '../../bench/chaos/world.ts';
import { storm } from '../../bench/storm/storm.ts';

/** Room for the incidents of a minute, small enough to be filled at once. */
const DISK_MB = 96;
const GROUPS = 60;
/** Default of MAX_CAPTURES_AT_ONCE. */
const AT_ONCE = 10;
/** Sixty incidents take a quiet machine half a minute. */
const STORM_LIMIT_MS = 300_000;

test('whatever fails, and however often it is killed: each alarm has one report or one reason', async (context) => {
  const mounts = canMount();
  if (!mounts) context.diagnostic('WITHOUT A FULL DISK: this user may not mount a file system');
  const result = await runChaos({
    ...{ minutes: 1, seed: 1, killSeconds: [5, 15], alarmMs: [500, 2500], diskMb: mounts ? DISK_MB : null },
    say: () => undefined,
  });
  context.diagnostic(`${result.kills} kills; ${JSON.stringify({ ...result.faults, ...result.figures })}`);
  assert.deepEqual(result.wrong, [], result.log.slice(-20).join('\n'));
  assert.ok(result.kills >= 1, 'it was killed');
  assert.ok((result.figures.notified ?? 0) >= 1, 'there were reports');
});

test('sixty groups that alarm at once: sixty reports, and never more captures at once than may be', async () => {
  const world = await startWorld({ groups: GROUPS });
  try {
    await world.start();
    const messages = world.fleet.groups.map((group) => ({ group }));
    const result = await storm(world, messages, { overMs: 1_000, limitMs: STORM_LIMIT_MS });
    const { received, accepted, throttled, lapsed, reports, whole, mails, distinctMails, mostAtOnce } = result;
    assert.deepEqual(
      { received, accepted, throttled, lapsed, reports, whole, mails, distinctMails },
      {
        ...{ received: GROUPS, accepted: GROUPS, throttled: 0, lapsed: 0 },
        ...{ reports: GROUPS, whole: GROUPS, mails: GROUPS, distinctMails: GROUPS },
      },
    );
    assert.ok(mostAtOnce <= AT_ONCE, `${mostAtOnce} at once`);
  } finally {
    await world.stop();
    await world.close();
  }
});
