/** An incident whose alarm is still on some minutes after its report is recorded once more, and told in its thread. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { AlarmState } from '../../service/alarms/alarm.ts';
import type { SecondDeps } from '../../service/incidents/second/second-work.ts';
import { deliverNews } from '../../service/incidents/steps/deliver.ts';
import type { Limits } from '../../service/rules/decide.ts';
import { rule } from '../../service/rules/ruling.ts';
import { AppError } from '../../service/shared/errors.ts';
import type { GroupName, IncidentId } from '../../service/shared/ids.ts';
import { randomId } from '../../service/shared/random-id.ts';
import { acceptAlarm, cpuAlarm, HOT, PEER } from '../support/accept-alarm.ts';
import { NOW, runnerOf, runToEnd, setUp, tickOnce } from '../support/engine-world.ts';
import { Dead, Executioner } from '../support/executioner.ts';
import { FakeFleet, member } from '../support/fakes/fake-fleet.ts';
import { sha256 } from '../support/inline-analysis.ts';
import { limits } from '../support/limits.ts';

const MINUTE = 60_000;
const AFTER = 15 * MINUTE;
const GROUP = 'web-prod' as GroupName;
const NO_MATCH = { accounts: [], regions: [], groups: [], alarms: [], tags: [] };
const LIMITS = limits({ cooldownMs: 30 * MINUTE, allClear: true });

type World = ReturnType<typeof setUp>;

interface Wishes {
  readonly state?: AlarmState | null | Error;
  readonly limits?: Limits;
  readonly ports?: Partial<World['ports']>;
}

/** A runner that looks again, and how often it has asked CloudWatch. */
function watching(world: World, { state = 'ALARM', limits = LIMITS, ports = {} }: Wishes = {}) {
  const asked: number[] = [];
  const second: SecondDeps = {
    afterMs: AFTER,
    limits: () => limits,
    stateOf: async () => {
      asked.push(world.clock.now());
      if (state instanceof Error) throw state;
      return state;
    },
  };
  return { asked, runner: runnerOf({ ...world.ports, ...ports, second }) };
}

async function reported(): Promise<{ readonly world: World; readonly id: IncidentId }> {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  return { world, id };
}

async function pass(world: World, runner: World['runner'], turns = 60): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await tickOnce(world.clock, runner);
}

/** The whole of it; gives the second recording. */
async function recordedAgain(wishes: Wishes = {}) {
  const { world, id } = await reported();
  world.clock.advance(AFTER);
  const { runner, asked } = watching(world, wishes);
  await pass(world, runner);
  const look = world.store.secondLook(id);
  return { world, id, runner, asked, look, second: look?.captureId ?? null };
}

function sayOk(world: World): void {
  const changedAtMs = world.clock.now();
  const alarm = cpuAlarm(NOW, { state: 'OK', previousState: 'ALARM', changedAtMs });
  const ids = { messageId: randomId('msg'), incidentId: randomId('inc') as IncidentId };
  const entry = { ...ids, receivedAtMs: changedAtMs, topicArn: 'arn:topic', body: '{}', alarm };
  const { outcome } = world.store.accept(entry, (facts) => rule({ limits: LIMITS }, facts, alarm, changedAtMs));
  assert.equal(outcome, 'closed');
}

test('the same instance is recorded once more, and whoever got the report is told in its thread, once', async () => {
  const { world, id, runner, asked, look, second } = await recordedAgain();
  assert.ok(second !== null);
  assert.match(look?.reason ?? '', /^The alarm is still on, 15 min .*after the report\.$/);
  assert.equal(world.store.incident(second)?.state, 'notified');
  assert.deepEqual(
    world.store.captures(second).map(({ instanceId, role }) => [instanceId, role]),
    [
      [HOT, 'hot'],
      [PEER, 'peer'],
    ],
  );
  const [first, again, ...more] = world.mail.messages;
  assert.ok(first && again);
  assert.deepEqual(more, []);
  assert.deepEqual([again.thread, again.to], [first.thread, first.to]);
  assert.notEqual(again.messageId, first.messageId);
  assert.match(again.subject, /^web-prod i-\w+: 15 min later: still /);
  assert.match(again.text, /^This is the second recording of the same incident/);
  world.clock.advance(10 * AFTER);
  await pass(world, runner);
  assert.deepEqual([world.mail.messages.length, asked.length], [2, 1]);
  assert.equal(world.store.incident(id)?.closedAtMs, null);
});

