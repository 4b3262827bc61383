import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { checkRulesFile, MAX_RULES_BYTES, readRulesFile } from '../../service/rules-file/read-rules-file.ts';
import { AppError } from '../../service/shared/errors.ts';
import { assertGolden } from '../support/golden.ts';

const NOTHING = { accounts: [], regions: [], groups: [], alarms: [], tags: [] };

/** `line:column text` of each fault. */
function faultsOf(text: string): readonly string[] {
  const { faults } = checkRulesFile(text);
  return faults.map((fault) => `${fault.line}:${fault.column} ${fault.text}`);
}

/** Of a rule that says `line` besides what it must. */
function faultsOfRule(line: string): readonly string[] {
  return faultsOf(`rules: [{ name: a, match: any, ${line} }]`).map((fault) => fault.replace(/^1:\d+ /, ''));
}

test('every fault of a file is told at once, with line, column and what to do', () => {
  const text = readFileSync(join(import.meta.dirname, 'bad-rules.yaml'), 'utf8');
  assert.throws(
    () => readRulesFile(text, 'bad-rules.yaml'),
    (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'BAD_RULES');
      assertGolden('rules-file/faults.txt', `${error.message}\n`);
      return true;
    },
  );
});

test('a file that has everything is read into plain data', () => {
  const book = readRulesFile(
    `\ufeff
defaults: { seconds: 30, mail_to: oncall@example.com }
rules:
  - name: staging
    match: { account: "011122223333", region: eu-*, group: [web-*, "api-?"], alarm: "*CPU*", tag: Service=web-* }
    ignore: true
  - name: web
    match: { group: web-* }
    seconds: 20
    rate_hz: 199
    peers: 2
    v8_engine: off
    install_perf: off
    mail_to: []
    report_topic: none
    cooldown_minutes: 15
    captures_per_day: 12
    record_only: true
    quiet_hours: { from: 22:00, to: 07:00, days: [fri, sat], time_zone: Europe/Berlin }
    severity: high
`,
    'rules.yaml',
  );
  assert.deepEqual(book, {
    targets: [],
    defaults: { seconds: 30, mailTo: ['oncall@example.com'] },
    rules: [
      {
        name: 'staging',
        match: {
          accounts: ['011122223333'],
          regions: ['eu-*'],
          groups: ['web-*', 'api-?'],
          alarms: ['*CPU*'],
          tags: ['Service=web-*'],
        },
        settings: { ignore: true },
      },
      {
        name: 'web',
        match: { ...NOTHING, groups: ['web-*'] },
        settings: {
          seconds: 20,
          hz: 199,
          peers: 2,
          v8Engine: 'off',
          installPerf: false,
          mailTo: [],
          reportTopicArn: null,
          cooldownMs: 900_000,
          maxPerGroupPerDay: 12,
          recordOnly: true,
          quietHours: [{ fromMinute: 1320, toMinute: 420, days: [5, 6], timeZone: 'Europe/Berlin' }],
          severity: 'high',
        },
      },
    ],
  });
});

test('JSON is read as well, indented by tabs or not; anchors and aliases stand for values', () => {
  const json = { rules: [{ name: 'a', match: 'any', install_perf: true }] };
  const book = readRulesFile(JSON.stringify(json), 'rules.json');
  assert.deepEqual(book.rules, [{ name: 'a', match: NOTHING, settings: { installPerf: true } }]);
  assert.deepEqual(readRulesFile(JSON.stringify(json, null, '\t'), 'rules.json'), book);
  const aliases = 'defaults: { mail_to: &team [a@example.com] }\nrules: [{ name: a, match: any, mail_to: *team }]';
  assert.deepEqual(readRulesFile(aliases, 'rules.yaml').rules[0]?.settings, { mailTo: ['a@example.com'] });
});

