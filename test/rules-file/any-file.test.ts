import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import type { QuietHours, Rule, RuleBook, RuleMatch, RuleSettings, Target } from '../../service/rules/rule-book.ts';
import { RULE_ENGINES, SEVERITIES } from '../../service/rules/rule-book.ts';
import { DAYS } from '../../service/rules-file/read-quiet-hours.ts';
import { readRulesFile } from '../../service/rules-file/read-rules-file.ts';
import { SETTING_KEYS } from '../../service/rules-file/read-settings.ts';
import { AppError } from '../../service/shared/errors.ts';

function assertFrozen(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  assert.ok(Object.isFrozen(value));
  for (const part of Object.values(value)) assertFrozen(part);
}

/** Holds that the text is a whole, frozen book or `BAD_RULES`; tells which. */
function readOrRefused(text: string): RuleBook | null {
  try {
    const book = readRulesFile(text, 'rules.yaml');
    assertFrozen(book);
    return book;
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, 'BAD_RULES');
    assert.match(error.message, /^The rules file rules\.yaml has .*:\n(rules\.yaml:\d+:\d+: .+; .+(\n|$))+$/u);
    return null;
  }
}

const some = fc.oneof(fc.jsonValue(), fc.constantFrom('any', 'off', 'none', 1, [], {}, null));
const settings = fc.dictionary(fc.constantFrom(...SETTING_KEYS, 'name', 'match', 'tag', '__proto__'), some);

test('any JSON value is a whole book or refused', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => void readOrRefused(JSON.stringify(value))));
  const nearly = fc.record({ defaults: settings, rules: fc.array(settings, { maxLength: 4 }) }, { requiredKeys: [] });
  fc.assert(
    fc.property(nearly, (value) => {
      const book = readOrRefused(JSON.stringify(value));
      assert.equal(book === null ? 0 : book.rules.length, book === null ? 0 : (value.rules?.length ?? 0));
    }),
  );
});

test('any text is a whole book or refused', () => {
  const signs = fc.constantFrom(
    'rules',
    'name',
    ': ',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '"',
    '*a',
    '&a ',
    ',',
    '\t',
    '!',
  );
  const text = fc.array(fc.oneof(signs, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 30 });
  fc.assert(fc.property(text, (parts) => void readOrRefused(parts.join(''))));
});

// ——— Books, and how the file says them ———

const clockTime = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const optional = { requiredKeys: [] as [] };
const quietHours: fc.Arbitrary<QuietHours> = fc
  .record({
    fromMinute: fc.integer({ min: 0, max: 1439 }),
    toMinute: fc.integer({ min: 0, max: 1440 }),
    days: fc.uniqueArray(fc.integer({ min: 0, max: 6 })),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata'),
  })
  .filter(({ fromMinute, toMinute }) => fromMinute !== toMinute);
const settingsOf: fc.Arbitrary<RuleSettings> = fc.record(
  {
    ignore: fc.boolean(),
    seconds: fc.integer({ min: 1, max: 300 }),
    hz: fc.integer({ min: 1, max: 999 }),
    peers: fc.integer({ min: 1, max: 5 }),
    processes: fc.constantFrom('server\\.js', '[[:space:]](web|api)-'),
    v8Engine: fc.constantFrom(...RULE_ENGINES),
    installPerf: fc.boolean(),
    mailTo: fc.uniqueArray(fc.constantFrom('a@example.com', 'b@localhost', 'c+d@bücher.example')),
    reportTopicArn: fc.constantFrom(null, 'arn:aws:sns:eu-west-1:111122223333:reports'),
    cooldownMs: fc.integer({ min: 0, max: 1440 }).map((minutes) => minutes * 60_000),
    maxPerGroupPerDay: fc.integer({ min: 1, max: 1000 }),
    recordOnly: fc.boolean(),
    quietHours: fc.array(quietHours, { maxLength: 3 }),
    severity: fc.constantFrom(...SEVERITIES),
  },
  optional,
);
const name = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() === text);
const globs = (one: fc.Arbitrary<string>) => fc.uniqueArray(one, { maxLength: 3 });
const match: fc.Arbitrary<RuleMatch> = fc.record({
  accounts: globs(fc.constantFrom('011122223333', '4444*', '????????????')),
  regions: globs(fc.constantFrom('eu-*', 'us-east-1')),
  groups: globs(name),
  alarms: globs(name),
  tags: globs(name.map((value) => `Service=${value}`)),
});
const matchesAll = (one: RuleMatch) => Object.values(one).every((list) => list.length === 0);
const rules = fc
  .uniqueArray(fc.record({ name, match, settings: settingsOf }), { maxLength: 5, selector: (rule) => rule.name })
  // A rule behind one that matches any would never apply.
  .map((list): Rule[] => list.filter((rule, i) => i === list.length - 1 || !matchesAll(rule.match)));
