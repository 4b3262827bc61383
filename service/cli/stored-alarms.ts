import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Alarm } from '../alarms/alarm.ts';
import { readMessage } from '../alarms/read-message.ts';
import { parseStoredNotification, type StoredNotification } from '../alarms/stored-notification.ts';
import { unreadable } from '../convert/file-error.ts';
import { AppError } from '../shared/errors.ts';

/** A kept notification and what it says. */
export interface StoredAlarm {
  readonly notification: StoredNotification;
  readonly alarm: Alarm;
}

/** The alarms of a file (or of standard input, `-`). Throws when it cannot be read or holds none, with the reason. */
export async function storedAlarms(path: string): Promise<readonly StoredAlarm[]> {
  const notifications = parseStoredNotification(path === '-' ? await text(process.stdin) : await readText(path));
  const reasons: string[] = [];
  const alarms = notifications.flatMap((notification) => {
    const reading = readMessage(notification.message, notification.topicArn);
    if (reading.kind === 'alarm') return [{ notification, alarm: reading.alarm }];
    reasons.push(reading.reason);
    return [];
  });
  if (alarms.length > 0) return alarms;
  throw new AppError(
    'NO_ALARM',
    `${JSON.stringify(path)} holds no alarm that names an instance or a group: ${reasons.join('; ')}`,
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw unreadable(path, cause as NodeJS.ErrnoException);
  }
}
