import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planFor, whyNoMatch } from '../../service/rules/apply-rules.ts';
import { decide } from '../../service/rules/decide.ts';
import type { NotificationFacts } from '../../service/rules/notification-facts.ts';
import { quietAt, quietWords } from '../../service/rules/quiet-hours.ts';
import type { QuietHours, Rule, RuleBook, RuleMatch } from '../../service/rules/rule-book.ts';
import { rule as ruleOf } from '../../service/rules/ruling.ts';
import type { GroupName } from '../../service/shared/ids.ts';
import { cpuAlarm } from '../support/accept-alarm.ts';
import { limits } from '../support/limits.ts';

const NOW = Date.UTC(2026, 10, 27, 3, 0, 0);
const MINUTE = 60_000;
const LIMITS = limits();
const QUIET: NotificationFacts = {
  ...{ open: [], newestChangeMs: null, mute: null, scopeAccepted: [], allAcceptedAtMs: [], capturing: 0, waiting: 0 },
};
const ANY: RuleMatch = { accounts: [], regions: [], groups: [], alarms: [], tags: [] };

const ruleFor = (match: Partial<RuleMatch>, settings: Rule['settings'] = {}, name = 'r'): Rule => ({
  ...{ name, settings, match: { ...ANY, ...match } },
});
const book = (...rules: readonly Rule[]): RuleBook => ({ targets: [], defaults: {}, rules });
const decided = (rules: RuleBook, facts: Partial<NotificationFacts> = {}) =>
  decide({ ...LIMITS, book: rules }, { ...QUIET, ...facts }, cpuAlarm(NOW), NOW);

describe('a rule', () => {
  const alarm = cpuAlarm(NOW);

  test('matches by globs on account, region, group and alarm, all of them', () => {
    assert.equal(whyNoMatch(ruleFor({}), alarm), null);
    assert.equal(whyNoMatch(ruleFor({ groups: ['api-*', 'web-*'], regions: ['us-*'] }), alarm), null);
    assert.equal(whyNoMatch(ruleFor({ accounts: ['1234*'], alarms: ['* CPU'] }), alarm), null);
    assert.equal(whyNoMatch(ruleFor({ groups: ['api-*'] }), alarm), 'group "web-prod" is not "api-*"');
    assert.equal(
      whyNoMatch(ruleFor({ groups: ['web-*'], regions: ['eu-*', 'ap-*'] }), alarm),
      'region "us-east-1" is not "eu-*", "ap-*"',
    );
  });

  test('that asks for what the alarm does not tell is not its rule', () => {
    const lone = { ...alarm, accountId: null, targets: { instanceIds: [], groups: [], hosts: [] } };
    assert.match(whyNoMatch(ruleFor({ groups: ['*'] }), lone) ?? '', /^it asks for the group "\*", which is looked up/);
    assert.match(whyNoMatch(ruleFor({ accounts: ['*'] }), lone) ?? '', /names no account/);
  });

  test('that asks for what only the instance tells may be its rule later', () => {
    const lone = { ...alarm, targets: { instanceIds: [], groups: [], hosts: [] } };
    const tagged = ruleFor({ tags: ['Service=web*'], regions: ['us-*'] }, {}, 'tagged');
    const rest = ruleFor({}, {}, 'rest');
    assert.match(
      whyNoMatch(tagged, lone) ?? '',
      /^it asks for the tag "Service=web\*", which is looked up when the hot/,
    );
    assert.deepEqual(planFor(book(tagged, rest), lone), { rule: 'rest', settings: {}, isPreliminary: true });
    assert.deepEqual(planFor(book(ruleFor({ groups: ['*'] }), rest), lone).isPreliminary, true);
    assert.equal(planFor(book(ruleFor({ groups: ['x'] }), rest), alarm).isPreliminary, undefined);
    const elsewhere = ruleFor({ tags: ['Service=web*'], regions: ['eu-*'] });
    assert.equal(planFor(book(elsewhere, rest), lone).isPreliminary, undefined);
    assert.equal(planFor(book(rest, tagged), lone).isPreliminary, undefined);
    const found = { group: null, tags: { Service: 'web-1' } };
    assert.deepEqual(planFor(book(tagged, rest), lone, found), { rule: 'tagged', settings: {} });
    assert.equal(whyNoMatch(tagged, lone, { ...found, tags: {} }), 'the instance has no tag "Service=web*"');
    const none = whyNoMatch(ruleFor({ groups: ['*'] }), lone, found);
    assert.equal(none, 'the alarm names no group, and the rule asks for "*"');
  });

  test('of an alarm over several groups fits with one of them', () => {
    const groups = ['api-prod', 'web-prod'] as GroupName[];
    const both = { ...alarm, targets: { instanceIds: [], groups, hosts: [] } };
    assert.equal(whyNoMatch(ruleFor({ groups: ['api-*'] }), both), null);
  });

  test('that comes first applies alone, over the defaults', () => {
    const rules: RuleBook = {
      targets: [],
      defaults: { seconds: 20, peers: 2 },
      rules: [
        ruleFor({ groups: ['api-*'] }, { seconds: 5 }, 'api'),
        ruleFor({ groups: ['web-*'] }, { seconds: 10 }, 'web'),
        ruleFor({}, { seconds: 60, severity: 'low' }, 'rest'),
      ],
    };
    assert.deepEqual(planFor(rules, alarm), { rule: 'web', settings: { seconds: 10, peers: 2 } });
    const other = { ...alarm, targets: { instanceIds: [], groups: ['db' as GroupName], hosts: [] } };
    assert.equal(planFor(rules, other).rule, 'rest');
    const none: RuleBook = { targets: [], defaults: { peers: 3 }, rules: [] };
    assert.deepEqual(planFor(none, alarm), { rule: null, settings: { peers: 3 } });
  });
});

