import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlarmState } from '../../../sandbox/aws/cloudwatch/alarm.ts';
import { alarmsOf, holds } from '../../../sandbox/aws/cloudwatch/composite/alarm-rule.ts';
import { parseRule } from '../../../sandbox/aws/cloudwatch/composite/parse-rule.ts';

const STATES: Readonly<Record<string, AlarmState>> = {
  hot: 'ALARM',
  'hot too': 'ALARM',
  'fire "é"': 'ALARM',
  calm: 'OK',
  silent: 'INSUFFICIENT_DATA',
};
const isTrue = (rule: string) => holds(parseRule(rule), (name) => STATES[name]);

describe('rules of composite alarms', () => {
  const cases: Readonly<Record<string, boolean>> = {
    'ALARM(hot)': true,
    'ALARM("hot too")': true,
    'ALARM("fire \\"é\\"")': true,
    'ALARM ( hot )AND OK(calm)': true,
    'INSUFFICIENT_DATA(silent)': true,
    'OK(silent)': false,
    'ALARM(gone)': false,
    'NOT ALARM(hot)': false,
    'NOT NOT ALARM(hot)': true,
    'NOT ALARM(calm) AND ALARM(hot)': true,
    'ALARM(hot) OR ALARM(calm) AND FALSE': true,
    '(ALARM(hot) OR ALARM(calm)) AND FALSE': false,
    'true AND NOT False': true,
    'AT_LEAST(2, ALARM, (hot, "hot too", calm))': true,
    'AT_LEAST(3, ALARM, (hot, "hot too", calm))': false,
    'AT_LEAST(60%, ALARM, (hot, "hot too", calm))': true,
    'AT_LEAST(70%, ALARM, (hot, "hot too", calm))': false,
    'AT_LEAST(1, NOT OK, (calm, silent)) AND ALARM(hot)': true,
  };
  for (const [rule, expected] of Object.entries(cases)) {
    it(`finds ${rule} ${expected}`, () => assert.equal(isTrue(rule), expected));
  }

  it('names each alarm once, in the order of the rule', () => {
    const rule = 'ALARM(b) AND (NOT OK("a") OR AT_LEAST(1, ALARM, (b, c))) OR TRUE';
    assert.deepEqual(alarmsOf(parseRule(rule)), ['b', 'a', 'c']);
  });

  const term = "must be: '(', 'NOT', AT_LEAST, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA";
  const refused: Readonly<Record<string, string>> = {
    '': 'AlarmRule must not contain leading or trailing whitespace or be null',
    'ALARM(hot)\n': 'AlarmRule must not contain leading or trailing whitespace or be null',
    '()': `Error in AlarmRule [Unsupported token ')' at char 1, ${term}]`,
    hot: `Error in AlarmRule [Unsupported token 'hot' at char 0, ${term}]`,
    'ALARM(hot too)': "Error in AlarmRule [Unsupported token 'too' at char 10, must be: ')']",
    'ALARM(hot) AND': `Error in AlarmRule [Unsupported token '<EOF>' at char 14, ${term}]`,
    'ALARM(hot) ALARM(calm)': "Error in AlarmRule [Unsupported token 'ALARM' at char 11, must be: 'AND', 'OR']",
    'ALARM("hot)': `Error in AlarmRule [Unsupported token '"hot)' at char 6]`,
    'ALARM()': "Error in AlarmRule [Unsupported token ')' at char 6]",
    'BURNING(hot)': `Error in AlarmRule [Unsupported token 'BURNING' at char 0, ${term}]`,
    'AT_LEAST(0, ALARM, (hot))': "Error in AlarmRule [Unsupported token '0' at char 9]",
    'AT_LEAST(2, ALARM, (hot))': "Error in AlarmRule [Unsupported token '2' at char 9]",
    'AT_LEAST(101%, ALARM, (hot))': "Error in AlarmRule [Unsupported token '101%' at char 9]",
    'AT_LEAST(1, HOT, (hot))':
      "Error in AlarmRule [Unsupported token 'HOT' at char 12, must be: ALARM, OK, or INSUFFICIENT_DATA]",
  };
  for (const [rule, message] of Object.entries(refused)) {
    it(`refuses ${JSON.stringify(rule)}`, () => {
      assert.throws(() => parseRule(rule), { code: 'ValidationError', shape: 'ValidationException', message });
    });
  }

  it('refuses rules that are too long, too large or too deep', () => {
    const many = (count: number, of: (index: number) => string) => Array.from({ length: count }, (_, at) => of(at));
    assert.throws(() => parseRule(`ALARM(${'x'.repeat(10_240)})`), /length less than or equal to 10240/);
    assert.throws(() => parseRule(many(101, (at) => `OK(a${at})`).join(' OR ')), /more than 100 children/);
    assert.throws(() => parseRule(many(501, () => 'OK(a)').join(' OR ')), /more than 500 elements/);
    assert.throws(() => parseRule(`${'('.repeat(3000)}TRUE${')'.repeat(3000)}`), /Unsupported token/);
  });
});
