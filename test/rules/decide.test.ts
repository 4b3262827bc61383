import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Alarm } from '../../service/alarms/alarm.ts';
import { readMessage } from '../../service/alarms/read-message.ts';
import { decide, type Limits } from '../../service/rules/decide.ts';
import type { Decision } from '../../service/rules/decision.ts';
import {
  type NotificationFacts,
  type OpenIncident,
  type PastCapture,
  scopeOf,
} from '../../service/rules/notification-facts.ts';
import type { GroupName, IncidentId, InstanceId } from '../../service/shared/ids.ts';
import { composite, singleMetric, TOPIC } from '../fixtures/alarms/messages.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const CHANGED = Date.UTC(2026, 10, 20, 3, 12, 41, 622);
const NOW = CHANGED + 2000;

const RULES: Limits = {
  maxPerGroup: { max: 3, windowMs: 24 * HOUR },
  maxOverall: { max: 10, windowMs: 24 * HOUR },
  cooldownMs: 15 * MINUTE,
  maxAlarmAgeMs: 15 * MINUTE,
  include: [],
  exclude: [],
  place: { region: 'eu-west-1', accounts: ['111122223333'] },
  queue: { atOnce: 4, captureMs: 60_000 },
};
const QUIET: NotificationFacts = {
  open: [],
  newestChangeMs: null,
  mute: null,
  scopeAccepted: [],
  allAcceptedAtMs: [],
  capturing: 0,
  waiting: 0,
};

function alarm(changes: Partial<Alarm> = {}, message: unknown = singleMetric()): Alarm {
  const reading = readMessage(JSON.stringify(message), TOPIC);
  if (reading.kind === 'other') throw new Error(reading.reason);
  return { ...reading.alarm, ...changes };
}

/** Captures of which nothing is known but the time. */
function past(...times: readonly number[]): PastCapture[] {
  return times.map((atMs) => ({ atMs, cpuPercent: null }));
}

function open(changes: Partial<OpenIncident> = {}): OpenIncident {
  const openedAtMs = NOW - 10 * MINUTE;
  const { key, name } = alarm();
  return {
    id: 'inc-1' as IncidentId,
    alarmKey: key,
    alarmName: name,
    openedAtMs,
    changedAtMs: openedAtMs - 2000,
    ...changes,
  };
}

function outcome(decision: Decision, expected: Decision['outcome'], reason: RegExp): void {
  assert.equal(decision.outcome, expected, decision.reason);
  assert.match(decision.reason, reason);
}

describe('an alarm in state ALARM', () => {
  test('opens an incident', () => {
    assert.deepEqual(decide(RULES, QUIET, alarm(), NOW), {
      outcome: 'accepted',
      supersedes: null,
      reason: '"web CPU high" went to ALARM in instance i-0a1b2c3d4e5f60718.',
    });
  });

  test('joins the open incident of its scope, no matter which alarm opened it', () => {
    const own = decide(RULES, { ...QUIET, open: [open()] }, alarm(), NOW);
    outcome(
      own,
      'attached',
      /^The incident opened by this alarm 10 min ago in instance i-0a1b.* needs an OK first, or 1 h to pass\.$/,
    );
    const other = open({ alarmKey: 'other', alarmName: 'latency', id: 'inc-2' as IncidentId });
    const joined = decide(RULES, { ...QUIET, open: [other] }, alarm(), NOW);
    outcome(joined, 'attached', /opened by "latency" 10 min ago/);
    assert.equal(joined.outcome === 'attached' && joined.incidentId, 'inc-2');
  });

  test('is armed again after an hour without an OK, in the place of the old incident', () => {
    const old = open({ openedAtMs: NOW - HOUR });
    const decision = decide(RULES, { ...QUIET, open: [old] }, alarm(), NOW);
    outcome(decision, 'accepted', /The incident opened 1 h ago never saw an OK; this one replaces it\.$/);
    assert.equal(decision.outcome === 'accepted' && decision.supersedes, 'inc-1');
    const patient = { ...RULES, rearmAfterMs: 2 * HOUR };
    outcome(decide(patient, { ...QUIET, open: [old] }, alarm(), NOW), 'attached', /or 2 h to pass\.$/);
  });

  test('from the past is left alone, with its age', () => {
    outcome(decide(RULES, QUIET, alarm(), CHANGED + 15 * MINUTE), 'accepted', /./);
    outcome(
      decide(RULES, QUIET, alarm(), CHANGED + 47 * MINUTE),
      'ignored',
      /^"web CPU high" went to ALARM 47 min ago; the limit is 15 min\.$/,
    );
  });

  test('is accepted hours later when a mute window held its message back', () => {
    outcome(decide(RULES, QUIET, alarm({ afterMuteWindow: true }), CHANGED + 5 * HOUR), 'accepted', /./);
  });

  test('delivered after the OK that ended it is left alone', () => {
    outcome(
      decide(RULES, { ...QUIET, newestChangeMs: CHANGED + 1000 }, alarm(), NOW),
      'ignored',
      /went to ALARM at 2026-11-20 03:12:41 UTC, but changed again at 2026-11-20 03:12:42 UTC/,
    );
  });

  test('delivered twice under two message ids counts once', () => {
    outcome(
      decide(RULES, { ...QUIET, newestChangeMs: CHANGED, open: [open()] }, alarm(), NOW),
      'duplicate',
      /was already handled\.$/,
    );
  });
});

