import type { AlarmReading } from './alarm.ts';
import { buildAlarm } from './build-alarm.ts';
import { readEventAlarm } from './shapes/event-alarm.ts';
import { describeForeign } from './shapes/foreign-message.ts';
import { readSnsAlarm } from './shapes/sns-alarm.ts';

/**
 * Reads the `Message` of a notification: alarm actions of every age, EventBridge and Lambda events of alarms. Never
 * throws: whatever is not an alarm that names somebody becomes `other` with the reason. `sourceArn`, of the
 * topic or queue that brought it, gives the region of alarms too old to carry their ARN; '' when it is not known.
 */
export function readMessage(message: string, sourceArn: string): AlarmReading {
  const parsed = parse(message);
  const raw = readSnsAlarm(parsed) ?? readEventAlarm(parsed);
  return raw === undefined ? { kind: 'other', reason: describeForeign(parsed) } : buildAlarm(raw, sourceArn);
}

/** JSON, or the text itself when it is none. */
function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return message;
  }
}
