import assert from 'node:assert/strict';
import test from 'node:test';
import type { AlarmState } from '../../service/alarms/alarm.ts';
import type { NotificationFacts } from '../../service/rules/notification-facts.ts';
import { whyNoSecond } from '../../service/rules/second.ts';
import { cpuAlarm } from '../support/accept-alarm.ts';
import { limits } from '../support/limits.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const MINUTE = 60_000;
const LIMITS = limits({
  maxPerGroup: { max: 2, windowMs: 86_400_000 },
  maxOverall: { max: 3, windowMs: 86_400_000 },
  cooldownMs: 60 * MINUTE,
  place: { region: 'us-east-1', accounts: [] },
  queue: { atOnce: 1, captureMs: 60_000 },
});
const FACTS: NotificationFacts = {
  open: [],
  newestChangeMs: NOW - 20 * MINUTE,
  mute: null,
  // Within the cooldown, and the alarm is older than alarms may be.
  scopeAccepted: [{ atMs: NOW - 20 * MINUTE, cpuPercent: 90 }],
  allAcceptedAtMs: [NOW - 20 * MINUTE],
  capturing: 5,
  waiting: 5,
};

function why(state: AlarmState | null, facts: Partial<NotificationFacts> = {}): string | null {
  const alarm = cpuAlarm(NOW, { changedAtMs: NOW - 20 * MINUTE });
  return whyNoSecond(LIMITS, { ...FACTS, ...facts }, { alarm, state }, NOW);
}

test('an alarm that is still on is recorded once more, whatever cooldown and queue say', () => {
  assert.equal(why('ALARM'), null);
});

test('one that is not on is not', () => {
  assert.match(why('OK') ?? '', /web CPU. is OK by now\.$/);
  assert.match(why('INSUFFICIENT_DATA') ?? '', /is INSUFFICIENT_DATA by now\.$/);
  assert.match(why(null) ?? '', /CloudWatch does not know .web CPU. any more\.$/);
});

test('neither is one of a muted group, or beyond a limit', () => {
  const mute = { group: 'web-prod', untilMs: NOW + MINUTE, by: 'ops', atMs: NOW, reason: 'load test' };
  assert.match(why('ALARM', { mute }) ?? '', /is muted until .*load test/);
  assert.equal(why('ALARM', { mute: { ...mute, untilMs: NOW } }), null);
  const past = { atMs: NOW - MINUTE, cpuPercent: 90 };
  assert.match(why('ALARM', { scopeAccepted: [past, past] }) ?? '', /2 captures of group web-prod .*limit is 2/);
  assert.match(why('ALARM', { allAcceptedAtMs: [NOW, NOW, NOW] }) ?? '', /3 captures in all .*limit is 3/);
});