test('lists show the incident alone, and limits count both', async () => {
  const { world, id, second } = await recordedAgain();
  assert.ok(second !== null);
  const listed = (filter: object) => world.store.list({ limit: 10, ...filter }).rows.map((row) => row.id);
  for (const filter of [{}, { group: GROUP }, { instance: HOT }, { text: 'web-prod' }, { state: 'burning' }]) {
    assert.deepEqual(listed(filter), [id], JSON.stringify(filter));
  }
  assert.deepEqual(listed({ state: 'over' }), []);
  assert.equal(world.store.list({ limit: 10 }).total, 1);
  assert.equal(world.store.row(second)?.secondOf, id);
  assert.equal(world.store.groupHistory(GROUP, world.clock.now())?.total, 1);
  assert.equal(world.store.seenBefore(second), null);
  const facts = world.store.facts(cpuAlarm(NOW), world.clock.now());
  assert.equal(facts.scopeAccepted.length, 2);
  assert.deepEqual(
    facts.open.map((open) => open.id),
    [id],
  );
});

test('it waits for its time, and does not come when it is off', async () => {
  const { world, id } = await reported();
  const { runner, asked } = watching(world);
  world.clock.advance(AFTER - 5 * MINUTE);
  await pass(world, runner);
  assert.deepEqual([asked, world.store.secondLook(id)], [[], undefined]);
  world.clock.advance(10 * AFTER);
  await pass(world, runnerOf(world.ports));
  assert.equal(world.store.secondLook(id), undefined);
});

test('an alarm that is over, or unknown, is not recorded once more, and asked about only once', async () => {
  for (const [state, words] of [
    ['OK', /is OK by now/],
    ['INSUFFICIENT_DATA', /is INSUFFICIENT_DATA by now/],
    [null, /does not know .* any more/],
  ] as const) {
    const { world, look, asked } = await recordedAgain({ state });
    assert.equal(look?.captureId, null);
    assert.match(look?.reason ?? '', words);
    assert.deepEqual([asked.length, world.mail.messages.length], [1, 1]);
  }
});

test('after an OK nobody asks', async () => {
  const { world, id } = await reported();
  sayOk(world);
  world.clock.advance(AFTER);
  const { runner, asked } = watching(world);
  await pass(world, runner);
  assert.deepEqual([asked, world.store.secondLook(id)], [[], undefined]);
});

test('a muted group, and a limit, keep it from being recorded; the reason is kept', async () => {
  const muted = await reported();
  muted.world.clock.advance(AFTER);
  const mute = { group: GROUP, untilMs: muted.world.clock.now() + AFTER, by: 'ops', atMs: NOW, reason: null };
  muted.world.store.mute(mute);
  await pass(muted.world, watching(muted.world).runner);
  assert.match(muted.world.store.secondLook(muted.id)?.reason ?? '', /"web-prod"|web-prod.* is muted until/);
  const limited = await recordedAgain({ limits: { ...LIMITS, maxPerGroup: { max: 1, windowMs: 86_400_000 } } });
  assert.match(limited.look?.reason ?? '', /1 captures of group web-prod/);
  const rules = [{ name: 'web', match: NO_MATCH, settings: { maxPerGroupPerDay: 1 } }];
  const ruled = await recordedAgain({ limits: { ...LIMITS, book: { targets: [], defaults: {}, rules } } });
  assert.match(ruled.look?.reason ?? '', /1 captures of group web-prod .* the limit is 1\./);
  for (const { world } of [muted, limited, ruled]) assert.equal(world.mail.messages.length, 1);
});

/** The second recording, before the step from this state. */
async function at(state: string) {
  const { world, id } = await reported();
  world.clock.advance(AFTER);
  const { runner } = watching(world);
  const reached = () => {
    const second = world.store.secondLook(id)?.captureId ?? null;
    return second !== null && world.store.incident(second)?.state === state ? second : null;
  };
  for (let turn = 0; turn < 200 && reached() === null; turn++) await tickOnce(world.clock, runner);
  const second = reached() ?? assert.fail(`never ${state}`);
  return { world, id, runner, second };
}

test('an OK or a mute before its mail keeps it back; the all-clear is told once, of the incident', async () => {
  for (const state of ['accepted', 'dispatched', 'reported']) {
    const { world, id, runner, second } = await at(state);
    sayOk(world);
    await pass(world, runner);
    const [, over, ...more] = world.mail.messages;
    assert.match(over?.subject ?? '', /^Over after /, state);
    assert.deepEqual(more, [], state);
    assert.ok(['lapsed', 'notified'].includes(world.store.incident(second)?.state ?? ''), state);
    assert.match(world.store.events(second).at(-1)?.detail ?? '', /OK again/, state);
    assert.equal(world.store.deliveries(id).filter(({ kind }) => kind === 'all-clear').length, 1);
  }
  const { world, runner, second } = await at('analyzed');
  world.store.mute({ group: GROUP, untilMs: world.clock.now() + AFTER, by: 'ops', atMs: NOW, reason: null });
  await pass(world, runner);
  assert.match(world.store.events(second).at(-1)?.detail ?? '', /^nobody is told: .*muted/);
  assert.equal(world.mail.messages.length, 1);
});