describe('the end of an alarm', () => {
  const ok = (changes: Partial<Alarm> = {}) => alarm({ state: 'OK', ...changes });

  test('closes the incident that this alarm opened', () => {
    const others = [open({ alarmKey: 'other', id: 'inc-2' as IncidentId, openedAtMs: NOW }), open()];
    const decision = decide(RULES, { ...QUIET, open: others }, ok(), NOW);
    outcome(decision, 'closed', /^"web CPU high" is OK again after 10 min\.$/);
    assert.equal(decision.outcome === 'closed' && decision.incidentId, 'inc-1');
  });

  test('is told after how long, where that is wanted and the group is not muted', () => {
    const facts = { ...QUIET, open: [open()] };
    const told = (allClear: boolean | undefined, mute = QUIET.mute) => {
      const decision = decide(
        { ...RULES, ...(allClear === undefined ? {} : { allClear }) },
        { ...facts, mute },
        ok(),
        NOW,
      );
      return decision.outcome === 'closed' && decision.tellAfterMs;
    };
    const mute = { group: 'web-prod', untilMs: NOW + 1000, by: 'ada', atMs: NOW - 1000, reason: null };
    assert.equal(told(true), 600_000);
    assert.equal(told(true, { ...mute, untilMs: NOW }), 600_000, 'the mute is over');
    assert.equal(told(true, mute), undefined);
    assert.equal(told(false), undefined);
    assert.equal(told(undefined), undefined);
  });

  test('closes nothing that another alarm, or another contributor, holds open', () => {
    const held = [open({ alarmKey: `${alarm().key}#c2` })];
    outcome(
      decide(RULES, { ...QUIET, open: held }, ok({ key: `${alarm().key}#c1` }), NOW),
      'ignored',
      /has no open incident/,
    );
  });

  test('closes nothing when it is older than the alarm', () => {
    const held = [open({ changedAtMs: CHANGED + 5000 })];
    outcome(
      decide(RULES, { ...QUIET, open: held }, ok(), NOW),
      'ignored',
      /was OK at .*03:12:41 UTC, before the ALARM at .*03:12:46 UTC/,
    );
  });

  test('closes even hours later, whatever the filters say', () => {
    const strict = { ...RULES, include: ['nothing'] };
    outcome(decide(strict, { ...QUIET, open: [open()] }, ok(), NOW + 5 * HOUR), 'closed', /./);
  });

  test('is not what missing data mean', () => {
    outcome(
      decide(RULES, { ...QUIET, open: [open()] }, alarm({ state: 'INSUFFICIENT_DATA' }), NOW),
      'ignored',
      /has no data now/,
    );
  });
});

