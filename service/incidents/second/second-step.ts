import { AppError } from '../../shared/errors.ts';
import type { Incident } from '../incident.ts';
import type { FleetPort } from '../ports.ts';
import type { Step } from '../step.ts';
import type { IncidentStore } from '../store-port.ts';

export interface SecondStepDeps {
  readonly store: Pick<IncidentStore, 'incident'>;
  readonly fleet: Pick<FleetPort, 'members'>;
}

/** Around targeting: the alarm may be over by now, or the hot instance gone. */
export function secondStep({ store, fleet }: SecondStepDeps, step: Step): Step {
  return async (incident, signal) => {
    const { second } = incident.alarm;
    if (second === undefined) return step(incident, signal);
    const over = await whySecondOver(store, incident);
    if (over !== null) return { kind: 'advance', to: 'lapsed', detail: over };
    const [hot] = incident.alarm.targets.instanceIds;
    const { group } = incident;
    const member = group === null ? null : (await fleet.members(group, signal)).find((one) => one.instanceId === hot);
    if (member !== null && member?.lifecycle !== 'InService') {
      const where = member === undefined ? 'is no member of it any more' : `is ${member.lifecycle}`;
      throw new AppError('HOT_INSTANCE_GONE', `The alarm is still on, but ${hot} of ${group} ${where}.`, {
        hint: 'Another member may burn now; its alarm, or the one of the group, tells.',
      });
    }
    return step(incident, signal);
  };
}

/** Null while the incident that a second recording is of is open. */
export async function whySecondOver(
  store: Pick<IncidentStore, 'incident'>,
  { alarm }: Pick<Incident, 'alarm'>,
): Promise<string | null> {
  if (alarm.second === undefined) return null;
  const first = await store.incident(alarm.second.of);
  if (first === undefined) return 'the incident was deleted';
  return first.closedAtMs === null ? null : 'the alarm is OK again';
}
