import type { Alarm, AlarmState } from '../alarms/alarm.ts';
import { quoted } from '../shared/text/untrusted.ts';
import { type Limits, limitsFor, whyThrottled } from './decide.ts';
import { whyMuted } from './mute.ts';
import type { NotificationFacts } from './notification-facts.ts';

/**
 * Why an incident is not recorded once more, although its report was sent and no OK was seen; null when it is. The
 * cooldown does not matter: it is about alarms that come back. `state`: what CloudWatch says of the alarm now; null
 * when it knows none.
 */
export function whyNoSecond(
  limits: Limits,
  facts: NotificationFacts,
  { alarm, state }: { readonly alarm: Alarm; readonly state: AlarmState | null },
  now: number,
): string | null {
  const name = quoted(alarm.name);
  if (state === null) return `CloudWatch does not know ${name} any more.`;
  if (state !== 'ALARM') return `${name} is ${state} by now.`;
  return whyMuted(facts.mute, now) ?? whyThrottled(limitsFor(limits, alarm), facts, alarm, now);
}
