/** The store behind threads: the same answers, and nobody waits for what is stuck. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import type { IncidentId } from '../../service/shared/ids.ts';
import { openStoreThreads } from '../../service/store/thread/store-thread.ts';
import { cpuAlarm } from '../support/accept-alarm.ts';
import { MIGRATIONS, temporaryFolder } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:cpu';
const day = (max: number) => ({ max, windowMs: 86_400_000 });
const LIMITS = {
  maxPerGroup: day(1000),
  maxOverall: day(1000),
  cooldownMs: 0,
  maxAlarmAgeMs: 900_000,
  include: [],
  exclude: [],
  place: { region: 'us-east-1', accounts: [] },
  queue: { atOnce: 4, captureMs: 60_000 },
};

async function setUp(t: TestContext, answerMs = 15_000) {
  const dataFolder = temporaryFolder();
  const threads = await openStoreThreads({ dataFolder, migrations: MIGRATIONS }, { answerMs });
  t.after(() => threads.close());
  const open = (name: string) =>
    threads.store.accept(
      {
        receivedAtMs: NOW,
        messageId: `m-${name}`,
        topicArn: TOPIC,
        body: '{}',
        alarm: cpuAlarm(NOW, { key: name, name }),
        incidentId: `inc-${name}` as IncidentId,
      },
      { limits: LIMITS },
    );
  return { ...threads, open, dataFolder, path: join(dataFolder, 'smokejumper.sqlite') };
}

test('what one thread has written the other reads, and the rules are asked where the facts are', async (t) => {
  const { store, open } = await setUp(t);
  assert.equal((await open('one')).outcome, 'accepted');
  assert.equal((await open('two')).outcome, 'attached', 'of the same group');
  assert.equal((await store.row('inc-one' as IncidentId))?.alarmName, 'one');
  await store.putFile('inc-one' as IncidentId, 'a.txt', 'text/plain', new TextEncoder().encode('as it was'));
  const file = await store.file('inc-one' as IncidentId, 'a.txt');
  assert.equal(new TextDecoder().decode(file?.content), 'as it was');
});

test('many at once are each answered for themselves, in their order', async (t) => {
  const { store, open } = await setUp(t);
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => (await open(i === 150 ? '7' : `${i}`)).outcome),
  );
  assert.deepEqual([outcomes[0], outcomes[1], outcomes[150]], ['accepted', 'attached', 'duplicate']);
  assert.equal((await store.counts()).notifications.attached, 198);
});

test('that a mail was taken is noted before all other work that waits', async (t) => {
  const { store, open, path } = await setUp(t);
  await open('one');
  const id = 'inc-one' as IncidentId;
  await store.addDeliveries(id, [{ channel: 'mail', recipient: 'a@example.com' }], NOW);
  const delivery = await store.claimDelivery('me', NOW, NOW + 1000);
  const order: string[] = [];
  const done = (name: string) => () => void order.push(name);
  // The thread is busy with the first while the others come.
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  const names = Array.from({ length: 20 }, (_, at) => `file-${at}`);
  const puts = names.map((name) => store.putFile(id, name, 'text/plain', Buffer.from(name)).then(done('file')));
  const alarms = ['two', 'three'].map((name) => open(name).then(done('alarm')));
  const settlement = { id: delivery?.id ?? 0, owner: 'me', state: 'sent', atMs: NOW, note: null } as const;
  const note = store.settleDelivery(settlement).then(done('note'));
  other.close();
  await Promise.all([...puts, ...alarms, note]);
  assert.ok(order.indexOf('note') <= 1, order.join(' '));
  assert.deepEqual(order.slice(-2), ['alarm', 'alarm'], 'all else goes by its turn');
});

test('a kill between the yes of a mail server and its note in the database is made good at the start', async (t) => {
  const { store, open, path, dataFolder, close } = await setUp(t);
  await open('one');
  const id = 'inc-one' as IncidentId;
  await store.addDeliveries(id, [{ channel: 'mail', recipient: 'a@example.com' }], NOW);
  const delivery = await store.claimDelivery('service-1', NOW, NOW + 1000);
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  const settlement = { id: delivery?.id ?? 0, owner: 'service-1', state: 'sent', atMs: NOW, note: null } as const;
  const note = store.settleDelivery(settlement);
  note.catch(() => undefined);
  // What a SIGKILL leaves behind at this moment.
  const journal = readFileSync(join(dataFolder, 'sent.journal'));
  other.close();
  await note;
  await close();
  const copy = new Database(path);
  copy.exec("UPDATE delivery SET state = 'pending', lease_owner = 'service-1', settled_at_ms = NULL");
  copy.close();
  writeFileSync(join(dataFolder, 'sent.journal'), Buffer.concat([journal, Buffer.from('{"id":1,"ow')]));
  const next = await openStoreThreads({ dataFolder, migrations: MIGRATIONS });
  t.after(() => next.close());
  assert.deepEqual(
    (await next.store.deliveries(id)).map(({ state }) => state),
    ['sent'],
  );
  assert.equal(readFileSync(join(dataFolder, 'sent.journal')).length, 0);
});

test('an error arrives as what it was thrown as', async (t) => {
  const { store } = await setUp(t);
  const put = store.putFile('inc-none' as IncidentId, 'a', 'text/plain', new Uint8Array(1));
  await assert.rejects(put, { name: 'SqliteError', code: 'SQLITE_CONSTRAINT_FOREIGNKEY' });
  const limits = JSON.parse('null') as typeof LIMITS;
  const entry = { receivedAtMs: NOW, messageId: 'm', topicArn: TOPIC, body: '', alarm: cpuAlarm(NOW) };
  await assert.rejects(store.accept({ ...entry, incidentId: 'inc' as IncidentId }, { limits }), { name: 'TypeError' });
});

test('while another program holds the lock, pages are served, and who writes is told to come again', async (t) => {
  const { store, open, path } = await setUp(t, 300);
  await open('one');
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  try {
    const write = open('two');
    write.catch(() => undefined);
    assert.equal((await store.list({ limit: 1 })).total, 1);
    const one = 'inc-one' as IncidentId;
    const page = [store.deliveries(one), store.captures(one), store.seenBefore(one), store.triage(one, NOW)];
    const asked = await Promise.race([Promise.all(page), write.then(() => null)]);
    assert.ok(asked !== null && asked[2] === null, 'an incident is shown with all that belongs to it');
    await assert.rejects(write, { code: 'STORE_TIMED_OUT', retry: 'later', message: /`accept` within 0\.3 s/ });
  } finally {
    other.exec('ROLLBACK');
    other.close();
  }
});

test('a database that cannot be opened is said as before', async () => {
  const dataFolder = temporaryFolder();
  const other = new Database(join(dataFolder, 'smokejumper.sqlite'));
  other.pragma('user_version = 999');
  other.close();
  await assert.rejects(openStoreThreads({ dataFolder, migrations: MIGRATIONS }), { code: 'SCHEMA_TOO_NEW' });
});

test('a thread that dies fails the calls under way, and the next call has a new one', async (t) => {
  const { open, kill, path } = await setUp(t);
  await open('one');
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  const call = open('two');
  call.catch(() => undefined);
  await kill('writing');
  await assert.rejects(call, { code: 'STORE_THREAD_DIED', retry: 'later' });
  other.close();
  assert.equal((await open('three')).outcome, 'attached');
});

test('a thread that dies while it is opened fails the calls that wait, and the next call has a new one', async (t) => {
  const { open, kill } = await setUp(t);
  await kill('writing');
  const call = open('one');
  call.catch(() => undefined);
  await kill('writing');
  await assert.rejects(call, { code: 'STORE_THREAD_DIED', retry: 'later' });
  assert.equal((await open('two')).outcome, 'accepted');
});

test('a store that is closed takes no more calls', async (t) => {
  const { store, close } = await setUp(t);
  await close();
  await assert.rejects(store.counts(), { code: 'STORE_CLOSED' });
});
