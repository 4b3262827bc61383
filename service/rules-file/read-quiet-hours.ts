import type { QuietHours } from '../rules/rule-book.ts';
import { meant } from '../shared/text/did-you-mean.ts';
import { listOf, type Read, readEntries } from './reading.ts';
import { checked, text, word } from './scalars.ts';

/** As `Date` counts them. */
export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export const QUIET_KEYS = ['from', 'to', 'days', 'time_zone'] as const;

const TIME = /^([01]?\d|2[0-3]):([0-5]\d)$/;
const HOW = 'write a time of day in quotes, such as "22:00"';

function minuteOf(time: string): number | undefined {
  const [, hours, minutes] = TIME.exec(time) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

const from = checked(text(5, 'a time of day'), (time) => (minuteOf(time) === undefined ? HOW : undefined));
const to = checked(text(5, 'a time of day'), (time) =>
  minuteOf(time) === undefined && time !== '24:00' ? HOW : undefined,
);

const days = listOf(word(DAYS), 1, DAYS.length, 'some of sun, mon … sat, or leave it out for all');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Besides slips, the city alone. */
function zoneMeant(name: string): string | undefined {
  const zones = Intl.supportedValuesOf('timeZone');
  const city = `/${name.toLowerCase().replaceAll(' ', '_')}`;
  return zones.find((zone) => zone.toLowerCase().endsWith(city)) ?? meant(name, zones);
}

const timeZone = checked(text(64, 'the name of a time zone, such as Europe/Berlin'), (name) => {
  if (isTimeZone(name)) return undefined;
  const near = zoneMeant(name);
  return near === undefined ? 'write the name of a time zone, such as Europe/Berlin' : `did you mean ${near}?`;
});

const readOne: Read<QuietHours> = (value, reading) => {
  const entries = readEntries(value, reading, { known: QUIET_KEYS });
  if (entries === undefined) return undefined;
  const read = <T>(key: (typeof QUIET_KEYS)[number], by: Read<T>): T | undefined => {
    const entry = entries.get(key);
    return entry === undefined ? undefined : by(entry, reading);
  };
  for (const key of ['from', 'to'] as const) {
    if (!entries.has(key)) reading.fault(value.at, `quiet_hours has no ${key}; ${HOW}`);
  }
  const [start, end] = [read('from', from), read('to', to)];
  const [onDays, zone] = [read('days', days), read('time_zone', timeZone)];
  if (start === undefined || end === undefined) return undefined;
  const [fromMinute, toMinute] = [minuteOf(start) ?? 0, minuteOf(end) ?? 1440];
  if (fromMinute === toMinute) {
    return void reading.fault(value.at, 'quiet_hours ends when it begins; write "00:00" to "24:00" for a whole day');
  }
  return { fromMinute, toMinute, days: onDays?.map((day) => DAYS.indexOf(day)) ?? [], timeZone: zone ?? 'UTC' };
};

export const quietHours: Read<readonly QuietHours[]> = listOf(readOne, 0, 20, 'from and to');