describe('which alarms count', () => {
  const verdict = (rules: Partial<Limits>, changes: Partial<Alarm> = {}) =>
    decide({ ...RULES, ...rules }, QUIET, alarm(changes), NOW);

  test('by default, those on CPU use', () => {
    const network = alarm({}, singleMetric({}, { MetricName: 'NetworkIn' }));
    outcome(decide(RULES, QUIET, network, NOW), 'ignored', /watches "AWS\/EC2 NetworkIn", which is not CPU use/);
  });

  test('an expression over several metrics that are not CPU use is called that', () => {
    const several = alarm({ isCpu: false, metric: null });
    outcome(
      decide(RULES, QUIET, several, NOW),
      'ignored',
      /watches several metrics, none of which is CPU use; include/,
    );
  });

  test('a band that was left downwards is called that, and an old alarm has its age in days', () => {
    const band = alarm({ threshold: null, cpuWhenAlarm: 'low' });
    outcome(decide(RULES, QUIET, band, NOW), 'ignored', /fired because the CPU had less to do than usual\.$/);
    const old = alarm({ changedAtMs: NOW - 5 * 86_400_000 });
    outcome(decide(RULES, QUIET, old, NOW), 'ignored', /went to ALARM 5 d ago; the limit is 15 min\.$/);
  });

  test('by default, not those that fire when the CPU is idle', () => {
    const low = alarm({}, singleMetric({}, { ComparisonOperator: 'LessThanThreshold', Threshold: 20 }));
    outcome(decide(RULES, QUIET, low, NOW), 'ignored', /fires when the CPU has little to do \(threshold 20\)\.$/);
  });

  test('by default, composites, whose children the message does not describe', () => {
    outcome(decide(RULES, QUIET, alarm({}, composite()), NOW), 'accepted', /in alarm web on fire/);
  });

  test('exactly the included ones when any are, whatever they measure', () => {
    outcome(verdict({ include: ['web *', 'api*'] }, { isCpu: false }), 'accepted', /./);
    outcome(verdict({ include: ['api*', 'db*'] }), 'ignored', /matches none of the 2 included patterns/);
  });

  test('never those that data set off which was not there, even included ones', () => {
    const missing = { isMissingData: true, observed: null };
    outcome(verdict({}, missing), 'ignored', /^"web CPU high" fired because data was missing, which says nothing/);
    outcome(verdict({ include: ['web*'] }, missing), 'ignored', /fired because data was missing/);
  });

  test('by default, not those of which nobody can say what they mean for the CPU', () => {
    const noFire = 'does not tell whether it fires when the CPU is busy: F() is not a function known here';
    outcome(
      verdict({}, { noFire }),
      'ignored',
      /^"web CPU high" does not tell .*: F\(\) is not a function known here\.$/,
    );
    outcome(verdict({ include: ['web*'] }, { noFire }), 'accepted', /./);
  });

  test('never the excluded ones', () => {
    outcome(
      verdict({ include: ['web*'], exclude: ['*staging*', '*CPU*'] }),
      'ignored',
      /matches "\*CPU\*" of the excluded/,
    );
  });
});

