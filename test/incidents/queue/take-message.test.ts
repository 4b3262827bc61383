import assert from 'node:assert/strict';
import test from 'node:test';
import type { IntakeDeps } from '../../../service/incidents/intake.ts';
import type { QueueMessage } from '../../../service/incidents/ports.ts';
import { takeMessage } from '../../../service/incidents/queue/take-message.ts';
import { Refusals } from '../../../service/incidents/refusals.ts';
import type { IncidentStore } from '../../../service/incidents/store-port.ts';
import { AppError } from '../../../service/shared/errors.ts';
import { silentLog } from '../../../service/shared/log.ts';
import { localStore } from '../../../service/store/store-calls.ts';
import { notification, PUBLIC_KEY, signed } from '../../fixtures/alarms/envelopes.ts';
import { singleMetric, stateChangeEvent, TOPIC } from '../../fixtures/alarms/messages.ts';
import { ManualClock } from '../../support/fakes/manual-clock.ts';
import { openTestDatabase } from '../../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 20, 3, 13, 0);
const DAY = 86_400_000;
const QUEUE = { arn: 'arn:aws:sqs:eu-west-1:111122223333:cpu', name: 'cpu' };
const ALONE = 'It came through the queue cpu. It has no signature: the policy of the queue says who may send.';

function setUp(changes: Partial<IntakeDeps> = {}) {
  const { db, store } = openTestDatabase();
  const port = localStore(store);
  const clock = new ManualClock(NOW);
  const deps: IntakeDeps = {
    store: port,
    clock,
    log: silentLog,
    refusals: new Refusals({ store: changes.store ?? port, clock, log: silentLog }),
    certificates: { get: async () => ({ publicKey: PUBLIC_KEY, validFromMs: NOW - DAY }) },
    subscriptions: { confirm: async () => 'arn', subscribe: async () => '', publish: async () => undefined },
    trust: { topicArns: [TOPIC] },
    rules: () => ({
      maxPerGroup: { max: 12, windowMs: DAY },
      maxOverall: { max: 48, windowMs: DAY },
      cooldownMs: 900_000,
      maxAlarmAgeMs: 900_000,
      include: [],
      exclude: [],
      allClear: false,
      place: { region: 'eu-west-1', accounts: [] },
      queue: { atOnce: 4, captureMs: 60_000 },
    }),
    onChanged: () => undefined,
    ...changes,
  };
  let receives = 0;
  const take = async (body: string, options: { id?: string; refused?: string | null } = {}) => {
    const message: QueueMessage = { id: options.id ?? 'sqs-1', body, receipt: 'r', receives: ++receives };
    const { refused = 'It is deleted from the queue.' } = options;
    return (await takeMessage(deps, QUEUE, message, refused)).status;
  };
  const rows = () => store.notifications({ limit: 9 }).rows.map(({ outcome, reason }) => ({ outcome, reason }));
  const topics = () => db.prepare('SELECT topic_arn FROM notification').pluck().all();
  return { store, clock, take, rows, topics };
}

test('an envelope of SNS is proven as over HTTP, and the log names the queue', async () => {
  const { take, rows, topics } = setUp();
  const body = JSON.stringify(signed(notification()));
  assert.equal(await take(body), 200);
  assert.equal(await take(body), 200);
  const [again, first] = rows();
  assert.equal(first?.outcome, 'accepted');
  assert.match(first?.reason ?? '', /It came through the queue cpu\.$/);
  assert.deepEqual(again, {
    outcome: 'duplicate',
    reason: 'This message was delivered before. It came through the queue cpu.',
  });
  assert.deepEqual(topics(), [TOPIC, TOPIC]);
});

test('a message alone and an event are believed for the sake of the queue, and the log says so', async () => {
  for (const message of [singleMetric(), stateChangeEvent()]) {
    const { take, rows, topics } = setUp();
    assert.equal(await take(JSON.stringify(message)), 200);
    const [row] = rows();
    assert.equal(row?.outcome, 'accepted', row?.reason);
    assert.ok(row?.reason.endsWith(` ${ALONE}`), row?.reason);
    assert.deepEqual(topics(), [QUEUE.arn]);
  }
});

test('a message alone is known again by the id of the queue, an event by its own', async () => {
  const [alone, event] = [JSON.stringify(singleMetric()), JSON.stringify(stateChangeEvent())];
  for (const [body, ids] of [
    [alone, ['sqs-1', 'sqs-1']],
    [event, ['sqs-1', 'sqs-2']],
  ] as const) {
    const { take, rows } = setUp();
    for (const id of ids) await take(body, { id });
    const [again, first] = rows();
    assert.equal(first?.outcome, 'accepted');
    assert.match(again?.reason ?? '', /^This message was delivered before\./);
  }
});

