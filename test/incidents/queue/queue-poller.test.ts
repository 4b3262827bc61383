import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { IntakeResult } from '../../../service/incidents/intake.ts';
import type { QueueMessage, QueuePort } from '../../../service/incidents/ports.ts';
import { createQueuePoller } from '../../../service/incidents/queue/queue-poller.ts';
import { OutageError } from '../../../service/shared/errors.ts';
import { silentLog } from '../../../service/shared/log.ts';
import { FakeQueue } from '../../support/fakes/fake-queue.ts';
import { letTimePass, ManualClock } from '../../support/fakes/manual-clock.ts';

type Take = (message: QueueMessage, refused: string | null) => Promise<IntakeResult>;
const STORED: IntakeResult = { status: 200 };
const BROKEN = new OutageError('QUEUE_UNREADABLE', 'no connection');

interface World {
  readonly clock: ManualClock;
  readonly queue: FakeQueue;
  readonly taken: { readonly body: string; readonly refused: string | null; readonly atMs: number }[];
  readonly errors: string[];
  readonly facts: () => ReturnType<ReturnType<typeof createQueuePoller>['facts']>;
  /** Ends the process; resolves when the poller has. */
  readonly end: () => Promise<void>;
  readonly pass: (awaited: string, done: () => boolean, stepMs?: number) => Promise<void>;
}

function start(t: TestContext, take: Take, port: (queue: FakeQueue) => QueuePort = (queue) => queue): World {
  const clock = new ManualClock(1_000_000);
  const queue = new FakeQueue(clock);
  const taken: World['taken'] = [];
  const errors: string[] = [];
  const poller = createQueuePoller({
    name: 'cpu',
    queue: port(queue),
    take: (message, refused) => {
      taken.push({ body: message.body, refused, atMs: clock.now() });
      return take(message, refused);
    },
    clock,
    log: { ...silentLog, error: (_, words) => errors.push(words) },
    random: () => 1,
  });
  const stop = new AbortController();
  const running = poller.run(stop.signal);
  const end = async () => {
    stop.abort();
    let ended = false;
    void running.then(() => {
      ended = true;
    });
    await letTimePass(clock, 500, 'the poller ends', () => ended);
  };
  t.after(end);
  const pass: World['pass'] = (awaited, done, stepMs = 500) => letTimePass(clock, stepMs, awaited, done);
  return { clock, queue, taken, errors, facts: poller.facts, end, pass };
}

test('what is stored is deleted, in the order in which it came', async (t) => {
  const { queue, taken, facts, pass } = start(t, async () => STORED);
  for (let n = 0; n < 12; n++) queue.send(`${n}`);
  await pass('all are deleted', () => queue.bodies.length === 0);
  assert.deepEqual(
    taken.map(({ body }) => body),
    Array.from({ length: 12 }, (_, n) => `${n}`),
  );
  const { received, deleted, refused, returned, failures } = facts();
  assert.deepEqual([received, deleted, refused, returned, failures], [12, 12, 0, 0, 0]);
});

test('what cannot be stored now is not deleted: it comes again after 5, 10, 20 seconds', async (t) => {
  let tries = 0;
  const { clock, queue, taken, facts, pass } = start(t, async () => ({ status: ++tries < 4 ? 503 : 200 }));
  const sentAtMs = clock.now();
  queue.send('alarm');
  await pass('it is stored', () => queue.bodies.length === 0);
  const seconds = taken.map(({ atMs }) => Math.round((atMs - sentAtMs) / 1000));
  assert.equal(taken.length, 4);
  const gaps = seconds.slice(1).map((at, n) => at - (seconds[n] ?? 0));
  for (const [n, least] of [5, 10, 20].entries()) {
    const gap = gaps[n] ?? 0;
    assert.ok(gap >= least - 1 && gap <= least + 9, `${gaps}`);
  }
  assert.equal(facts().returned, 3);
});

test('what is refused for good is deleted where there is no dead-letter queue', async (t) => {
  const { queue, taken, facts, pass } = start(t, async () => ({ status: 403 }));
  queue.send('forged');
  await pass('it is deleted', () => queue.bodies.length === 0);
  assert.equal(taken.length, 1);
  assert.match(taken[0]?.refused ?? '', /deleted from the queue/);
  assert.equal(facts().refused, 1);
});

test('with a dead-letter queue it is left to that, and noted once', async (t) => {
  const { queue, taken, pass } = start(
    t,
    async () => ({ status: 403 }),
    (fake) => Object.assign(fake, { redrive: 3 }),
  );
  queue.send('forged');
  await pass('it is put aside', () => queue.dead.length > 0, 5_000);
  assert.deepEqual(queue.dead, ['forged']);
  assert.match(taken[0]?.refused ?? '', /dead-letter queue/);
  assert.deepEqual(
    taken.map(({ refused }) => refused !== null),
    [true, false, false],
  );
});

