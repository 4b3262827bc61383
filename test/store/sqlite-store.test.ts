import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import Database from 'better-sqlite3';
import { AppError } from '../../service/shared/errors.ts';
import type { CaptureId, IncidentId } from '../../service/shared/ids.ts';
import { ArtifactFolder } from '../../service/store/artifact-folder.ts';
import { openDatabase } from '../../service/store/database.ts';
import { acceptAlarm, cpuAlarm, HOT } from '../support/accept-alarm.ts';
import { MIGRATIONS, openTestDatabase, openTestStore, temporaryFolder } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const CAPS = { atOnce: 4, perGroup: 4, perAccount: 4 };
const claim = (nowMs: number) =>
  ({ states: ['accepted'], caps: CAPS, owner: 'me', nowMs, leaseUntilMs: nowMs + 1000 }) as const;
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:cpu';
const entry = (messageId: string, nowMs = NOW) => ({
  receivedAtMs: nowMs,
  messageId,
  topicArn: TOPIC,
  body: '{}',
  alarm: cpuAlarm(nowMs),
  incidentId: `inc-${messageId}` as IncidentId,
});
const accept = () => ({ outcome: 'accepted', supersedes: null, reason: 'first' }) as const;

test('the second delivery of a message opens nothing and consults no rule', () => {
  const store = openTestStore();
  assert.equal(store.accept(entry('m1'), accept).outcome, 'accepted');
  const again = store.accept(entry('m1'), () => assert.fail('must not be asked'));
  assert.equal(again.outcome, 'duplicate');
  assert.equal(store.list({ limit: 10 }).total, 1);
  assert.deepEqual(
    store.notifications({ limit: 10 }).rows.map((row) => row.outcome),
    ['duplicate', 'accepted'],
  );
});

test('a forged message cannot take the id of the real one', () => {
  const store = openTestStore();
  store.record({
    receivedAtMs: NOW,
    messageId: 'm1',
    topicArn: TOPIC,
    outcome: 'rejected',
    reason: 'forged',
    body: 'x',
  });
  assert.equal(store.accept(entry('m1'), accept).outcome, 'accepted');
});

test('only the beginning of a rejected body is kept', () => {
  const { db, store } = openTestDatabase();
  const body = 'x'.repeat(200_000);
  store.record({ receivedAtMs: NOW, messageId: null, topicArn: null, outcome: 'rejected', reason: 'not JSON', body });
  const kept = db.prepare('SELECT length(body) AS length FROM notification').get() as { length: number };
  assert.equal(kept.length, 2000);
});

test('the rules see the open incident of the group, past captures and the newest change of the alarm', () => {
  const store = openTestStore();
  const id = acceptAlarm(store, { nowMs: NOW, alarm: cpuAlarm(NOW, { cpuPercent: 92.5 }) });
  store.accept(entry('m2', NOW + 60_000), (facts) => {
    assert.deepEqual(
      facts.open.map((open) => open.id),
      [id],
    );
    assert.deepEqual(facts.scopeAccepted, [{ atMs: NOW, cpuPercent: 92.5 }]);
    assert.deepEqual(facts.allAcceptedAtMs, [NOW]);
    assert.equal(facts.newestChangeMs, NOW - 1000);
    assert.deepEqual([facts.capturing, facts.waiting], [0, 1]);
    return { outcome: 'attached', incidentId: id, reason: 'same fire' };
  });
  assert.equal(store.notifications({ incidentId: id, limit: 10 }).total, 2);
});

test('an OK closes the incident, and the next ALARM finds none open', () => {
  const store = openTestStore();
  const id = acceptAlarm(store, { nowMs: NOW });
  store.accept(entry('m2', NOW + 60_000), () => ({ outcome: 'closed', incidentId: id, reason: 'OK' }));
  assert.equal(store.row(id)?.closedAtMs, NOW + 60_000);
  store.accept(entry('m3', NOW + 120_000), (facts) => {
    assert.deepEqual(facts.open, []);
    return { outcome: 'ignored', reason: 'test' };
  });
});