test('text that is no alarm is ignored with the reason, whatever its form', async () => {
  for (const body of [
    'hello',
    '[1, 2]',
    'null',
    '{"Type":"Notification"}',
    JSON.stringify({ 'detail-type': 'x', id: 5 }),
  ]) {
    const { take, rows } = setUp();
    assert.equal(await take(body), 200);
    assert.equal(rows()[0]?.outcome, 'ignored', body);
    assert.ok(rows()[0]?.reason.endsWith(ALONE));
  }
});

test('a forged envelope, one without a signature and one of a foreign topic are refused, as over HTTP', async () => {
  const foreign = signed(notification({ TopicArn: 'arn:aws:sns:eu-west-1:999999999999:cpu' }));
  const cases = [
    [{ ...signed(notification()), Message: 'changed' }, /signature does not match.* It is deleted from the queue\.$/],
    [{ Type: 'Notification', Message: 'x' }, /It is deleted/],
    [foreign, /not in SNS_TOPIC_ARNS.* It is deleted/],
  ] as const;
  for (const [envelope, words] of cases) {
    const { take, rows } = setUp();
    const status = await take(JSON.stringify(envelope));
    assert.ok(status === 403 || status === 400, `${status}`);
    assert.equal(rows()[0]?.outcome, 'rejected');
    assert.match(rows()[0]?.reason ?? '', words);
  }
});

test('without a topic every envelope is foreign; what has none is taken', async () => {
  const { take } = setUp({ trust: { topicArns: [] } });
  assert.equal(await take(JSON.stringify(signed(notification()))), 403);
  assert.equal(await take(JSON.stringify(singleMetric())), 200);
});

test('what was refused before is refused again, and not noted again', async () => {
  const { take, rows } = setUp();
  const forged = JSON.stringify({ ...signed(notification()), Message: 'changed' });
  assert.equal(await take(forged), 403);
  assert.equal(await take(forged, { refused: null }), 403);
  assert.equal(rows().length, 1);
});

test('a message that is too long is refused, and noted with its beginning', async () => {
  const { take, rows } = setUp();
  assert.equal(await take('x'.repeat(300_000)), 413);
  assert.match(rows()[0]?.reason ?? '', /^The message has 300000 bytes; .* It is deleted/);
});

test('a certificate that cannot be fetched now: the message comes again, and is accepted then', async () => {
  let isWell = false;
  const get: IntakeDeps['certificates']['get'] = async () => {
    if (!isWell) throw new AppError('CERTIFICATE_UNAVAILABLE', 'no route', { retry: 'later' });
    return { publicKey: PUBLIC_KEY, validFromMs: NOW - DAY };
  };
  const { take, rows } = setUp({ certificates: { get } });
  const body = JSON.stringify(signed(notification()));
  assert.equal(await take(body), 503);
  assert.equal(rows()[0]?.reason, 'no route The queue will give it again.');
  isWell = true;
  assert.equal(await take(body), 200);
  assert.equal(rows()[0]?.outcome, 'accepted');
});

test('a database that cannot be written: the message comes again, whatever its form', async () => {
  const { store } = setUp();
  const locked: IncidentStore = Object.assign(Object.create(store), {
    record: () => assert.fail('database is locked'),
    accept: () => assert.fail('database is locked'),
  });
  const { take } = setUp({ store: locked });
  for (const body of [
    JSON.stringify(signed(notification())),
    JSON.stringify(singleMetric()),
    'hello',
    'x'.repeat(3e5),
  ]) {
    assert.equal(await take(body), 503, body.slice(0, 50));
  }
});

test('what a queue kept for days is no replay: an OK closes the incident, an old alarm is told as old', async () => {
  const { take, rows, clock, store } = setUp();
  await take(JSON.stringify(signed(notification())));
  clock.advance(3 * DAY);
  const ok = JSON.stringify(
    singleMetric({ NewStateValue: 'OK', OldStateValue: 'ALARM', StateChangeTime: '2026-11-20T04:00:00.000+0000' }),
  );
  const late = signed(notification({ MessageId: 'late', Message: ok, Timestamp: '2026-11-20T04:00:00.000Z' }));
  assert.equal(await take(JSON.stringify(late)), 200);
  assert.equal(rows()[0]?.outcome, 'closed');
  assert.notEqual(store.list({ limit: 1 }).rows[0]?.closedAtMs, null);
  const alarm = signed(notification({ MessageId: 'old' }));
  assert.equal(await take(JSON.stringify(alarm)), 200);
  assert.equal(rows()[0]?.outcome, 'ignored');
});