describe('the limits', () => {
  const throttled = (facts: Partial<NotificationFacts>, reason: RegExp, rules: Partial<Limits> = {}) =>
    outcome(decide({ ...RULES, ...rules }, { ...QUIET, ...facts }, alarm(), NOW), 'throttled', reason);
  const hoursAgo = (...hours: number[]) => hours.map((hour) => NOW - hour * HOUR);

  test('keep a cooldown for a scope after a capture', () => {
    throttled(
      { scopeAccepted: past(NOW - 4 * MINUTE) },
      /^The last capture of instance i-0a1b2c3d4e5f60718 was 4 min ago; the cooldown is 15 min\.$/,
    );
    outcome(decide(RULES, { ...QUIET, scopeAccepted: past(NOW - 15 * MINUTE) }, alarm(), NOW), 'accepted', /./);
  });

  test('let a clearly worse alarm through within the cooldown, measured against the worst capture in it', () => {
    const at = (percent: number | null, ...before: readonly (number | null)[]) => {
      const scopeAccepted = before.map((cpuPercent, i) => ({ atMs: NOW - (4 + i) * MINUTE, cpuPercent }));
      return decide(RULES, { ...QUIET, scopeAccepted }, alarm({ cpuPercent: percent }), NOW);
    };
    outcome(
      at(96, 82),
      'accepted',
      /in instance \S+\. It burns clearly more than at the capture 4 min ago: 96 % of the CPU, after 82 %\.$/,
    );
    outcome(
      at(84, 82),
      'throttled',
      /the cooldown is 15 min\. Only a clearly worse alarm is captured before: 84 % of the CPU now, 82 % then\.$/,
    );
    outcome(at(50, 40), 'accepted', /clearly more/);
    outcome(at(60, 50), 'throttled', /Only a clearly worse/);
    outcome(at(96, 82, 95), 'throttled', /95 % then\.$/);
    outcome(at(96, 82, null), 'throttled', /the cooldown is 15 min\.$/);
    outcome(at(null, 82), 'throttled', /the cooldown is 15 min\.$/);
    const old = { atMs: NOW - 15 * MINUTE, cpuPercent: 95 };
    const recent = { atMs: NOW - 4 * MINUTE, cpuPercent: 82 };
    const worse = alarm({ cpuPercent: 96 });
    outcome(decide(RULES, { ...QUIET, scopeAccepted: [old, recent] }, worse, NOW), 'accepted', /after 82 %/);
    const daily = { ...RULES, maxPerGroup: { max: 2, windowMs: 24 * HOUR } };
    outcome(
      decide(daily, { ...QUIET, scopeAccepted: [old, recent] }, worse, NOW),
      'throttled',
      /^2 captures of instance .* the limit is 2\.$/,
    );
  });

  test('bound the captures of a scope', () => {
    throttled(
      { scopeAccepted: past(...hoursAgo(1, 2, 23)) },
      /^3 captures of instance .* in the last 24 h; the limit is 3\.$/,
    );
    outcome(decide(RULES, { ...QUIET, scopeAccepted: past(...hoursAgo(1, 2, 24)) }, alarm(), NOW), 'accepted', /./);
  });

  test('bound the captures of all scopes', () => {
    throttled(
      { allAcceptedAtMs: hoursAgo(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) },
      /^10 captures in all in the last 24 h; the limit is 10\.$/,
    );
  });

  test('make an alarm wait when enough are captured already, and say for how long', () => {
    const words = (facts: Partial<NotificationFacts>) => decide(RULES, { ...QUIET, ...facts }, alarm(), NOW);
    outcome(words({ capturing: 3 }), 'accepted', /went to ALARM in instance \S+\.$/);
    outcome(
      words({ capturing: 4 }),
      'accepted',
      /It is number 1 of those that wait: 4 of at most 4 captures are running; .* in about 1 min\.$/,
    );
    outcome(words({ capturing: 4, waiting: 9 }), 'accepted', /It is number 10 of those that wait: .* about 3 min\.$/);
  });

  test('do not matter to an alarm that joins an open incident', () => {
    const busy = { ...QUIET, open: [open()], capturing: 99, scopeAccepted: past(NOW) };
    outcome(decide(RULES, busy, alarm(), NOW), 'attached', /./);
  });
});

