/** A drill is taken through all the steps of an incident, and an alarm that comes meanwhile knows nothing of it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { drillAlarm } from '../../service/incidents/drill/drill-alarm.ts';
import { freshDrillStep } from '../../service/incidents/drill/stale.ts';
import { recheckStep } from '../../service/incidents/steps/recheck.ts';
import { unmutedStep } from '../../service/incidents/steps/unmuted.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { silentLog } from '../../service/shared/log.ts';
import { acceptAlarm, HOT, PEER } from '../support/accept-alarm.ts';
import { NOW, runnerOf, runToEnd, setUp, tickOnce } from '../support/engine-world.ts';
import { Dead, Executioner } from '../support/executioner.ts';

const DRILL = 'inc-drill' as IncidentId;
const MINUTE = 60_000;

function alarm(changes: { readonly mailTo?: readonly string[] } = {}) {
  const { mailTo = ['me@example.com'] } = changes;
  return drillAlarm(HOT, { seconds: 3, mailTo, by: 'ops', region: 'us-east-1', nowMs: NOW });
}

function started(mailTo?: readonly string[]) {
  const world = setUp();
  world.store.openDrill(DRILL, alarm(mailTo === undefined ? {} : { mailTo }), 'ops started a drill', NOW);
  return world;
}

test('it records the instance and a healthy peer, and mails a report that is marked as a drill', async () => {
  const world = started();
  assert.equal(await runToEnd(world, DRILL), 'notified');
  const captures = world.store.captures(DRILL);
  assert.deepEqual(
    captures.map(({ instanceId, role, seconds, outcome }) => [instanceId, role, seconds, outcome]),
    [
      [HOT, 'hot', 3, 'collected'],
      [PEER, 'peer', 3, 'collected'],
    ],
  );
  const [mail, ...more] = world.mail.messages;
  assert.ok(mail);
  assert.deepEqual(more, []);
  assert.deepEqual(mail.to, ['me@example.com']);
  assert.match(mail.subject, new RegExp(`^\\[drill\\] web-prod ${HOT}: the chain works: ${HOT} and ${PEER} were`));
  for (const body of [mail.text, mail.html]) {
    assert.match(body, /DRILL\./);
    assert.match(body, /No alarm went off/);
    assert.doesNotMatch(body, /burning|still burns/i);
  }
  const report = world.store.report(DRILL);
  assert.equal(report?.isDrill, true);
  assert.match(report?.verdict.headline ?? '', /^Drill: the chain works: /);
  assert.match(report?.members[0]?.reason ?? '', /^The drill is for it; CPU 80 %/);
});

test('with nobody to mail it to, the report is written and nobody is told', async () => {
  const world = started([]);
  assert.equal(await runToEnd(world, DRILL), 'notified');
  assert.equal(world.store.events(DRILL).at(-1)?.detail, 'nobody is told');
  assert.deepEqual(world.mail.messages, []);
});

test('a failure of it says that the chain does not work, and why', async () => {
  const world = setUp({ reachable: [PEER] });
  world.store.openDrill(DRILL, alarm(), 'ops started a drill', NOW);
  assert.equal(await runToEnd(world, DRILL), 'notified');
  assert.match(world.store.report(DRILL)?.verdict.headline ?? '', /^Drill: the chain does not work: /);
  assert.match(world.mail.messages[0]?.subject ?? '', /^\[drill\] /);
});

test('an alarm that comes while it runs goes first, and both end', async () => {
  const world = started();
  await tickOnce(world.clock, world.runner);
  assert.equal(world.store.incident(DRILL)?.state, 'targeted');
  const id = acceptAlarm(world.store, { nowMs: world.clock.now() });
  await tickOnce(world.clock, world.runner);
  assert.deepEqual([world.store.incident(id)?.state, world.store.incident(DRILL)?.state], ['targeted', 'targeted']);
  assert.equal(await runToEnd(world, id), 'notified');
  assert.equal(await runToEnd(world, DRILL), 'notified');
  assert.equal(world.store.captures(id).length, 2);
  assert.deepEqual(
    world.mail.messages.map(({ to, subject }) => [to[0], subject.startsWith('[drill] ')]).sort(),
    [
      ['me@example.com', true],
      ['oncall@example.com', false],
    ].sort(),
  );
});

test('an instance that burns in an open incident is no peer of a drill', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  const drill = drillAlarm(PEER, { seconds: 3, mailTo: [], by: 'ops', region: 'us-east-1', nowMs: NOW });
  world.store.openDrill(DRILL, drill, 'ops started a drill', world.clock.now());
  assert.equal(await runToEnd(world, DRILL), 'notified');
  assert.deepEqual(world.store.captures(DRILL).length, 1);
  assert.match(world.store.events(DRILL)[1]?.detail ?? '', /no peer: .*Also hot/);
});

test('members that are as busy as the instance are its peers: nothing burns', async () => {
  const world = setUp();
  world.fleet.cpu = async (ids) => new Map(ids.map((id) => [id, [{ atMs: NOW - MINUTE, percent: 85 }]]));
  world.store.openDrill(DRILL, alarm(), 'ops started a drill', NOW);
  await tickOnce(world.clock, world.runner);
  assert.equal(world.store.captures(DRILL)[1]?.instanceId, PEER);
});

/** Null when it did not come to the call. */
async function killedAt(at: number): Promise<string | null> {
  const world = started();
  const executioner = new Executioner(at, 'before');
  const guarded = {
    store: executioner.guard('store', world.ports.store),
    commands: executioner.guard('commands', world.ports.commands),
    mail: executioner.guard('mail', world.ports.mail),
  };
  const doomed = runnerOf({ ...world.ports, ...guarded });
  const isOver = () => executioner.diedAt !== null || world.store.incident(DRILL)?.state === 'notified';
  for (let step = 0; step < 200 && !isOver(); step++) {
    await tickOnce(world.clock, doomed, executioner.alive).catch((error: unknown) =>
      assert.ok(error instanceof Dead, String(error)),
    );
  }
  if (executioner.diedAt === null) return null;
  // Nobody lets go of its leases: the process was no service.
  const id = acceptAlarm(world.store, { nowMs: world.clock.now() });
  assert.equal(await runToEnd(world, id), 'notified', executioner.diedAt);
  assert.equal(await runToEnd(world, DRILL), 'notified', executioner.diedAt);
  const drills = world.mail.messages.filter(({ subject }) => subject.startsWith('[drill]'));
  assert.equal(new Set(drills.map(({ messageId }) => messageId)).size, 1, executioner.diedAt);
  return executioner.diedAt;
}