const targets: fc.Arbitrary<readonly Target[]> = fc.uniqueArray(
  fc
    .record({
      accountId: fc.constantFrom('011122223333', '444455556666'),
      region: fc.constantFrom('eu-west-1', 'us-gov-west-1'),
      role: fc.option(fc.record({ name: fc.constantFrom('a', 'path/to/b'), externalId: fc.option(fc.constant('x1')) })),
    })
    .map(({ accountId, region, role }) => ({
      ...{ accountId, region, externalId: role?.externalId ?? null },
      roleArn: role === null ? null : `arn:aws:iam::${accountId}:role/${role.name}`,
    })),
  { maxLength: 4, selector: ({ accountId, region }) => `${accountId} ${region}` },
);
const books: fc.Arbitrary<RuleBook> = fc.record({ targets, defaults: settingsOf, rules });

function writtenSettings(of: RuleSettings): Record<string, unknown> {
  const given: Record<string, unknown> = {
    ignore: of.ignore,
    seconds: of.seconds,
    rate_hz: of.hz,
    peers: of.peers,
    processes: of.processes,
    v8_engine: of.v8Engine,
    install_perf: of.installPerf === undefined ? undefined : of.installPerf ? 'on' : 'off',
    mail_to: of.mailTo?.length === 1 ? of.mailTo[0] : of.mailTo,
    report_topic: of.reportTopicArn === null ? 'none' : of.reportTopicArn,
    cooldown_minutes: of.cooldownMs === undefined ? undefined : of.cooldownMs / 60_000,
    captures_per_day: of.maxPerGroupPerDay,
    record_only: of.recordOnly,
    quiet_hours: of.quietHours?.map(({ fromMinute, toMinute, days, timeZone }) => ({
      from: clockTime(fromMinute),
      to: clockTime(toMinute),
      ...(days.length === 0 ? {} : { days: days.map((day) => DAYS[day]) }),
      ...(timeZone === 'UTC' ? {} : { time_zone: timeZone }),
    })),
    severity: of.severity,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function writtenTarget({ accountId, region, roleArn, externalId }: Target): unknown {
  const role = roleArn === null ? {} : { role: roleArn };
  return { account: accountId, region, ...role, ...(externalId === null ? {} : { external_id: externalId }) };
}

function writtenMatch(of: RuleMatch): unknown {
  const given = { account: of.accounts, region: of.regions, group: of.groups, alarm: of.alarms, tag: of.tags };
  const entries = Object.entries(given).filter(([, list]) => list.length > 0);
  return entries.length === 0 ? 'any' : Object.fromEntries(entries);
}

test('each book that the file can say is read as it was written, in YAML and in JSON', () => {
  fc.assert(
    fc.property(books, (book) => {
      const written = {
        targets: book.targets.map(writtenTarget),
        defaults: writtenSettings(book.defaults),
        rules: book.rules.map((rule) => ({
          name: rule.name,
          match: writtenMatch(rule.match),
          ...writtenSettings(rule.settings),
        })),
      };
      const plain = JSON.parse(JSON.stringify(book));
      assert.deepEqual(JSON.parse(JSON.stringify(readRulesFile(stringify(written), 'rules.yaml'))), plain);
      assert.deepEqual(JSON.parse(JSON.stringify(readRulesFile(JSON.stringify(written), 'rules.json'))), plain);
    }),
  );
});
