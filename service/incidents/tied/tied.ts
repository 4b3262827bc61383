/** A composite alarm over several groups: one incident for each of them, tied to that of the hottest one. */
import type { TiedAlarm } from '../../alarms/alarm.ts';
import type { Limits } from '../../rules/decide.ts';
import type { IncidentId } from '../../shared/ids.ts';
import { randomId } from '../../shared/random-id.ts';
import type { Incident } from '../incident.ts';
import type { NotificationOutcome } from '../notification.ts';
import type { OtherFires } from '../steps/scope/other-fires.ts';

/** To be decided on like any alarm that comes in, together with the move that says whom the composite is about. */
export interface TiedAlarms {
  readonly alarms: readonly { readonly alarm: TiedAlarm; readonly incidentId: IncidentId }[];
  readonly limits: Limits;
}

/** What became of an alarm under a composite one. */
export interface TiedOutcome {
  readonly alarmName: string;
  /** `group api`, `instance i-0abc…`. */
  readonly scope: string;
  readonly outcome: NotificationOutcome;
  readonly reason: string;
  /** The one that it opened, or found open; null where there is none, also when it was deleted. */
  readonly incidentId: IncidentId | null;
  /** Of that one; null while it has no report. */
  readonly headline: string | null;
}

/** What an incident is tied to. */
export interface Ties {
  /** The composite alarm that it was opened under, its incident, and whom that is captured on: `web-prod`. */
  readonly under: { readonly alarmName: string; readonly incidentId: IncidentId; readonly where: string } | null;
  /** Of the incident of a composite alarm: the other groups under it. */
  readonly others: readonly TiedOutcome[];
}

export function tiedAlarms(
  { id, alarm }: Pick<Incident, 'id' | 'alarm'>,
  { followed: others, inAlarm }: Pick<OtherFires, 'followed' | 'inAlarm'>,
  limits: Limits,
): TiedAlarms {
  const under = { incidentId: id, alarmName: alarm.name, inAlarm };
  const alarms = others.map((other) => ({
    alarm: { ...other, accountId: other.accountId ?? alarm.accountId, region: other.region ?? alarm.region, under },
    incidentId: randomId('inc') as IncidentId,
  }));
  return { alarms, limits };
}
