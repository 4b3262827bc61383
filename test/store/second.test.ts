/** What the store knows of second recordings. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { secondAlarm } from '../../service/incidents/second/second.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import type { SqliteStore } from '../../service/store/sqlite-store.ts';
import { acceptAlarm, HOT } from '../support/accept-alarm.ts';
import { openTestDatabase } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const CAPS = { atOnce: 4, perGroup: 4, perAccount: 4 };
const SECOND = 'inc-second' as IncidentId;
const MAIL = { channel: 'mail', recipient: 'a@example.com' } as const;

function reported(sent = true) {
  const { db, store } = openTestDatabase();
  const id = acceptAlarm(store, { nowMs: NOW });
  const step = { states: ['accepted'], caps: CAPS, owner: 'me', nowMs: NOW, leaseUntilMs: NOW + 1000 } as const;
  assert.equal(store.claim(step)?.id, id);
  const changes = { hotInstance: HOT };
  assert.ok(store.advance({ id, owner: 'me', from: 'accepted', to: 'targeted', atMs: NOW, detail: 'x', changes }));
  store.addDeliveries(id, [MAIL], NOW);
  const delivery = store.claimDelivery('me', NOW, NOW + 1000);
  if (sent) store.settleDelivery({ id: delivery?.id ?? 0, owner: 'me', state: 'sent', atMs: NOW, note: null });
  db.prepare(`UPDATE incident SET state = 'notified' WHERE id = ?`).run(id);
  db.prepare(`INSERT INTO incident_event (incident_id, at_ms, state, detail) VALUES (?, ?, 'notified', 'mailed')`).run(
    ...[id, NOW],
  );
  return { db, store, id };
}

function openSecond(store: SqliteStore, of: IncidentId): boolean {
  const [due] = store.dueSeconds(NOW, 1);
  return due !== undefined && store.openSecond(of, SECOND, secondAlarm(due, NOW + 5), 'still on', NOW + 5);
}

test('due are open incidents whose report was sent, until it is decided about them', () => {
  const { store, id } = reported();
  assert.deepEqual(
    store.dueSeconds(NOW, 5).map((due) => [due.id, due.hotInstance, due.reportedAtMs]),
    [[id, HOT, NOW]],
  );
  assert.deepEqual([store.dueSeconds(NOW - 1, 5), store.nextSecondReportMs()], [[], NOW]);
  assert.equal(store.skipSecond(id, 'OK by now.', NOW), true);
  assert.equal(store.skipSecond(id, 'again', NOW), false);
  assert.deepEqual([store.dueSeconds(NOW, 5), store.nextSecondReportMs()], [[], undefined]);
  assert.deepEqual(store.secondLook(id), { captureId: null, reason: 'OK by now.', atMs: NOW });
  assert.deepEqual(reported(false).store.dueSeconds(NOW, 5), []);
});

test('neither a drill nor a second recording is recorded once more', () => {
  const { db, store, id } = reported();
  assert.ok(openSecond(store, id));
  db.exec(`UPDATE incident SET state = 'notified', closed_at_ms = NULL WHERE id = '${SECOND}'`);
  assert.deepEqual(store.dueSeconds(NOW + 10, 5), []);
});

test('a second one is opened once, and not for an incident that is over', () => {
  const { store, id } = reported();
  const [due] = store.dueSeconds(NOW, 1);
  assert.ok(due);
  const open = (second: string) => store.openSecond(id, second as IncidentId, secondAlarm(due, NOW), 'still on', NOW);
  assert.deepEqual([open('inc-a'), open('inc-b')], [true, false]);
  assert.equal(store.incident('inc-b' as IncidentId), undefined);
  const over = reported();
  over.db.exec('UPDATE incident SET closed_at_ms = 1');
  assert.equal(over.store.openSecond(over.id, SECOND, secondAlarm(due, NOW), 'still on', NOW), false);
  assert.equal(over.store.incident(SECOND), undefined);
});

test('who pins the incident keeps its second recording, too', () => {
  const { db, store, id } = reported();
  store.change(id, { what: 'pin' }, 'ops', NOW);
  assert.ok(openSecond(store, id));
  const pinned = () => db.prepare('SELECT pinned FROM incident ORDER BY seq').pluck().all();
  assert.deepEqual(pinned(), [1, 1]);
  store.change(id, { what: 'unpin' }, 'ops', NOW);
  assert.deepEqual(pinned(), [0, 0]);
  store.change(id, { what: 'pin' }, 'ops', NOW);
  assert.deepEqual(pinned(), [1, 1]);
});

test('who deletes the incident deletes its second recording', () => {
  const { db, store, id } = reported();
  assert.ok(openSecond(store, id));
  assert.throws(() => store.deleteIncident(id, 'ops', NOW, 100), /under way/);
  db.exec(`UPDATE incident SET state = 'notified'`);
  while (store.deleteIncident(id, 'ops', NOW, 100));
  for (const table of ['incident', 'second_look', 'second_capture', 'incident_term', 'term'])
    assert.equal(db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get(), 0, table);
  assert.equal(store.list({ limit: 10 }).total, 0);
});