test('a throttled alarm is kept as an incident that is never due', () => {
  const store = openTestStore();
  const { incidentId } = store.accept(entry('m1'), () => ({ outcome: 'throttled', reason: '12 of 12 today' }));
  assert.equal(store.row(incidentId as IncidentId)?.state, 'throttled');
  assert.equal(store.claim(claim(NOW + 1e9)), undefined);
  assert.equal(store.nextDueMs(['accepted'], NOW), undefined);
});

test('the second of two competing moves changes nothing', () => {
  const store = openTestStore();
  const id = acceptAlarm(store, { nowMs: NOW });
  store.claim(claim(NOW));
  const move = { id, owner: 'me', from: 'accepted', to: 'targeted', atMs: NOW, detail: 'x' } as const;
  assert.equal(store.advance({ ...move, owner: 'somebody else' }), false);
  assert.equal(store.advance(move), true);
  assert.equal(store.advance(move), false);
  assert.deepEqual(
    store.events(id).map((event) => event.state),
    ['accepted', 'targeted'],
  );
});

test('a move saves group, hot instance, verdicts and captures together', () => {
  const store = openTestStore();
  const id = acceptAlarm(store, { nowMs: NOW });
  store.claim(claim(NOW));
  const capture = {
    id: 'cap-1' as CaptureId,
    incidentId: id,
    instanceId: HOT,
    role: 'hot',
    seconds: 10,
    hz: 99,
    startAtMs: null,
    commandId: null,
    outcome: 'pending',
    failure: null,
  } as const;
  const members = [{ instanceId: HOT, role: 'hot', reason: 'the highest', cpuPercent: 71 }] as const;
  store.advance({
    id,
    owner: 'me',
    from: 'accepted',
    to: 'targeted',
    atMs: NOW,
    detail: 'x',
    changes: { hotInstance: HOT, members, captures: [capture] },
  });
  assert.deepEqual(store.captures(id), [capture]);
  assert.deepEqual(store.incident(id)?.members, members);
  store.scheduleCaptures(id, NOW + 8000);
  store.setCommand(capture.id, 'cmd-1');
  store.scheduleCaptures(id, NOW + 99_000);
  assert.equal(store.captures(id)[0]?.startAtMs, NOW + 8000, 'a start that was sent is not moved');
  store.finishCapture(capture.id, 'failed', { code: 'X', message: 'gone', hint: null });
  assert.deepEqual(store.captures(id)[0]?.failure, { code: 'X', message: 'gone', hint: null });
});

test('files come back as they were; the same name is replaced', () => {
  const store = openTestStore();
  const id = acceptAlarm(store, { nowMs: NOW });
  store.putFile(id, 'hot.svg', 'image/svg+xml', new TextEncoder().encode('<svg/>'));
  store.putFile(id, 'hot.svg', 'image/svg+xml', new TextEncoder().encode('<svg></svg>'));
  assert.equal(new TextDecoder().decode(store.file(id, 'hot.svg')?.content), '<svg></svg>');
  assert.deepEqual(store.files(id), [{ name: 'hot.svg', bytes: 11 }]);
  assert.equal(store.file(id, '../../etc/passwd'), undefined);
});

test('a search takes % and _ literally', () => {
  const store = openTestStore();
  acceptAlarm(store, { nowMs: NOW, alarm: cpuAlarm(NOW, { name: 'CPU > 50%' }) });
  acceptAlarm(store, { nowMs: NOW, alarm: cpuAlarm(NOW, { name: 'other' }) });
  assert.equal(store.list({ text: '%', limit: 10 }).total, 1);
  assert.equal(store.list({ text: '_', limit: 10 }).total, 0);
});