describe('an alarm from somewhere else', () => {
  const said = (changes: Partial<Alarm>) => decide(RULES, QUIET, alarm(changes), NOW);

  test('has nothing of ours profiled, whatever its group is called', () => {
    outcome(
      said({ accountId: '999999999999' }),
      'ignored',
      /^"web CPU high" is of the account "999999999999", which is not configured \(ALARM_ACCOUNTS\)\.$/,
    );
    outcome(
      said({ otherAccounts: ['999999999999'] }),
      'ignored',
      /watches instances of the account "999999999999", which is not configured/,
    );
    outcome(
      said({ region: 'us-east-1' }),
      'ignored',
      /is of the region "us-east-1"; this service works in eu-west-1 \(AWS_REGION\)\.$/,
    );
  });

  test('is taken where its account is configured, and where its message names none', () => {
    const limits = { ...RULES, place: { ...RULES.place, accounts: ['111122223333', '999999999999'] } };
    outcome(decide(limits, QUIET, alarm({ otherAccounts: ['999999999999'], watchesOwn: false }), NOW), 'accepted', /./);
    outcome(said({ accountId: null, region: null }), 'accepted', /./);
  });

  test('is taken where it is a target of the rules file, in that very region', () => {
    const there = { accountId: '999999999999', region: 'us-east-1' };
    const target = { ...there, roleArn: 'arn:aws:iam::999999999999:role/x', externalId: null };
    const limits = { ...RULES, book: { targets: [target], defaults: {}, rules: [] } };
    const told = (changes: Partial<Alarm>) => decide(limits, QUIET, alarm(changes), NOW);
    outcome(told(there), 'accepted', /./);
    outcome(told({ region: 'us-east-1', otherAccounts: ['999999999999'], watchesOwn: false }), 'accepted', /./);
    outcome(told({}), 'accepted', /./);
    outcome(
      told({ ...there, region: 'ap-south-1' }),
      'ignored',
      /is of the region "ap-south-1"; this service works in eu-west-1 \(AWS_REGION\), and no target of the rules file/,
    );
    outcome(
      told({ accountId: '888888888888', region: 'us-east-1', otherAccounts: ['999999999999'] }),
      'ignored',
      /no target of the rules file is there\.$/,
    );
    outcome(
      told({ accountId: '999999999999' }),
      'ignored',
      /account "999999999999", which is not configured \(ALARM_ACCOUNTS, targets of the rules file\)\.$/,
    );
  });

  test('watches instances of one account only, since two may have groups of one name', () => {
    const limits = { ...RULES, place: { ...RULES.place, accounts: ['111122223333', '999999999999'] } };
    const both = alarm({ otherAccounts: ['999999999999'], watchesOwn: true });
    outcome(
      decide(limits, QUIET, both, NOW),
      'ignored',
      /watches instances of the accounts "111122223333" and "999999999999"; have one alarm for each account\.$/,
    );
  });

  test('still closes the incident that it opened, should the configuration have changed', () => {
    const facts = { ...QUIET, open: [open()] };
    outcome(decide(RULES, facts, alarm({ state: 'OK', accountId: '999999999999' }), NOW), 'closed', /./);
  });
});

describe('the scope of an alarm', () => {
  test('is its group, else its instance, else its host, else its name', () => {
    const scope = (targets: Partial<Alarm['targets']>) =>
      scopeOf(alarm({ targets: { groups: [], instanceIds: [], hosts: [], ...targets } }));
    const instanceIds = ['i-0a1b2c3d4e5f60718' as InstanceId];
    assert.equal(scope({ groups: ['web' as GroupName], instanceIds }), 'group web');
    assert.equal(scope({ instanceIds, hosts: ['h'] }), 'instance i-0a1b2c3d4e5f60718');
    assert.equal(scope({ hosts: ['h'] }), 'host h');
    assert.equal(scope({}), 'alarm web CPU high');
  });
});

test('deciding never throws, always gives a reason, and keeps within the limits', () => {
  const time = fc.integer({ min: CHANGED - 48 * HOUR, max: CHANGED + 48 * HOUR });
  const facts = fc.record({
    open: fc.array(
      fc
        .record({ openedAtMs: time, changedAtMs: time, mine: fc.boolean() })
        .map(({ mine, ...rest }) => open({ ...rest, ...(mine ? {} : { alarmKey: 'other' }) })),
      { maxLength: 3 },
    ),
    newestChangeMs: fc.option(time),
    mute: fc.constant(null),
    scopeAccepted: fc.array(fc.record({ atMs: time, cpuPercent: fc.option(fc.integer({ min: 0, max: 100 })) })),
    allAcceptedAtMs: fc.array(time),
    capturing: fc.nat(9),
    waiting: fc.nat(300),
  });
  const state = fc.constantFrom('ALARM' as const, 'OK' as const, 'INSUFFICIENT_DATA' as const);
  fc.assert(
    fc.property(facts, state, fc.string(), time, (known, now_state, name, now) => {
      const decision = decide(RULES, known, alarm({ state: now_state, name }), now);
      assert.ok(decision.reason.length > 10);
      if (decision.outcome !== 'accepted') return;
      assert.equal(now_state, 'ALARM');
      assert.equal(/It is number/.test(decision.reason), known.capturing + known.waiting >= 4);
      assert.ok(known.scopeAccepted.filter(({ atMs }) => atMs > now - 24 * HOUR).length < 3);
      assert.ok(
        !known.open.some((incident) => now - incident.openedAtMs < HOUR && incident.id !== decision.supersedes),
      );
    }),
  );
});
