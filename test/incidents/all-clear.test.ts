/** Whoever got the report is told, once and in its thread, that the alarm is OK again. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Alarm } from '../../service/alarms/alarm.ts';
import { rawAllClear } from '../../service/incidents/files/raw-all-clear.ts';
import { deliverNews } from '../../service/incidents/steps/deliver.ts';
import type { Limits } from '../../service/rules/decide.ts';
import { rule } from '../../service/rules/ruling.ts';
import { AppError } from '../../service/shared/errors.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { randomId } from '../../service/shared/random-id.ts';
import { acceptAlarm, cpuAlarm, HOT } from '../support/accept-alarm.ts';
import { NOW, type Ports, runnerOf, runToEnd, setUp, tickOnce } from '../support/engine-world.ts';
import { Dead, Executioner } from '../support/executioner.ts';
import { sha256 } from '../support/inline-analysis.ts';
import { limits } from '../support/limits.ts';

const MINUTE = 60_000;
/** CloudWatch's clock: the alarm of `acceptAlarm` went off a second before. */
const FIRED = NOW - 1000;
const LIMITS = limits({ cooldownMs: 0, allClear: true });

type World = ReturnType<typeof setUp>;

/** A message of the alarm, 14 min after it fired unless said otherwise. */
function notify(world: World, changes: Partial<Alarm> = {}, limits: Limits = LIMITS) {
  const alarm = cpuAlarm(NOW, { state: 'OK', previousState: 'ALARM', changedAtMs: FIRED + 14 * MINUTE, ...changes });
  const receivedAtMs = world.clock.now();
  const ids = { messageId: randomId('msg'), incidentId: randomId('inc') as IncidentId };
  const entry = { ...ids, receivedAtMs, topicArn: 'arn:aws:sns:us-east-1:123456789012:cpu', body: '{}', alarm };
  return world.store.accept(entry, (facts) => rule({ limits }, facts, alarm, receivedAtMs));
}

async function passSome(world: World): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await tickOnce(world.clock, world.runner);
}

async function reported(): Promise<{ readonly world: World; readonly id: IncidentId }> {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.equal(world.mail.messages.length, 1);
  return { world, id };
}

const subjects = ({ mail }: World) => mail.messages.map(({ subject }) => subject);

test('the all-clear says how long it burned, in the thread of the report, once', async () => {
  const { world, id } = await reported();
  assert.equal(notify(world).outcome, 'closed');
  await passSome(world);
  const [report, allClear, ...more] = world.mail.messages;
  assert.ok(report && allClear);
  assert.deepEqual(more, []);
  assert.match(allClear.subject, new RegExp(`^Over after 14 min: .+ on ${HOT} \\(web-prod\\)$`));
  assert.deepEqual(allClear.thread, report.thread);
  assert.deepEqual(allClear.to, report.to);
  assert.notEqual(allClear.messageId, report.messageId);
  const link = `https://smokejumper.example.com/incidents/${id}`;
  for (const body of [allClear.text, allClear.html]) assert.ok(body.includes(link));
  assert.ok(allClear.text.includes('14 min after it went to ALARM'));
  const raw = Buffer.from(world.mail.raw[1] ?? []).toString('latin1');
  assert.match(raw, new RegExp(`In-Reply-To: <thread\\.${id}@smokejumper\\.invalid>`));
  assert.deepEqual(
    world.store.deliveries(id).map(({ kind, state }) => `${kind} ${state}`),
    ['report sent', 'all-clear sent'],
  );
});

test('an OK that comes before the report waits for it', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  await tickOnce(world.clock, world.runner);
  assert.equal(notify(world, { changedAtMs: FIRED + 5000 }).outcome, 'closed');
  assert.deepEqual(world.store.deliveries(id), []);
  assert.equal(await runToEnd(world, id), 'notified');
  await passSome(world);
  assert.equal(world.mail.messages.length, 2);
  assert.match(world.mail.messages[1]?.subject ?? '', /^Over after 5 s: /);
});

test('a second OK, one that is older than the alarm and one of another alarm tell nobody', async () => {
  const { world } = await reported();
  const another = { key: 'another', name: 'another CPU' };
  const attached = notify(world, { ...another, state: 'ALARM', previousState: 'OK', changedAtMs: world.clock.now() });
  assert.equal(attached.outcome, 'attached');
  assert.equal(notify(world, { ...another, changedAtMs: world.clock.now() + MINUTE }).outcome, 'ignored');
  assert.equal(notify(world, { changedAtMs: FIRED - MINUTE }).outcome, 'ignored');
  await passSome(world);
  assert.equal(world.mail.messages.length, 1);
  assert.equal(notify(world).outcome, 'closed');
  assert.equal(notify(world).outcome, 'duplicate');
  assert.equal(notify(world, { changedAtMs: FIRED + 20 * MINUTE }).outcome, 'ignored');
  await passSome(world);
  assert.equal(subjects(world).filter((subject) => subject.startsWith('Over')).length, 1);
});

test('an incident that another one replaces is not over', async () => {
  const { world } = await reported();
  world.clock.advance(2 * 60 * MINUTE);
  const again = notify(world, { state: 'ALARM', previousState: 'OK', changedAtMs: world.clock.now() });
  assert.equal(again.outcome, 'accepted');
  await passSome(world);
  assert.deepEqual(
    subjects(world).filter((subject) => subject.startsWith('Over')),
    [],
  );
});

