/** What a year of incidents costs: the captures, and next to nothing else. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeCapture } from '../../bench/event-loop/made-capture.ts';
import { decodeProfile } from '../../service/convert/load-profile.ts';
import { captureFile } from '../../service/incidents/incident.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { NOW, setUp, tickOnce } from '../support/engine-world.ts';

const SAMPLES = 25_000;
const MOST_BYTES = 1_000_000;

/** Runs an incident until its report is written, with these instead of what its instances sent. */
async function reported(sides: Readonly<Record<'hot' | 'peer', Uint8Array>>) {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const runTo = async (state: string) => {
    while (world.store.incident(id)?.state !== state) await tickOnce(world.clock, world.runner);
  };
  await runTo('collected');
  for (const capture of world.store.captures(id))
    world.store.putFile(id, captureFile(capture), 'application/gzip', sides[capture.role]);
  await runTo('reported');
  return { ...world, id };
}

test('an incident of 2 × 25,000 samples keeps less than 1 MB, and all its files are still served', async (context) => {
  const sides = {
    hot: makeCapture({ samples: SAMPLES, isHot: true }),
    peer: makeCapture({ samples: SAMPLES, isHot: false }),
  };
  assert.equal((await decodeProfile(sides.hot)).ledger.drawn, SAMPLES);
  const { store, files, id } = await reported(sides);
  const kept = store.files(id as IncidentId);
  const bytes = kept.reduce((sum, file) => sum + file.bytes, JSON.stringify(store.report(id)).length);
  assert.ok(bytes <= MOST_BYTES, `${bytes} bytes: ${JSON.stringify(kept)}`);
  assert.equal(store.report(id)?.findings[0]?.function, 'part999');
  const made = await Promise.all(
    ['hot.svg', 'healthy.svg', 'differential.svg', 'report.html'].map((name) => files.file(id, name)),
  );
  const madeBytes = made.reduce((sum, file) => sum + (file?.content.length ?? 0), 0);
  context.diagnostic(`${bytes} bytes are kept, ${madeBytes} are made of them`);
  assert.ok(madeBytes > 2 * bytes, `${madeBytes} bytes are made of ${bytes}`);
});