describe('an alarm with a rules file', () => {
  test('is accepted with what its rule says, and the reason names the rule', () => {
    const decision = decided(book(ruleFor({ groups: ['web-*'] }, { seconds: 10 }, 'web')));
    assert.equal(decision.outcome, 'accepted');
    assert.match(decision.reason, /in group web-prod\. The rule "web" applies\.$/);
    assert.deepEqual(decision.outcome === 'accepted' && decision.plan, { rule: 'web', settings: { seconds: 10 } });
  });

  test('that no rule matches is treated as without one', () => {
    const decision = decided(book(ruleFor({ groups: ['api'] }, { ignore: true })));
    assert.equal(decision.outcome, 'accepted');
    assert.match(decision.reason, /in group web-prod\.$/);
  });

  test('is ignored where a rule says so, in words', () => {
    const decision = decided(book(ruleFor({}, { ignore: true }, 'staging')));
    assert.deepEqual(decision, { outcome: 'ignored', reason: 'The rule "staging" says that "web CPU" is ignored.' });
    const ignoring: RuleBook = { targets: [], defaults: { ignore: true }, rules: [] };
    const all = decide({ ...LIMITS, book: ignoring }, QUIET, cpuAlarm(NOW), NOW);
    assert.match(all.reason, /^The defaults of the rules file say that "web CPU" is ignored\.$/);
  });

  test('has the cooldown and the limit of a day of its rule', () => {
    const past = (...minutes: number[]) => ({
      scopeAccepted: minutes.map((ago) => ({ atMs: NOW - ago * MINUTE, cpuPercent: null })),
    });
    const rules = book(ruleFor({}, { cooldownMs: 60 * MINUTE, maxPerGroupPerDay: 2 }));
    assert.match(decided(rules, past(30)).reason, /the cooldown is 1 h\.$/);
    assert.match(decided(rules, past(61, 90)).reason, /the limit is 2\.$/);
    assert.equal(decided(book(ruleFor({}, { cooldownMs: 0 })), past(1)).outcome, 'accepted');
  });

  test('replayed by force has what its rule says as well', () => {
    const limits = { ...LIMITS, book: book(ruleFor({}, { seconds: 7, ignore: true }, 'night')) };
    const decision = ruleOf({ limits, force: true }, QUIET, cpuAlarm(NOW), NOW);
    assert.equal(decision.outcome === 'accepted' && decision.plan?.settings.seconds, 7);
  });
});

describe('quiet hours', () => {
  const hours = (changes: Partial<QuietHours> = {}): QuietHours[] => [
    { fromMinute: 22 * 60, toMinute: 7 * 60, days: [], timeZone: 'UTC', ...changes },
  ];
  const at = (text: string) => Date.parse(text);

  test('go over midnight, and end before their last minute', () => {
    const quiet = (text: string) => quietAt(hours(), at(text)) !== undefined;
    assert.deepEqual(
      ['21:59', '22:00', '23:59', '00:00', '06:59', '07:00'].map((time) => quiet(`2026-11-27T${time}:00Z`)),
      [false, true, true, true, true, false],
    );
  });

  test('belong to the day on which they begin', () => {
    // 2026-11-27 is a Friday.
    const friday = hours({ days: [5] });
    const quiet = (text: string) => quietAt(friday, at(text)) !== undefined;
    assert.equal(quiet('2026-11-27T23:00:00Z'), true);
    assert.equal(quiet('2026-11-28T03:00:00Z'), true);
    assert.equal(quiet('2026-11-27T03:00:00Z'), false);
    assert.equal(quiet('2026-11-28T23:00:00Z'), false);
    const noon = hours({ fromMinute: 12 * 60, toMinute: 13 * 60, days: [6] });
    assert.equal(quietAt(noon, at('2026-11-28T12:30:00Z')) !== undefined, true);
    assert.equal(quietAt(noon, at('2026-11-27T12:30:00Z')), undefined);
  });

  test('are of a time zone, summer time included', () => {
    const berlin = hours({ timeZone: 'Europe/Berlin' });
    assert.equal(quietAt(berlin, at('2026-11-27T06:30:00Z')), undefined);
    assert.equal(quietAt(berlin, at('2026-11-27T05:30:00Z')) !== undefined, true);
    assert.equal(quietAt(berlin, at('2026-07-27T05:30:00Z')), undefined);
  });

  test('of which the end is the beginning are the whole day', () => {
    const all = hours({ fromMinute: 60, toMinute: 60 });
    assert.equal(quietAt(all, at('2026-11-27T00:30:00Z')) !== undefined, true);
    assert.equal(quietAt(all, at('2026-11-27T01:30:00Z')) !== undefined, true);
  });

  test('are said as they were written', () => {
    assert.equal(quietWords({ fromMinute: 1320, toMinute: 425, days: [], timeZone: 'UTC' }), '22:00 to 07:05 UTC');
  });
});
