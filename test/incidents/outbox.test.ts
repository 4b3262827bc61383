/** Each recipient is told for himself. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createRunner } from '../../service/incidents/lanes/runner.ts';
import type { Deliver } from '../../service/incidents/step.ts';
import { notifyStep } from '../../service/incidents/steps/notify.ts';
import { AppError } from '../../service/shared/errors.ts';
import { silentLog } from '../../service/shared/log.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { ManualClock } from '../support/fakes/manual-clock.ts';
import { openTestDatabase } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:reports';
const signal = new AbortController().signal;
const noMail = async () => ({ content: new Uint8Array(), contentType: 'message/rfc822', hash: '' });

function setUp(deliver: Deliver, to = ['a@example.com', 'b@example.com'], reportTopicArn: string | null = TOPIC) {
  const clock = new ManualClock(NOW);
  const { db, store } = openTestDatabase();
  const port = localStore(store);
  const id = acceptAlarm(store, { nowMs: NOW });
  db.prepare("UPDATE incident SET state = 'reported'").run();
  const mail = { subject: 's', html: '<p>h</p>', text: 't' };
  store.putFile(id, 'mail.json', 'application/json', new TextEncoder().encode(JSON.stringify(mail)));
  const runnerOf = (owner: string) =>
    createRunner({
      store: port,
      steps: { reported: notifyStep({ store: port, rawMail: noMail, clock, to, reportTopicArn }) },
      deliver,
      caps: { atOnce: 1, perGroup: 1, perAccount: 1 },
      clock,
      log: silentLog,
      owner,
    });
  const runner = runnerOf('test');
  /** Lets `minutes` pass. */
  const pass = async (minutes: number) => {
    for (let second = 0; second < minutes * 60; second += 30) {
      while (await runner.tick(signal));
      clock.advance(30_000);
    }
  };
  const settled = () => Object.fromEntries(store.deliveries(id).map(({ recipient, state }) => [recipient, state]));
  return { clock, store, port, id, runner, runnerOf, pass, settled };
}

test('everybody is told once, over his channel; then the incident is over', async () => {
  const told: string[] = [];
  const { store, id, pass } = setUp(async ({ channel, recipient }) => void told.push(`${channel} ${recipient}`));
  await pass(1);
  assert.deepEqual(told.sort(), ['mail a@example.com', 'mail b@example.com', `sns ${TOPIC}`]);
  assert.equal(store.row(id)?.state, 'notified');
  assert.equal(store.events(id).at(-1)?.detail, `mailed to a@example.com, b@example.com; announced to ${TOPIC}`);
});

test('a recipient that is refused holds up nobody, is tried for a day, and is then named with the reason', async () => {
  let refusals = 0;
  const { store, id, pass, settled } = setUp(async ({ recipient }) => {
    if (recipient !== 'b@example.com') return;
    refusals++;
    throw new AppError('MAIL_FAILED', 'Address is not verified.', { retry: 'later' });
  });
  await pass(5);
  assert.deepEqual(settled(), { 'a@example.com': 'sent', 'b@example.com': 'pending', [TOPIC]: 'sent' });
  assert.equal(store.row(id)?.state, 'reported');
  await pass(25 * 60);
  assert.equal(store.row(id)?.state, 'notified');
  assert.match(store.events(id).at(-1)?.detail ?? '', /; gave up on b@example\.com: Address is not verified\.$/);
  assert.ok(refusals > 90 && refusals < 120, `${refusals} tries in a day: at most one in 15 minutes`);
});

test('of a bug in telling, the page names the class; its text is for the log', async () => {
  const { store, id, pass } = setUp(
    async () => {
      throw new TypeError('the secret of a bug');
    },
    ['a@example.com'],
    null,
  );
  await pass(25 * 60);
  assert.match(store.events(id).at(-1)?.detail ?? '', /^gave up on a@example\.com: An internal error .*\(TypeError\)/);
  assert.doesNotMatch(JSON.stringify([store.events(id), store.deliveries(id)]), /secret/);
});

