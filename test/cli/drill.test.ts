/** What `smokejumper drill` says in the end, and when it stops waiting. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { follow } from '../../service/cli/drill/follow.ts';
import { outcomeOf } from '../../service/cli/drill/outcome.ts';
import { drillAlarm } from '../../service/incidents/drill/drill-alarm.ts';
import type { Runner } from '../../service/incidents/lanes/runner.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { HOT, PEER } from '../support/accept-alarm.ts';
import { NOW, runToEnd, setUp } from '../support/engine-world.ts';
import { openTestDatabase } from '../support/open-test-store.ts';

const DRILL = 'inc-drill' as IncidentId;
const URL = 'https://smokejumper.example.com/incidents/inc-drill';
const alarm = drillAlarm(HOT, { seconds: 3, mailTo: ['me@example.com'], by: 'ops', region: 'us-east-1', nowMs: NOW });
const idle: Runner = {
  tick: async () => false,
  run: () => assert.fail('runs on'),
  wake: () => undefined,
  lanes: async () => [],
  underWay: () => [],
};

test('both recorded and the mail accepted: there is no fault', async () => {
  const world = setUp();
  world.store.openDrill(DRILL, alarm, 'ops started a drill', NOW);
  await runToEnd(world, DRILL);
  const outcome = await outcomeOf(world.ports.store, DRILL, URL);
  assert.deepEqual(
    [outcome.faults, outcome.hot, outcome.peers, outcome.mailedTo],
    [[], HOT, [PEER], ['me@example.com']],
  );
});

test('a peer that could not be recorded is a fault, although the mail was accepted', async () => {
  const world = setUp({ reachable: [HOT] });
  world.store.openDrill(DRILL, alarm, 'ops started a drill', NOW);
  await runToEnd(world, DRILL);
  const { faults, mailedTo } = await outcomeOf(world.ports.store, DRILL, URL);
  assert.equal(mailedTo.length, 1);
  assert.match(faults.join('\n'), new RegExp(`^${PEER}: `));
});

/** Reported a while ago, by the clock of this machine; its mail was tried. */
function reported(agoMs: number) {
  const { db, store } = openTestDatabase();
  const now = Date.now();
  store.openDrill(DRILL, alarm, 'ops started a drill', now);
  db.prepare(`UPDATE incident SET state = 'reported'`).run();
  db.prepare(`INSERT INTO incident_event (incident_id, at_ms, state, detail) VALUES (?, ?, 'reported', 'x')`).run(
    ...[DRILL, now - agoMs],
  );
  store.addDeliveries(DRILL, [{ channel: 'mail', recipient: 'me@example.com' }], now);
  const id = store.claimDelivery('me', now, now + 1000)?.id ?? 0;
  store.postponeDelivery({ id, owner: 'me', attempts: 1, nextMs: now + 60_000, note: 'The server is down.' });
  return localStore(store);
}

test('a mail that is late is not waited for, and its cause is told', async () => {
  const store = reported(91_000);
  await follow({ runner: idle, store, id: DRILL }, 3, new AbortController().signal);
  const { faults, mailedTo } = await outcomeOf(store, DRILL, URL);
  assert.deepEqual(mailedTo, []);
  assert.ok(faults.includes('No mail to me@example.com: The server is down.'), faults.join('\n'));
});

test('who interrupts it is told what becomes of it', async () => {
  const store = reported(0);
  await assert.rejects(follow({ runner: idle, store, id: DRILL }, 3, AbortSignal.abort()), {
    code: 'INTERRUPTED',
    message: /in state reported/,
    hint: /A service on the same data goes on with it/,
  });
});