test('a database that is newer by a single version is refused and stays as it is', () => {
  const path = join(temporaryFolder(), 'new.sqlite');
  const db = openDatabase(path, MIGRATIONS);
  const known = db.pragma('user_version', { simple: true }) as number;
  db.pragma(`user_version = ${known + 1}`);
  db.close();
  assert.throws(() => openDatabase(path, MIGRATIONS), {
    code: 'SCHEMA_TOO_NEW',
    message: `The database has schema version ${known + 1}; this version of Smokejumper knows versions up to ${known}.`,
    hint: /Start the newer version/,
  });
  const untouched = new Database(path);
  assert.equal(untouched.pragma('user_version', { simple: true }), known + 1);
  untouched.close();
});

test('a migration that does not apply is named, and leaves the database as it was', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'altered.sqlite');
  writeFileSync(join(folder, '0001_first.sql'), 'CREATE TABLE a (id INTEGER) STRICT;');
  openDatabase(path, folder).close();
  writeFileSync(join(folder, '0002_second.sql'), 'CREATE TABLE b (id INTEGER) STRICT; CREATE TABLE a (id INTEGER);');
  assert.throws(
    () => openDatabase(path, folder),
    (error: unknown) => {
      assert.ok(error instanceof AppError && error.cause instanceof Error);
      assert.deepEqual(
        [error.code, error.message],
        ['MIGRATION_FAILED', 'Migration 0002_second.sql could not be applied.'],
      );
      assert.match(error.hint ?? '', /database is unchanged/);
      assert.match(error.cause.message, /table a already exists/);
      return true;
    },
  );
  const db = new Database(path);
  assert.deepEqual(db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all(), ['a']);
  assert.equal(db.pragma('user_version', { simple: true }), 1);
  db.close();
});

test('strangers cannot fill the disk: of rejected messages the newest 10,000 are kept, of others all', () => {
  const { db, store } = openTestDatabase();
  assert.equal(store.accept(entry('m1'), accept).outcome, 'accepted');
  db.exec(`WITH RECURSIVE forged(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM forged WHERE i < 10100)
           INSERT INTO notification (received_at_ms, outcome, reason, body)
           SELECT i, 'rejected', 'forged ' || i, '' FROM forged`);
  const forged = { receivedAtMs: NOW, messageId: null, topicArn: null, outcome: 'rejected', reason: 'last', body: '' };
  store.record({ ...forged, outcome: 'rejected' });
  const reasons = db.prepare("SELECT reason FROM notification WHERE outcome = 'rejected' ORDER BY id").pluck().all();
  assert.equal(reasons.length, 10_000);
  assert.deepEqual([reasons[0], reasons.at(-1)], ['forged 102', 'last']);
  assert.equal(store.notifications({ limit: 1 }).total, 10_001);
});

test('an artifact is stored once under its hash, whole', () => {
  const folder = temporaryFolder();
  const artifacts = new ArtifactFolder(folder);
  const hash = artifacts.put(new Uint8Array([1, 2, 3]));
  assert.equal(artifacts.put(new Uint8Array([1, 2, 3])), hash);
  assert.deepEqual(readdirSync(join(folder, hash.slice(0, 2))), [hash]);
  assert.deepEqual([...artifacts.get(hash)], [1, 2, 3]);
  assert.throws(() => artifacts.get('0'.repeat(64)), {
    code: 'ARTIFACT_MISSING',
    message: `The artifact ${'0'.repeat(64)} is not in the artifact folder.`,
    hint: /together with the database/,
  });
});

test('an artifact that cannot be written is retried later, and leaves nothing half-done', () => {
  const folder = join(temporaryFolder(), 'artifacts');
  const artifacts = new ArtifactFolder(folder);
  const content = new Uint8Array([4, 5, 6]);
  const hash = createHash('sha256').update(content).digest('hex');
  writeFileSync(join(folder, hash.slice(0, 2)), 'in the way');
  assert.throws(
    () => artifacts.put(content),
    (error: unknown) => error instanceof AppError && error.code === 'ARTIFACT_UNWRITABLE' && error.retry === 'later',
  );
  assert.deepEqual(readdirSync(folder), [hash.slice(0, 2)]);
  rmSync(join(folder, hash.slice(0, 2)));
  assert.equal(artifacts.put(content), hash);
});