test('killed at any stage, it holds up no alarm, and a service finishes it', async (context) => {
  const deaths: string[] = [];
  for (let at = 1; ; at += 13) {
    const death = await killedAt(at);
    if (death === null) break;
    deaths.push(death);
  }
  context.diagnostic(deaths.join(', '));
  assert.ok(deaths.length > 8);
});

test('found half an hour later, it sends no command and tells nobody', async () => {
  const world = started();
  await tickOnce(world.clock, world.runner);
  const drill = world.store.incident(DRILL);
  assert.ok(drill);
  world.clock.advance(31 * MINUTE);
  const dispatch = freshDrillStep(world.ports, async () => assert.fail('sends commands'));
  await assert.rejects(dispatch(drill, new AbortController().signal), { code: 'DRILL_STALE', retry: 'never' });
  assert.equal(await runToEnd(world, DRILL), 'notified');
  assert.deepEqual(world.mail.messages, []);
  assert.match(world.store.events(DRILL).at(-1)?.detail ?? '', /nobody waits for this drill/);
});

test('neither that it is closed nor a mute of the group keeps it from beginning', async () => {
  const world = started();
  const group = 'web-prod';
  world.store.mute({ group, untilMs: NOW + MINUTE, by: 'ops', atMs: NOW, reason: null } as never);
  const drill = world.store.incident(DRILL);
  assert.ok(drill);
  const goOn = { kind: 'advance', to: 'targeted', detail: 'x', changes: { group } } as never;
  const deps = { ...world.ports, log: silentLog, maxQueueMs: MINUTE, stateOf: async () => assert.fail('asks') };
  const step = recheckStep(
    deps,
    unmutedStep(world.ports, async () => goOn),
  );
  assert.deepEqual(await step(drill, new AbortController().signal), goOn);
});
