/** When a healthy member of a group is recorded, and which group is the next. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type BaselineFacts, type BaselineGroup, dueBaselines, whyNoBaseline } from '../../service/rules/baseline.ts';
import type { GroupName } from '../../service/shared/ids.ts';
import { cpuAlarm } from '../support/accept-alarm.ts';
import { limits } from '../support/limits.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NO_MATCH = { accounts: [], regions: [], groups: [], alarms: [], tags: [] };
const GROUP = 'web-prod' as GroupName;

function group(changes: Partial<BaselineGroup> = {}): BaselineGroup {
  return {
    ...{ group: GROUP, accountId: '123456789012', region: 'us-east-1', alarm: cpuAlarm(NOW - 3 * DAY) },
    ...{ openSinceMs: null, lastMovedMs: NOW - 3 * DAY, lastTryMs: null },
    ...changes,
  };
}

const facts = (groups: readonly BaselineGroup[], changes: Partial<BaselineFacts> = {}): BaselineFacts => ({
  alarmGoesFirst: false,
  lastTryMs: null,
  groups,
  ...changes,
});
const ignoring = (match: object) =>
  limits({
    book: {
      targets: [],
      defaults: {},
      rules: [{ name: 'x', match: { ...NO_MATCH, ...match }, settings: { ignore: true } }],
    },
  });
const TARGET = { accountId: '999999999999', region: 'eu-west-1', roleArn: null, externalId: null };
const mutedUntil = (untilMs: number) => ({ group: GROUP, untilMs, by: 'ops', atMs: NOW - DAY, reason: null });

const TABLE: readonly {
  readonly when: string;
  readonly of?: Partial<BaselineGroup>;
  readonly facts?: Partial<BaselineFacts>;
  readonly others?: number;
  readonly limits?: ReturnType<typeof limits>;
  readonly mutedUntilMs?: number;
  /** Null: it is due. */
  readonly why: RegExp | null;
}[] = [
  { when: 'it alarmed some days ago, and was never recorded', why: null },
  { when: 'an alarm waits or is captured', facts: { alarmGoesFirst: true }, why: /goes first/ },
  {
    when: 'it was recorded yesterday, a minute too late',
    of: { lastTryMs: NOW - DAY + MINUTE },
    why: /23 h 59 min ago/,
  },
  { when: 'it was recorded a day ago', of: { lastTryMs: NOW - DAY }, facts: { lastTryMs: NOW - DAY }, why: null },
  {
    when: 'another one was recorded 9 minutes ago',
    facts: { lastTryMs: NOW - 9 * MINUTE },
    why: /any group was 9 min/,
  },
  { when: 'another one was recorded 10 minutes ago', facts: { lastTryMs: NOW - 10 * MINUTE }, why: null },
  {
    when: 'it has one, and the turns of three groups lie 4 h apart',
    of: { lastTryMs: NOW - DAY - HOUR },
    facts: { lastTryMs: NOW - 3 * HOUR },
    others: 2,
    why: /any group was 3 h ago/,
  },
  {
    when: 'it has one, and its turn has come',
    of: { lastTryMs: NOW - DAY - HOUR },
    facts: { lastTryMs: NOW - 4 * HOUR },
    others: 2,
    why: null,
  },
  { when: 'an incident is open', of: { openSinceMs: NOW - 2 * HOUR, lastMovedMs: NOW - 2 * HOUR }, why: /is open/ },
  { when: 'nobody ever told that an incident is over', of: { openSinceMs: NOW - DAY }, why: null },
  { when: 'an incident was over 59 minutes ago', of: { lastMovedMs: NOW - 59 * MINUTE }, why: /59 min ago/ },
  { when: 'an incident was over an hour ago', of: { lastMovedMs: NOW - HOUR }, why: null },
  { when: 'it is of another account', of: { accountId: '999999999999' }, why: /another account or region/ },
  { when: 'it is of another region', of: { region: 'eu-west-1' }, why: /another account or region/ },
  {
    when: 'it is of another account, which is a target of the rules file',
    of: { accountId: '999999999999', region: 'eu-west-1' },
    limits: limits({ book: { targets: [TARGET], defaults: {}, rules: [] } }),
    why: null,
  },
  {
    when: 'its alarm is in an account that monitors others',
    of: { alarm: cpuAlarm(NOW, { otherAccounts: ['999999999999'] }) },
    why: /not in the account of its alarm/,
  },
  { when: 'nobody knows where it is', of: { region: null, accountId: null }, why: null },
  { when: 'it is muted', mutedUntilMs: NOW + 1, why: /is muted until/ },
  { when: 'its mute is over', mutedUntilMs: NOW, why: null },
  { when: 'the rules file ignores the group', limits: ignoring({ groups: ['web-*'] }), why: /is ignored/ },
  { when: 'the rules file ignores its alarm', limits: ignoring({ alarms: ['web CPU'] }), why: /is ignored/ },
  { when: 'the rules file ignores another group', limits: ignoring({ groups: ['api-*'] }), why: null },
  {
    when: 'the rules file ignores the group, and its alarm named an instance only',
    of: { alarm: cpuAlarm(NOW, { targets: { instanceIds: [], groups: [], hosts: [] } }) },
    limits: ignoring({ groups: ['web-*'] }),
    why: /is ignored/,
  },
];

for (const row of TABLE) {
  test(`a group is ${row.why === null ? 'due' : 'not due'} when ${row.when}`, () => {
    const one = group(row.of);
    const others = Array.from({ length: row.others ?? 0 }, () => group());
    const mute = row.mutedUntilMs === undefined ? null : mutedUntil(row.mutedUntilMs);
    const why = whyNoBaseline(row.limits ?? limits(), facts([one, ...others], row.facts), one, mute, NOW);
    if (row.why === null) assert.equal(why, null);
    else assert.match(why ?? 'due', row.why);
  });
}

test('first come those that never were recorded, then those that were longest ago', () => {
  const named = (name: string, lastTryMs: number | null) => group({ group: name as GroupName, lastTryMs });
  const all = [named('b', NOW - 2 * DAY), named('a', NOW - 3 * DAY), named('c', null), named('web-prod', null)];
  const due = dueBaselines(limits(), facts(all, { lastTryMs: NOW - DAY }), [mutedUntil(NOW + 1)], NOW);
  assert.deepEqual(
    due.map((one) => one.group),
    ['c', 'a', 'b'],
  );
});

test('a hundred groups have their turn within a day', () => {
  const lastTryMs = NOW - DAY;
  const all = Array.from({ length: 100 }, () => group({ lastTryMs }));
  assert.equal(dueBaselines(limits(), facts(all, { lastTryMs: NOW - DAY / 100 }), [], NOW).length, 100);
});