test('what waits in the outbox is refused once the alarm is OK', async () => {
  const { world, second } = await at('reported');
  sayOk(world);
  const deliver = deliverNews({
    ...{ store: world.ports.store, mail: world.mail, subscriptions: world.ports.subscriptions },
    ...{ sha256, publicUrl: () => 'https://smokejumper.example.com' },
    mailParts: () => assert.fail('is written'),
    rawMail: () => assert.fail('is written'),
  });
  const row = { id: 7, incidentId: second, kind: 'report', channel: 'mail', recipient: 'a@example.com' } as const;
  const delivery = { ...row, attempts: 0, owner: 'test', createdAtMs: NOW };
  await assert.rejects(deliver(delivery, new AbortController().signal), { code: 'ALARM_OVER', retry: 'never' });
});

test('an OK that comes when its mail waits in the outbox still keeps it back', async () => {
  const { world, runner, second } = await at('reported');
  while (world.store.deliveries(second).length === 0) {
    const delivery = world.store.incident(second);
    assert.equal(delivery?.state, 'reported');
    await runner.tick(new AbortController().signal);
  }
  sayOk(world);
  await pass(world, runner);
  assert.deepEqual(
    world.store.deliveries(second).map(({ state, note }) => [state, note]),
    [['failed', 'Not told: the alarm is OK again.']],
  );
  assert.equal(world.mail.messages.filter(({ subject }) => subject.includes('later')).length, 0);
});

test('an OK after both mails is told once', async () => {
  const { world, runner } = await recordedAgain();
  sayOk(world);
  await pass(world, runner);
  assert.deepEqual(
    world.mail.messages.map(({ subject }) => /^Over/.test(subject)),
    [false, false, true],
  );
});

test('a hot instance that is gone is said, and nobody else is recorded in its place', async () => {
  const fleet = new FakeFleet([member(PEER, GROUP)], new Map([[PEER, 90]]));
  const { world, second } = await recordedAgain({ ports: { fleet } });
  assert.ok(second !== null);
  assert.deepEqual(world.store.captures(second), []);
  assert.equal(world.store.incident(second)?.failure?.code, 'HOT_INSTANCE_GONE');
  assert.match(world.mail.messages[1]?.text ?? '', /still on, but i-0aaaaaaaaaaaaaaaa of web-prod is no member/);
});

test('while CloudWatch does not answer it is asked again, and not for ever', async () => {
  const state = new AppError('ALARM_LOOKUP_FAILED', 'Throttled.', { retry: 'later' });
  const { world, id, runner, asked } = await recordedAgain({ state });
  assert.ok(asked.length > 1);
  assert.equal(world.store.secondLook(id), undefined);
  for (const [index, time] of asked.slice(1).entries()) assert.ok(time - (asked[index] ?? 0) >= 30_000);
  world.clock.advance(70 * MINUTE);
  await pass(world, runner, 5);
  assert.match(world.store.secondLook(id)?.reason ?? '', /could not look at it in time/);
});

/** From the time of the second recording on; null when it did not come to the call. */
async function dieAndGoOn(call: number, when: 'before' | 'after'): Promise<string | null> {
  const { world, id } = await reported();
  world.clock.advance(AFTER);
  const executioner = new Executioner(call, when);
  const guarded = {
    store: executioner.guard('store', world.ports.store),
    commands: executioner.guard('commands', world.ports.commands),
    mail: executioner.guard('mail', world.ports.mail),
  };
  const { runner: doomed } = watching(world, { ports: guarded });
  const isOver = () => {
    const second = world.store.secondLook(id)?.captureId ?? null;
    return second !== null && world.store.incident(second)?.state === 'notified';
  };
  for (let step = 0; step < 100 && executioner.diedAt === null && !isOver(); step++) {
    await tickOnce(world.clock, doomed, executioner.alive).catch((error: unknown) =>
      assert.ok(error instanceof Dead, String(error)),
    );
  }
  if (executioner.diedAt === null) return null;
  world.store.releaseLeases('test');
  await pass(world, watching(world).runner);
  const where = `${call}: ${executioner.diedAt}`;
  assert.ok(isOver(), where);
  const sent = world.mail.messages.slice(1);
  const unknowable = /after mail\.send|before store\.settleDelivery/.test(executioner.diedAt);
  assert.equal(sent.length, unknowable ? 2 : 1, where);
  assert.equal(new Set(sent.map(({ messageId }) => messageId)).size, 1, where);
  const runs = world.commands.sent.filter((command) => command.script.includes("main 'run'"));
  assert.equal(runs.length, 4, where);
  return executioner.diedAt;
}

for (const when of ['before', 'after'] as const) {
  test(`a process that dies ${when} a call on the way to the second mail neither loses nor repeats it`, async (t) => {
    const deaths: string[] = [];
    // Every fifth: what the steps do at each call is tested with the first recording.
    for (let call = when === 'before' ? 1 : 3; call < 500; call += 5) {
      const death = await dieAndGoOn(call, when);
      if (death === null) break;
      deaths.push(death);
    }
    t.diagnostic(deaths.join(', '));
    assert.ok(deaths.length > 10);
  });
}
