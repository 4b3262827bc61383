import type { Alarm } from '../../alarms/alarm.ts';
import { openRules } from '../../compose.ts';
import { type Config, readConfig } from '../../config.ts';
import { ownPlaceOf } from '../../policies.ts';
import { planFor, whyNoMatch } from '../../rules/apply-rules.ts';
import { placeOf, targetAt, whyElsewhere } from '../../rules/place.ts';
import type { RuleBook, RuleSettings } from '../../rules/rule-book.ts';
import { settingWords } from '../../rules-file/rule-words.ts';
import { AppError } from '../../shared/errors.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { storedAlarms } from '../stored-alarms.ts';
import { parseCommand, usageError } from '../usage.ts';

interface Explained {
  readonly alarm: Alarm;
  /** Where its instances are asked for, or why nowhere. */
  readonly place: string;
  readonly rules: readonly { readonly name: string; readonly applies: boolean; readonly why: string }[];
  /** What holds in the words of the file, and who says so. */
  readonly settings: readonly { readonly setting: string; readonly from: string }[];
}

/** Where a setting comes from when the file says nothing; null: from nowhere. */
const VARIABLES: Readonly<Record<keyof RuleSettings, keyof Config | null>> = {
  ignore: null,
  seconds: 'CAPTURE_SECONDS',
  hz: 'CAPTURE_HZ',
  peers: 'PEERS',
  processes: null,
  v8Engine: 'V8_ENGINE',
  installPerf: 'CAPTURE_INSTALL_PERF',
  mailTo: 'MAIL_TO',
  reportTopicArn: 'REPORT_TOPIC_ARN',
  cooldownMs: 'COOLDOWN_SECONDS',
  maxPerGroupPerDay: 'MAX_CAPTURES_PER_GROUP_PER_DAY',
  recordOnly: null,
  quietHours: null,
  severity: null,
};

/** `smokejumper rules explain ALARM_FILE|- [--rules FILE]`: which rule an alarm has, and what holds for it. */
export async function runRulesExplain(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('rules explain', args);
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw usageError('rules explain takes one file with an alarm.');
  const config = readConfig(process.env, { topics: 'optional' });
  const file = values.rules === undefined ? config.RULES_FILE : String(values.rules);
  if (file === undefined) {
    throw new AppError('NO_RULES_FILE', 'There is no rules file: RULES_FILE is not set.', {
      hint: 'Name one with --rules FILE.',
    });
  }
  const book = await openRules(file);
  const explained = (await storedAlarms(path)).map(({ alarm }) => explain(config, book, alarm));
  const text = values.json
    ? JSON.stringify({ alarms: explained.map(toJson) }, null, 2)
    : explained.map((one) => lines(one).map(visible).join('\n')).join('\n\n');
  process.stdout.write(`${text}\n`);
  return 0;
}

function explain(config: Config, book: RuleBook, alarm: Alarm): Explained {
  let found = false;
  const rules = book.rules.map((rule) => {
    const no = whyNoMatch(rule, alarm);
    const applies = no === null && !found;
    found ||= applies;
    return { name: rule.name, applies, why: applies ? 'applies' : (no ?? 'would match, but an earlier rule applies') };
  });
  const { rule } = planFor(book, alarm);
  const own = book.rules.find(({ name }) => name === rule)?.settings ?? {};
  const place = placeWords(config, book, alarm);
  return {
    alarm,
    place,
    rules,
    settings: Object.keys(VARIABLES).flatMap((field) => settingOf(field, own, book, config)),
  };
}

function placeWords(config: Config, { targets }: RuleBook, alarm: Alarm): string {
  const own = ownPlaceOf(config);
  const elsewhere = whyElsewhere(own, targets, alarm);
  if (elsewhere !== null) return elsewhere;
  const target = targetAt(targets, placeOf(alarm));
  if (target === undefined) return `commands go to the account of the service, ${own.region}`;
  const as = target.roleArn === null ? 'the credentials of the service' : target.roleArn;
  return `commands go to ${target.accountId}, ${target.region}, with ${as}`;
}

function settingOf(field: string, own: RuleSettings, { defaults }: RuleBook, config: Config): Explained['settings'] {
  const key = field as keyof RuleSettings;
  const sources: readonly (readonly [RuleSettings, string])[] = [
    [own, 'the rule'],
    [defaults, 'the defaults of the file'],
    [configured(config), VARIABLES[key] ?? 'nothing says otherwise'],
  ];
  const source = sources.find(([settings]) => settings[key] !== undefined);
  return source === undefined ? [] : [{ setting: settingWords({ [key]: source[0][key] }), from: source[1] }];
}

/** What holds without a rules file, in its form. */
function configured(config: Config): RuleSettings {
  return {
    ignore: false,
    seconds: config.CAPTURE_SECONDS,
    hz: config.CAPTURE_HZ,
    peers: config.PEERS,
    v8Engine: config.V8_ENGINE,
    installPerf: config.CAPTURE_INSTALL_PERF === 'on',
    mailTo: config.MAIL_TO,
    reportTopicArn: config.REPORT_TOPIC_ARN ?? null,
    cooldownMs: config.COOLDOWN_SECONDS * 1000,
    maxPerGroupPerDay: config.MAX_CAPTURES_PER_GROUP_PER_DAY,
    recordOnly: false,
    quietHours: [],
  };
}

function lines({ alarm, place, rules, settings }: Explained): string[] {
  const widest = (words: readonly string[]) => Math.max(0, ...words.map(({ length }) => length));
  const [name, setting] = [widest(rules.map((rule) => rule.name)), widest(settings.map((one) => one.setting))];
  const groups = alarm.targets.groups.join(', ') || 'none named';
  return [
    `${alarm.name}: account ${alarm.accountId ?? 'unknown'}, region ${alarm.region ?? 'unknown'}, group ${groups}`,
    place,
    ...rules.map((rule) => `${rule.applies ? '→' : ' '} ${rule.name.padEnd(name)}  ${rule.why}`),
    ...settings.map((one) => `  ${one.setting.padEnd(setting)}  ${one.from}`),
  ];
}

function toJson({ alarm: { name, accountId, region, targets }, place, rules, settings }: Explained) {
  return { name, accountId, region, groups: targets.groups, place, rules, settings };
}
