import { timeOfDay } from '../shared/text/time.ts';
import type { QuietHours } from './rule-book.ts';

const DAY_MINUTES = 1440;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** The first of them that a moment lies in. */
export function quietAt(hours: readonly QuietHours[], nowMs: number): QuietHours | undefined {
  return hours.find((one) => isWithin(one, nowMs));
}

/** Hours that go over midnight are those of the day on which they began. */
function isWithin({ fromMinute, toMinute, days, timeZone }: QuietHours, nowMs: number): boolean {
  const { day, minute } = localTime(timeZone, nowMs);
  const begins = (on: number) => days.length === 0 || days.includes((on + 7) % 7);
  if (fromMinute < toMinute) return minute >= fromMinute && minute < toMinute && begins(day);
  // From and to alike is a whole day.
  return minute >= fromMinute ? begins(day) : minute < toMinute && begins(day - 1);
}

function localTime(timeZone: string, nowMs: number): { readonly day: number; readonly minute: number } {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', weekday: 'short', hour: '2-digit', minute: '2-digit' },
  }).formatToParts(nowMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  return {
    day: DAYS.indexOf(part('weekday')),
    minute: (Number(part('hour')) * 60 + Number(part('minute'))) % DAY_MINUTES,
  };
}

/** `22:00 to 07:00 Europe/Berlin`. */
export function quietWords({ fromMinute, toMinute, timeZone }: QuietHours): string {
  return `${timeOfDay(fromMinute)} to ${timeOfDay(toMinute)} ${timeZone}`;
}
