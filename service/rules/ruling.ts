import type { Alarm } from '../alarms/alarm.ts';
import { planFor } from './apply-rules.ts';
import { decide, type Limits } from './decide.ts';
import type { Decision } from './decision.ts';
import type { NotificationFacts } from './notification-facts.ts';

/** By what an alarm is decided. Plain data: it goes to the thread that has the facts. */
export interface Ruling {
  readonly limits: Limits;
  /** Somebody wants an incident whatever the limits say. */
  readonly force?: boolean;
}

export function rule({ limits, force = false }: Ruling, facts: NotificationFacts, alarm: Alarm, now: number): Decision {
  const decision = decide(limits, facts, alarm, now);
  if (!force || decision.outcome === 'accepted' || decision.outcome === 'closed') return decision;
  const plan = limits.book === undefined ? {} : { plan: planFor(limits.book, alarm) };
  return { outcome: 'accepted', supersedes: null, ...plan, reason: `Replayed with --force. ${decision.reason}` };
}