test('while the group is muted, and where ALL_CLEAR is off, nobody is told; the log says why', async () => {
  const off = await reported();
  assert.match(
    notify(off.world, {}, { ...LIMITS, allClear: false }).reason,
    /No all-clear is sent: ALL_CLEAR is off\.$/,
  );
  const muted = await reported();
  const mute = { group: 'web-prod', untilMs: muted.world.clock.now() + MINUTE, by: 'ada', reason: null };
  muted.world.store.mute({ ...mute, atMs: muted.world.clock.now() });
  assert.match(notify(muted.world).reason, /No all-clear is sent: The group "web-prod" is muted until/);
  for (const { world } of [off, muted]) {
    await passSome(world);
    assert.equal(world.mail.messages.length, 1);
  }
});

test('who never got the report is not told that it is over', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const refusing: Ports['mail'] = {
    compose: (message) => world.mail.compose(message),
    send: async () => {
      throw new AppError('MAIL_REFUSED', 'The address is not verified.');
    },
  };
  const runner = runnerOf({ ...world.ports, mail: refusing });
  assert.equal(await runToEnd({ ...world, runner }, id), 'notified');
  assert.equal(notify(world).outcome, 'closed');
  await passSome(world);
  assert.deepEqual(world.mail.messages, []);
});

test('a mail server that is down gets the all-clear later', async () => {
  const { world, id } = await reported();
  let failures = 3;
  const failing: Ports['mail'] = {
    compose: (message) => world.mail.compose(message),
    send: async (mail, signal) => {
      if (failures-- > 0) throw new AppError('MAIL_FAILED', 'The server is down.', { retry: 'later' });
      return world.mail.send(mail, signal);
    },
  };
  notify(world);
  await passSome({ ...world, runner: runnerOf({ ...world.ports, mail: failing }) });
  assert.equal(world.mail.messages.length, 2);
  assert.equal(world.store.deliveries(id)[1]?.state, 'sent');
});

test('a topic is told in plain text', async () => {
  const { world, id } = await reported();
  notify(world);
  const told: string[][] = [];
  const deliver = deliverNews({
    ...{ store: world.ports.store, mail: world.mail, sha256, publicUrl: () => 'https://smokejumper.example.com' },
    subscriptions: {
      ...world.ports.subscriptions,
      publish: async (...args) => void told.push(args.slice(0, 3) as string[]),
    },
    mailParts: () => assert.fail('that is the report'),
    rawMail: () => assert.fail('that is the report'),
  });
  const row = {
    id: 7,
    incidentId: id,
    kind: 'all-clear',
    channel: 'sns',
    recipient: 'arn:topic',
    attempts: 0,
  } as const;
  await deliver({ ...row, owner: 'test', createdAtMs: NOW }, new AbortController().signal);
  assert.match(told[0]?.join('\n') ?? '', /^arn:topic\nOver after 14 min: /);
});

test('the same facts give the same mail', async () => {
  const { world, id } = await reported();
  notify(world);
  const deps = { store: world.ports.store, mail: world.mail, sha256, publicUrl: () => 'https://s.example.com' };
  const compose = () => rawAllClear(deps, id, ['oncall@example.com']);
  assert.deepEqual(await compose(), await compose());
});

/** From the OK on; null when it did not come to the call. */
async function dieAndGoOn(at: number, when: 'before' | 'after'): Promise<string | null> {
  const { world, id } = await reported();
  notify(world);
  const executioner = new Executioner(at, when);
  const guarded = {
    store: executioner.guard('store', world.ports.store),
    mail: executioner.guard('mail', world.ports.mail),
  };
  const doomed = runnerOf({ ...world.ports, ...guarded });
  const isTold = () => world.store.deliveries(id)[1]?.state === 'sent';
  for (let step = 0; step < 20 && executioner.diedAt === null && !isTold(); step++) {
    await tickOnce(world.clock, doomed, executioner.alive).catch((error: unknown) =>
      assert.ok(error instanceof Dead, String(error)),
    );
  }
  if (executioner.diedAt === null) return null;
  world.store.releaseLeases('test');
  await passSome(world);
  const where = `${at}: ${executioner.diedAt}`;
  assert.ok(isTold(), where);
  const sent = world.mail.messages.slice(1);
  // The one unavoidable window, as for reports: the same mail, known by its Message-ID.
  const unknowable = /after mail\.send|before store\.settleDelivery/.test(executioner.diedAt);
  assert.equal(sent.length, unknowable ? 2 : 1, where);
  assert.equal(new Set(sent.map(({ messageId }) => messageId)).size, 1, where);
  return executioner.diedAt;
}

for (const when of ['before', 'after'] as const) {
  test(`a process that dies ${when} any call on the way to the all-clear neither loses nor repeats it`, async () => {
    const deaths: string[] = [];
    for (let at = 1; at < 100; at++) {
      const death = await dieAndGoOn(at, when);
      if (death === null) break;
      deaths.push(death);
    }
    for (const call of ['store.claimDelivery', 'mail.send', 'store.settleDelivery'])
      assert.ok(
        deaths.some((death) => death.includes(call)),
        call,
      );
  });
}
