import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { Alarm } from '../alarms/alarm.ts';
import { readMessage } from '../alarms/read-message.ts';
import { parseStoredNotification, type StoredNotification } from '../alarms/stored-notification.ts';
import { unreadable } from '../convert/file-error.ts';
import { AppError } from '../shared/errors.ts';
import { visible } from '../shared/text/untrusted.ts';

/** A kept notification and what it says. */
export interface StoredAlarm {
  readonly notification: StoredNotification;
  readonly alarm: Alarm;
}

/**
 * The alarms of a file (or of standard input, `-`), in their order. Of other messages beside them `say` is told the
 * reason. Throws when the file cannot be read or holds no alarm, with the reason.
 */
export async function storedAlarms(path: string, say = toStderr): Promise<readonly StoredAlarm[]> {
  const notifications = parseStoredNotification(decoded(await readBytes(path)));
  const reasons: string[] = [];
  const alarms = notifications.flatMap((notification, at) => {
    const reading = readMessage(notification.message, notification.topicArn);
    if (reading.kind === 'alarm') return [{ notification, alarm: reading.alarm }];
    const which = notifications.length === 1 ? '' : `message ${at + 1} of ${notifications.length}: `;
    reasons.push(`${which}${reading.reason}`);
    return [];
  });
  if (alarms.length > 0) {
    for (const reason of reasons) say(`passed over ${reason}`);
    return alarms;
  }
  throw new AppError(
    'NO_ALARM',
    `${JSON.stringify(path)} holds no alarm that names an instance or a group: ${reasons.join('; ')}`,
  );
}

function toStderr(words: string): void {
  process.stderr.write(`${visible(words)}\n`);
}

async function readBytes(path: string): Promise<Uint8Array> {
  if (path === '-') return buffer(process.stdin);
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause as NodeJS.ErrnoException);
  }
}

/** Windows writes redirected text as UTF-16. JSON begins with ASCII, so the place of a zero byte tells its order. */
function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isBigEndian = (first === 0xfe && second === 0xff) || first === 0;
  const isLittleEndian = (first === 0xff && second === 0xfe) || second === 0;
  const encoding = isBigEndian ? 'utf-16be' : isLittleEndian ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('BAD_NOTIFICATION_FILE', 'The file is neither UTF-8 nor UTF-16 text.', {
      cause,
      hint: 'Save it as UTF-8.',
    });
  }
}