test('what cannot be handled and goes to the dead-letter queue for it is said as an error', async (t) => {
  const { queue, errors, pass } = start(
    t,
    async () => ({ status: 503 }),
    (fake) => Object.assign(fake, { redrive: 2 }),
  );
  queue.send('alarm');
  await pass('it is put aside', () => queue.dead.length > 0, 1_000);
  assert.deepEqual(errors.length, 1);
  assert.match(errors[0] ?? '', /goes to the dead-letter queue/);
});

test('a message that a bug keeps from being taken is put aside in time, and the others are taken', async (t) => {
  const { queue, errors, taken, pass } = start(
    t,
    async ({ body }) => (body === 'odd' ? Promise.reject(new TypeError('x is not a function')) : STORED),
    (fake) => Object.assign(fake, { redrive: 2 }),
  );
  for (const body of ['odd', 'next']) queue.send(body);
  await pass('it is put aside', () => queue.dead.length > 0, 1_000);
  assert.deepEqual(queue.dead, ['odd']);
  assert.deepEqual(queue.bodies, []);
  assert.equal(taken.filter(({ body }) => body === 'next').length, 1);
  assert.equal(errors.filter((words) => words.startsWith('could not take')).length, 2);
});

test('messages stay hidden for as long as they are worked on', async (t) => {
  const finish = Promise.withResolvers<IntakeResult>();
  const { clock, queue, taken, pass } = start(t, () => finish.promise);
  queue.send('slow');
  queue.send('behind it');
  await pass('it is being worked on', () => taken.length === 1);
  const until = clock.now() + 10 * 60_000;
  await pass('ten minutes', () => clock.now() >= until, 5_000);
  assert.deepEqual(await queue.receive(60), [], 'nobody else gets them');
  assert.deepEqual(queue.hidden[0], { bodies: ['slow', 'behind it'], seconds: 60 });
  finish.resolve(STORED);
  await pass('both are deleted', () => queue.bodies.length === 0);
  assert.equal(taken.length, 2);
});

test('a queue that cannot be read is asked again, ever more seldom, and at once when it answers', async (t) => {
  const asked: number[] = [];
  const { clock, queue, facts, pass } = start(
    t,
    async () => STORED,
    (fake) => {
      const receive = fake.receive.bind(fake);
      return Object.assign(fake, {
        receive: (seconds: number, signal?: AbortSignal) => {
          asked.push(clock.now());
          return receive(seconds, signal);
        },
      });
    },
  );
  queue.faults.set('receive', BROKEN);
  const startedAtMs = clock.now();
  await pass('ten minutes', () => clock.now() - startedAtMs >= 600_000, 1_000);
  assert.ok(asked.length < 20, `${asked.length} times`);
  const gaps = asked.slice(1).map((at, n) => at - (asked[n] ?? 0));
  assert.ok(Math.max(...gaps) <= 62_000, `${gaps}`);
  assert.ok(facts().silentMs >= 600_000);
  assert.ok(facts().failures >= 10);
  queue.faults.clear();
  queue.send('alarm');
  await pass('it is read', () => queue.bodies.length === 0, 1_000);
  assert.ok(facts().silentMs < 5_000);
});

test('what is handled and cannot be deleted comes again, and is deleted then', async (t) => {
  const { clock, queue, taken, facts, pass } = start(t, async () => STORED);
  queue.faults.set('remove', BROKEN);
  queue.send('alarm');
  await pass('it is handled', () => taken.length > 0 && facts().failures > 0);
  queue.faults.clear();
  const since = clock.now();
  await pass('it is deleted', () => queue.bodies.length === 0, 1_000);
  assert.ok(clock.now() - since <= 70_000);
  assert.equal(taken.length, 2);
});

test('an owner who does not say whether there is a dead-letter queue keeps no message from being read', async (t) => {
  const { queue, facts, pass } = start(t, async () => STORED);
  queue.faults.set('maxReceives', BROKEN);
  queue.send('alarm');
  await pass('it is read', () => queue.bodies.length === 0);
  assert.ok(facts().received > 0);
});

test('at the end what was not begun is given back at once, and what is done is deleted', async (t) => {
  const finish = Promise.withResolvers<IntakeResult>();
  const { queue, taken, end, pass } = start(t, () => finish.promise);
  for (const body of ['under way', 'next', 'last']) queue.send(body);
  await pass('the first is being worked on', () => taken.length === 1);
  const ending = end();
  finish.resolve(STORED);
  await ending;
  assert.deepEqual(queue.bodies, ['next', 'last']);
  assert.deepEqual(
    (await queue.receive(60)).map(({ body }) => body),
    ['next', 'last'],
  );
  assert.equal(taken.length, 1);
});

test('the end does not wait for what hangs: the message comes again', async (t) => {
  const { queue, taken, end, pass } = start(t, () => new Promise(() => undefined));
  queue.send('hangs');
  await pass('it is being worked on', () => taken.length === 1);
  await end();
  assert.deepEqual(
    (await queue.receive(60)).map(({ body }) => body),
    ['hangs'],
  );
});