test('a file that is no YAML is told where it breaks, and nothing else of it', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['rules:\n\t- name: a', /^2:1 Tabs are not allowed as indentation; indent by blanks$/],
    ['rules: []\n---\nrules: []', /^2:1 there is more than one document; keep one/],
    ['rules: !secret x', /^1:8 Unresolved tag: !secret; leave out what begins with !/],
    ['rules: @x', /^1:8 .*reserved character @; put the value into quotes$/],
    ['rules: "a', /closing "quote; close what was opened$/],
    ['rules: a: b', /^1:8 Nested mappings .*colon into quotes$/],
    ['# nothing', /^1:1 the file says nothing; write rules: \[\] for none$/],
    ['', /^1:1 the file says nothing/],
    ['{}', /^1:1 there are neither targets nor defaults nor rules/],
    ['[]', /^1:1 the file is a list; write keys and values: targets, defaults, rules …$/],
    ['rules: []\n# caf\ufffd', /^2:6 here is a byte that is no text; save the file as UTF-8$/],
    [`#${'é'.repeat(MAX_RULES_BYTES / 2)}`, /^1:1 the file is larger than 256 KB/],
  ];
  for (const [text, expected] of cases) {
    const [first = '', ...more] = faultsOf(text);
    assert.match(first, expected);
    assert.deepEqual(more, [], text.slice(0, 40));
  }
});

test('texts that make parsers stumble are refused', () => {
  const bomb = `a: &a [x]\nb: &b [${'*a,'.repeat(200)}]\nrules: [{ name: a, match: { group: [${'*a,'.repeat(90)}] } }]`;
  const texts = [
    `rules: ${'['.repeat(20_000)}`,
    `rules: ${'- '.repeat(3_000)}`,
    bomb,
    `rules: &r [*r]`,
    `rules: [{ name: a, match: { group: &g [*g, *g] } }]`,
    `rules: [${'{ name: &n a, match: { group: *n } },'.repeat(150)}]`,
    '__proto__: { seconds: 1 }',
    'rules: [{ name: a, match: any, constructor: 1 }]',
  ];
  for (const text of texts) assert.throws(() => readRulesFile(text, 'x'), { code: 'BAD_RULES' }, text.slice(0, 40));
});

test('what YAML makes of words and numbers is told as it was written', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['seconds: "20"', 'seconds is "20"; write a whole number from 1 to 300, without quotes'],
    ['seconds: .inf', 'seconds is the number .inf; write a whole number from 1 to 300'],
    ['ignore: yes', 'ignore is "yes"; write on or off (or true or false)'],
    ['severity: Critical', 'severity is "Critical"; write critical, high or low (did you mean critical?)'],
    ['v8_engine: false', 'v8_engine is the boolean false; write off, fallback, lines or confirm'],
    [
      'mail_to: Ann <a@example.com>',
      'mail_to is "Ann <a@example.com>"; write an address alone, such as oncall@example.com',
    ],
    ['second: 1', 'there is no key "second" here; did you mean seconds?'],
    ['process: x', 'there is no key "process" here; did you mean processes?'],
    ['pid: 1', 'pid is not supported; a rule matches by account, region, group, alarm and tag'],
    ['processes: "a("', 'processes is "a("; write an extended regular expression, such as server\\.js'],
    ['seconds: 1, seconds: 2', 'the key "seconds" is here twice; leave one of them out'],
    [
      'quiet_hours: { from: 22, to: "24:00" }',
      'from is the number 22; put it into quotes ("22") if it is a time of day',
    ],
    ['quiet_hours: { from: "24:00", to: "24:00" }', 'from is "24:00"; write a time of day in quotes, such as "22:00"'],
  ];
  for (const [line, expected] of cases) assert.deepEqual(faultsOfRule(line), [expected]);
});

test('200 rules are read, 201 are not; a hundred faults are printed and the rest is counted', () => {
  const rules = (count: number, match = '{ group: a }') =>
    `rules:\n${Array.from({ length: count }, (_, i) => `- { name: "${i}", match: ${match} }\n`).join('')}`;
  assert.equal(readRulesFile(rules(200), 'x').rules.length, 200);
  assert.deepEqual(faultsOf(rules(201)), ['2:1 there are 201 rules; write 200 at most']);
  const bad = () => readRulesFile(rules(150, '1'), 'a\nb.yaml');
  assert.throws(bad, /^AppError: The rules file a\ufffdb.yaml has 150 faults[\s\S]*\nand 50 more$/);
});
