import { isScalar } from 'yaml';
import { topicPlace } from '../alarms/arn.ts';
import { RULE_ENGINES, type RuleSettings, SEVERITIES } from '../rules/rule-book.ts';
import { quietHours } from './read-quiet-hours.ts';
import { listOf, type Read, type Reading, type Value } from './reading.ts';
import { checked, onOff, text, whole, word } from './scalars.ts';

/** Of RFC 5321, 4.5.3.1, all octets of an address; one name in front of the @, one host behind it, nothing else. */
const MAX_ADDRESS = 254;
const ADDRESS = /^[^\s@<>()[\],;:"\\]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*$/u;
/** SES takes as many. */
const MAX_RECIPIENTS = 50;
const MINUTE = 60_000;

const address = checked(text(MAX_ADDRESS, 'an address, such as oncall@example.com'), (given) =>
  ADDRESS.test(given) ? undefined : 'write an address alone, such as oncall@example.com',
);

const topic = checked(text(512, 'the ARN of an SNS topic, or none'), (arn) =>
  topicPlace(arn) === undefined ? 'write the ARN of an SNS topic, or none' : undefined,
);
const topicOrNone: Read<string | null> = (value, reading) =>
  isScalar(value.node) && value.node.value === 'none' ? null : topic(value, reading);

const minutes: Read<number> = (value, reading) => {
  const count = whole(0, 1440)(value, reading);
  return count === undefined ? undefined : count * MINUTE;
};

/** As the scripts take it; grep on the instance reads it, which knows the same of what is usual in such a text. */
const MAX_PATTERN = 200;
const pattern = checked(text(MAX_PATTERN, 'a part of a command line'), (given) => {
  try {
    new RegExp(given);
    return undefined;
  } catch {
    return 'write an extended regular expression, such as server\\.js';
  }
});

/** A key of the file gives one field of the settings. */
function gives<Field extends keyof RuleSettings>(
  field: Field,
  read: Read<Exclude<RuleSettings[Field], undefined>>,
): Read<RuleSettings> {
  return (value, reading) => {
    const given = read(value, reading);
    return given === undefined ? undefined : { [field]: given };
  };
}

const SETTINGS = {
  ignore: gives('ignore', onOff),
  seconds: gives('seconds', whole(1, 300)),
  rate_hz: gives('hz', whole(1, 999)),
  peers: gives('peers', whole(1, 5)),
  processes: gives('processes', pattern),
  v8_engine: gives('v8Engine', word(RULE_ENGINES)),
  install_perf: gives('installPerf', onOff),
  mail_to: gives('mailTo', listOf(address, 0, MAX_RECIPIENTS, 'addresses')),
  report_topic: gives('reportTopicArn', topicOrNone),
  cooldown_minutes: gives('cooldownMs', minutes),
  captures_per_day: gives('maxPerGroupPerDay', whole(1, 1000)),
  record_only: gives('recordOnly', onOff),
  quiet_hours: gives('quietHours', quietHours),
  severity: gives('severity', word(SEVERITIES)),
} as const satisfies Readonly<Record<string, Read<RuleSettings>>>;

export const SETTING_KEYS = Object.keys(SETTINGS) as readonly (keyof typeof SETTINGS)[];

/** Of the entries of a rule or of the defaults; others than settings are not looked at. */
export function readSettings(entries: ReadonlyMap<string, Value>, reading: Reading): RuleSettings {
  let settings: RuleSettings = {};
  for (const key of SETTING_KEYS) {
    const entry = entries.get(key);
    if (entry !== undefined) settings = { ...settings, ...SETTINGS[key](entry, reading) };
  }
  return settings;
}
