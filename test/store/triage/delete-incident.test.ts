import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import test from 'node:test';
import { acceptAlarm, cpuAlarm } from '../../support/accept-alarm.ts';
import { openTestDatabase } from '../../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);

function setUp() {
  const { db, store, artifacts } = openTestDatabase();
  const id = acceptAlarm(store, { nowMs: NOW });
  const end = () => db.exec("UPDATE incident SET state = 'notified', headline = 'parse 1.4 cores'");
  const count = (table: string) => db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get();
  return { db, store, artifacts, id, end, count };
}

test('an incident is deleted with its files, notes and trail; its notifications stay', () => {
  const { store, artifacts, id, end, count } = setUp();
  end();
  store.putFile(id, 'a.txt', 'text/plain', new TextEncoder().encode('a'));
  store.change(id, { what: 'note', text: 'x' }, 'ann', NOW);
  store.change(id, { what: 'label', label: 'y' }, 'ann', NOW);
  assert.equal(store.deleteIncident(id, 'ann', NOW + 9, 10), false);
  for (const table of [
    'incident',
    'incident_note',
    'incident_label',
    'incident_change',
    'artifact',
    'incident_event',
  ]) {
    assert.equal(count(table), 0, table);
  }
  assert.deepEqual(
    globSync(`${artifacts}/*/*`).filter((path) => existsSync(path) && !path.endsWith('.tmp')),
    [],
  );
  assert.equal(count('notification'), 1);
  const gone = store.pruned(id);
  assert.deepEqual([gone?.deletedBy, gone?.prunedAtMs, gone?.headline], ['ann', NOW + 9, 'parse 1.4 cores']);
  assert.deepEqual(
    store.operations(9).map(({ who, what, subject, detail }) => [who, what, subject, detail]),
    [['ann', 'delete', id, 'web-prod: parse 1.4 cores']],
  );
});

test('many notifications are let go in parts', () => {
  const { store, id, end } = setUp();
  end();
  for (const n of [1, 2, 3, 4]) {
    store.accept(
      {
        ...{ receivedAtMs: NOW + n, messageId: `m${n}`, topicArn: 'arn', body: '', incidentId: id },
        alarm: cpuAlarm(NOW + n),
      },
      () => ({ outcome: 'attached', incidentId: id, reason: 'again' }),
    );
  }
  const steps = [0, 1, 2, 3].map(() => store.deleteIncident(id, 'ann', NOW, 2));
  assert.deepEqual(steps, [true, true, false, false]);
  assert.equal(store.row(id), undefined);
  assert.equal(store.operations(9).length, 1);
});

test('what is under way or pinned is not deleted', () => {
  const { store, id, end } = setUp();
  assert.throws(() => store.deleteIncident(id, 'ann', NOW, 10), { code: 'CHANGE_CONFLICT', message: /under way/ });
  end();
  store.change(id, { what: 'pin' }, 'ann', NOW);
  assert.throws(() => store.deleteIncident(id, 'ann', NOW, 10), { code: 'CHANGE_CONFLICT', message: /is pinned/ });
  assert.notEqual(store.row(id), undefined);
});

test('the log of deletions and mutes is kept for five years, and never changed', () => {
  const { db, store } = setUp();
  store.mute({ group: 'web', untilMs: NOW + 1000, by: 'ann', atMs: NOW, reason: 'deploy' });
  assert.throws(() => db.exec("UPDATE operation SET who = 'bob'"), /is never changed/);
  const keep = { incidentMs: null, fileBytes: null, notificationMs: null, bodyMs: null };
  store.prune(keep, NOW + 4 * 366 * 86_400_000, 10);
  assert.equal(store.operations(9).length, 1);
  store.prune(keep, NOW + 6 * 366 * 86_400_000, 10);
  assert.equal(store.operations(9).length, 0);
});