test('what can never be delivered is given up at once', async () => {
  const { store, id, pass } = setUp(
    async () => {
      throw new AppError('MAIL_REFUSED', 'No such address.');
    },
    ['gone@example.com'],
    null,
  );
  await pass(1);
  assert.equal(store.events(id).at(-1)?.detail, 'gave up on gone@example.com: No such address.');
});

test('a server that never answers is left after its deadline, and asked again', async () => {
  let calls = 0;
  const { clock, store, id, runner, pass } = setUp(
    async () => (++calls === 1 ? new Promise<never>(() => undefined) : undefined),
    ['a@example.com'],
    null,
  );
  while (calls === 0) {
    runner.tick(signal).catch(assert.fail);
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (let second = 0; second < 100; second++) {
    clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await pass(2);
  assert.deepEqual([calls, store.row(id)?.state], [2, 'notified']);
});

test('a process that died between a server’s yes and the note tells that recipient again, and no other', async () => {
  const told: string[] = [];
  const { store, id, runnerOf } = setUp(
    async ({ recipient }) => {
      told.push(recipient);
      if (told.length === 2) await new Promise<never>(() => undefined);
    },
    ['a@example.com', 'b@example.com', 'c@example.com'],
    null,
  );
  const doomed = runnerOf('service-dead');
  while (told.length < 2) {
    doomed.tick(signal).catch(assert.fail);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(store.releaseLeases('service-dead'), 1);
  const next = runnerOf('service-next');
  while (await next.tick(signal));
  assert.equal(store.row(id)?.state, 'notified');
  assert.deepEqual(told, ['a@example.com', 'b@example.com', 'b@example.com', 'c@example.com']);
});

/** Turns of the event loop in which everything that waits for no clock has long been done. */
const TURNS = 2_000;

/** Runs for so many turns, while no time passes. */
async function runAtOnce(runner: ReturnType<typeof createRunner>): Promise<void> {
  const stop = new AbortController();
  const running = runner.run(stop.signal);
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  await running;
}

test('who is to be told is told at once: the outbox waits for no clock', async () => {
  const told: string[] = [];
  const { runner, store, id } = setUp(async ({ recipient }) => void told.push(recipient));
  await runAtOnce(runner);
  assert.equal(told.length, 3);
  assert.equal(store.row(id)?.state, 'notified');
});

test('a mail that went out wakes only the lane that waits for it: all looks would hold up the next note', async () => {
  const to = Array.from({ length: 40 }, (_, at) => `person-${at}@example.com`);
  const { runner, port, store, id } = setUp(async () => undefined, to);
  let looks = 0;
  const { claim } = port;
  port.claim = (wanted) => {
    if (!(wanted.states as readonly string[]).includes('reported')) looks++;
    return claim.call(port, wanted);
  };
  await runAtOnce(runner);
  assert.equal(store.row(id)?.state, 'notified');
  assert.ok(looks < to.length, `${looks} looks for other work during ${to.length} mails`);
});

test('while it cannot be noted that a mail was taken, it is not sent again', async () => {
  const told: string[] = [];
  const { clock, port, store, id, runner } = setUp(
    async ({ recipient }) => void told.push(recipient),
    ['a@x.org'],
    null,
  );
  const { settleDelivery } = port;
  const full = () => Promise.reject(Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' }));
  port.settleDelivery = full;
  const stop = new AbortController();
  const running = runner.run(stop.signal);
  const pass = async (seconds: number) => {
    for (let quarter = 0; quarter < 4 * seconds; quarter++) {
      clock.advance(250);
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await pass(120);
  port.settleDelivery = settleDelivery;
  await pass(10);
  stop.abort();
  await running;
  assert.deepEqual([told, store.row(id)?.state], [['a@x.org'], 'notified']);
});
