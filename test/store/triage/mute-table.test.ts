import assert from 'node:assert/strict';
import test from 'node:test';
import { rule } from '../../../service/rules/ruling.ts';
import type { IncidentId } from '../../../service/shared/ids.ts';
import { randomId } from '../../../service/shared/random-id.ts';
import { cpuAlarm, HOT } from '../../support/accept-alarm.ts';
import { openTestDatabase } from '../../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const HOUR = 3_600_000;
const LIMITS = {
  maxPerGroup: { max: 9, windowMs: 24 * HOUR },
  maxOverall: { max: 9, windowMs: 24 * HOUR },
  ...{ cooldownMs: 0, maxAlarmAgeMs: HOUR, include: [], exclude: [] },
  place: { region: 'us-east-1', accounts: [] },
  queue: { atOnce: 9, captureMs: 1000 },
};

function setUp() {
  const { db, store } = openTestDatabase();
  const arrive = (at: number, changes: Parameters<typeof cpuAlarm>[1] = {}, force = false) => {
    const alarm = cpuAlarm(at, { key: randomId('alarm'), ...changes });
    const incidentId = randomId('inc') as IncidentId;
    const entry = { receivedAtMs: at, messageId: randomId('m'), topicArn: 'arn', body: '{}', alarm, incidentId };
    return store.accept(entry, (facts) => rule({ limits: LIMITS, force }, facts, alarm, at));
  };
  const mute = (changes: { untilMs?: number; atMs?: number; reason?: string | null; by?: string } = {}) =>
    store.mute({ group: 'web-prod', untilMs: NOW + HOUR, by: 'ann', atMs: NOW, reason: 'deploy', ...changes });
  return { db, store, arrive, mute };
}

test('an alarm of a muted group opens nothing, and the log says until when, by whom and why', () => {
  const { arrive, mute, store } = setUp();
  mute();
  const accepted = arrive(NOW + 1000);
  assert.deepEqual([accepted.outcome, accepted.incidentId], ['ignored', null]);
  const reason = 'The group "web-prod" is muted until 2026-11-23 04:00:00 UTC by "ann": "deploy".';
  assert.equal(accepted.reason, reason);
  assert.equal(store.notifications({ limit: 1 }).rows[0]?.reason, reason);
  assert.equal(store.list({ limit: 9 }).total, 0);
});

test('a mute ends by its time, and by hand', () => {
  const { arrive, mute, store } = setUp();
  mute();
  assert.equal(arrive(NOW + HOUR).outcome, 'accepted');
  mute({ untilMs: NOW + 9 * HOUR, atMs: NOW + 2 * HOUR });
  assert.equal(arrive(NOW + 3 * HOUR).outcome, 'ignored');
  assert.equal(store.unmute('web-prod', 'bob', NOW + 4 * HOUR), true);
  assert.equal(store.unmute('web-prod', 'bob', NOW + 4 * HOUR), false);
  assert.equal(arrive(NOW + 5 * HOUR).outcome, 'accepted');
  assert.deepEqual(
    store.operations(9).map(({ who, what, detail }) => [who, what, detail]),
    [
      ['bob', 'unmute', 'it was muted until 2026-11-23 12:00:00 UTC by ann'],
      ['ann', 'mute', 'until 2026-11-23 12:00:00 UTC: deploy'],
      ['ann', 'mute', 'until 2026-11-23 04:00:00 UTC: deploy'],
    ],
  );
});

test('other groups are captured, and who insists has his way', () => {
  const { arrive, mute } = setUp();
  mute();
  assert.equal(
    arrive(NOW + 1, { targets: { instanceIds: [], groups: ['api'] as never[], hosts: [] } }).outcome,
    'accepted',
  );
  assert.equal(arrive(NOW + 2, {}, true).outcome, 'accepted');
});

test('the alarm of an instance counts to the group that it was last captured with', () => {
  const { db, arrive, mute } = setUp();
  const targets = { instanceIds: [HOT], groups: [], hosts: [] };
  assert.equal(arrive(NOW, { targets }).outcome, 'accepted');
  db.exec(`UPDATE incident SET group_name = 'web-prod', hot_instance = '${HOT}', closed_at_ms = ${NOW}`);
  mute();
  assert.match(arrive(NOW + 2000, { targets }).reason, /"web-prod" is muted until/);
});

test('an OK ends its incident also while the group is muted', () => {
  const { arrive, mute, store } = setUp();
  arrive(NOW, { key: 'one' });
  mute();
  assert.equal(arrive(NOW + 5000, { key: 'one', state: 'OK' }).outcome, 'closed');
  assert.equal(store.list({ limit: 1 }).rows[0]?.closedAtMs, NOW + 5000);
});

test('muting again replaces the end; what is over is forgotten', () => {
  const { db, mute, store } = setUp();
  mute();
  mute({ untilMs: NOW + 2 * HOUR, by: 'bob', reason: null });
  assert.deepEqual(store.mutes(NOW), [
    { group: 'web-prod', untilMs: NOW + 2 * HOUR, by: 'bob', atMs: NOW, reason: null },
  ]);
  assert.deepEqual(store.mutes(NOW + 2 * HOUR), []);
  store.mute({ group: 'api', untilMs: NOW + 9 * HOUR, by: 'ann', atMs: NOW + 3 * HOUR, reason: null });
  assert.equal(db.prepare('SELECT COUNT(*) FROM group_mute').pluck().get(), 1);
});
