/** Rules in the words of the file, for people. */
import type { QuietHours, RuleMatch, RuleSettings } from '../rules/rule-book.ts';
import { timeOfDay } from '../shared/text/time.ts';
import { DAYS } from './read-quiet-hours.ts';

const MINUTE = 60_000;

/** `group web-* or api-?, region eu-*`; `any alarm`. */
export function matchWords({ accounts, regions, groups, alarms, tags }: RuleMatch): string {
  const parts = Object.entries({ account: accounts, region: regions, group: groups, alarm: alarms, tag: tags })
    .filter(([, globs]) => globs.length > 0)
    .map(([key, globs]) => `${key} ${globs.join(' or ')}`);
  return parts.length === 0 ? 'any alarm' : parts.join(', ');
}

/** `seconds 20, mail_to nobody, …`; empty where nothing is set. */
export function settingWords(settings: RuleSettings): string {
  const { ignore, seconds, hz, peers, processes, v8Engine, installPerf, recordOnly, severity } = settings;
  const { mailTo, reportTopicArn, cooldownMs, maxPerGroupPerDay, quietHours } = settings;
  const words: Readonly<Record<string, string | number | undefined>> = {
    ignore: onOff(ignore),
    seconds,
    rate_hz: hz,
    peers,
    processes,
    v8_engine: v8Engine,
    install_perf: onOff(installPerf),
    mail_to: orNone(mailTo?.join(' '), 'nobody'),
    report_topic: reportTopicArn === null ? 'none' : reportTopicArn,
    cooldown_minutes: cooldownMs === undefined ? undefined : cooldownMs / MINUTE,
    captures_per_day: maxPerGroupPerDay,
    record_only: onOff(recordOnly),
    quiet_hours: orNone(quietHours?.map(hoursWords).join(' and '), 'none'),
    severity,
  };
  return Object.entries(words)
    .filter(([, word]) => word !== undefined)
    .map(([key, word]) => `${key} ${word}`)
    .join(', ');
}

function onOff(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? 'on' : 'off';
}

function orNone(text: string | undefined, none: string): string | undefined {
  return text === '' ? none : text;
}

/** `22:00–07:00 fri sat Europe/Berlin` */
function hoursWords({ fromMinute, toMinute, days, timeZone }: QuietHours): string {
  const on = days.map((day) => ` ${DAYS[day]}`).join('');
  return `${timeOfDay(fromMinute)}–${timeOfDay(toMinute)}${on} ${timeZone}`;
}
