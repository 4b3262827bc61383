import { quote } from './lenient-fields.ts';

/** Says in a sentence what a message is that is not an alarm, for the notification log. The text is untrusted. */
export function describeForeign(message: unknown): string {
  if (typeof message === 'string') return `The message is text, not an alarm: ${quote(message)}.`;
  if (message === null || typeof message !== 'object')
    return `The message is ${quote(JSON.stringify(message))}, not an alarm.`;
  if (Array.isArray(message)) return `The message is a list of ${message.length} items, not an alarm.`;
  const fields = message as Readonly<Record<string, unknown>>;
  const word = (key: string) => (typeof fields[key] === 'string' ? quote(fields[key]) : null);
  if (word('Event') && word('AutoScalingGroupName')) {
    return `Auto Scaling reports ${word('Event')} in the group ${word('AutoScalingGroupName')}; that is not an alarm.`;
  }
  if (word('detail-type') && word('source')) {
    return `The EventBridge event ${word('detail-type')} from ${word('source')} is not a change of an alarm's state.`;
  }
  const keys = Object.keys(fields);
  const some = keys.slice(0, 5).map(quote).join(', ');
  const found = keys.length === 0 ? 'no keys' : `keys: ${some}${keys.length > 5 ? ', …' : ''}`;
  return `The message is JSON without an AlarmName (${found}).`;
}
