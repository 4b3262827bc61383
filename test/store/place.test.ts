/** Groups of the same name in two accounts, or in two regions, are two. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Alarm } from '../../service/alarms/alarm.ts';
import type { GroupName } from '../../service/shared/ids.ts';
import { acceptAlarm, cpuAlarm, HOT } from '../support/accept-alarm.ts';
import { openTestDatabase } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);

/** Another alarm on a group of that name, wherever that is. */
function other(changes: Partial<Alarm>): Alarm {
  return cpuAlarm(NOW, { key: JSON.stringify(changes), name: 'other', ...changes });
}

test('an open incident, and what was captured, count for their own account and region', () => {
  const { store } = openTestDatabase();
  acceptAlarm(store, { nowMs: NOW });
  const counted = (changes: Partial<Alarm>) => {
    const { open, scopeAccepted, allAcceptedAtMs } = store.facts(other(changes), NOW + 1000);
    assert.equal(allAcceptedAtMs.length, 1, 'the limit of all counts everything');
    return [open.length, scopeAccepted.length];
  };
  assert.deepEqual(counted({}), [1, 1]);
  assert.deepEqual(counted({ accountId: '210987654321' }), [0, 0]);
  assert.deepEqual(counted({ region: 'eu-west-1' }), [0, 0]);
  assert.deepEqual(counted({ targets: { groups: ['api' as GroupName], instanceIds: [], hosts: [] } }), [0, 0]);
});

test('an alarm that does not say where it is counts what has its name', () => {
  const { store } = openTestDatabase();
  acceptAlarm(store, { nowMs: NOW });
  const { open, scopeAccepted } = store.facts(other({ accountId: null, region: null }), NOW + 1000);
  assert.deepEqual([open.length, scopeAccepted.length], [1, 1]);
});

test('an incident that does not say where it was counts for every place', () => {
  const { db, store } = openTestDatabase();
  acceptAlarm(store, { nowMs: NOW });
  db.prepare('UPDATE incident SET region = NULL, account_id = NULL').run();
  const { open, scopeAccepted } = store.facts(other({ accountId: '210987654321' }), NOW + 1000);
  assert.deepEqual([open.length, scopeAccepted.length], [1, 1]);
});

test('a group that targeting found is of the place of its alarm, too', () => {
  const { db, store } = openTestDatabase();
  const targets = { groups: [], instanceIds: [HOT], hosts: [] };
  acceptAlarm(store, { nowMs: NOW, alarm: cpuAlarm(NOW, { targets }) });
  db.prepare("UPDATE incident SET group_name = 'web-prod'").run();
  assert.equal(store.facts(other({}), NOW + 1000).open.length, 1);
  assert.equal(store.facts(other({ accountId: '210987654321' }), NOW + 1000).open.length, 0);
});

test('the turn of a group is taken by nobody of another account', () => {
  const { store } = openTestDatabase();
  acceptAlarm(store, { nowMs: NOW });
  acceptAlarm(store, { nowMs: NOW, alarm: other({}) });
  acceptAlarm(store, { nowMs: NOW, alarm: other({ accountId: '210987654321' }) });
  acceptAlarm(store, { nowMs: NOW, alarm: other({ region: 'eu-west-1' }) });
  const caps = { atOnce: 10, perGroup: 1, perAccount: 10 };
  const claim = { states: ['accepted'] as const, caps, owner: 'me', nowMs: NOW + 1000, leaseUntilMs: NOW + 60_000 };
  const claimed = Array.from({ length: 4 }, () => store.claim(claim)?.alarm);
  assert.deepEqual(claimed.map((alarm) => alarm && `${alarm.accountId} ${alarm.region}`).sort(), [
    '123456789012 eu-west-1',
    '123456789012 us-east-1',
    '210987654321 us-east-1',
    undefined,
  ]);
});
