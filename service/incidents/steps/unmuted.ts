import { whyMuted } from '../../rules/mute.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Step } from '../step.ts';
import type { IncidentStore } from '../store-port.ts';

export interface UnmutedDeps {
  readonly store: Pick<IncidentStore, 'mutes'>;
  readonly clock: Clock;
}

/**
 * Around targeting: an alarm that names an instance does not say of which group it is. When that is known, and the
 * group is muted, nothing is captured; other groups that burn under the same alarm have a say of their own. A drill is
 * what somebody asks for now.
 */
export function unmutedStep({ store, clock }: UnmutedDeps, step: Step): Step {
  return async (incident, signal) => {
    const outcome = await step(incident, signal);
    const { drill, targets } = incident.alarm;
    if (outcome.kind !== 'advance' || targets.groups.length > 0 || drill !== undefined) return outcome;
    const group = outcome.changes?.group;
    const now = clock.now();
    const mute = group === undefined ? undefined : (await store.mutes(now)).find((known) => known.group === group);
    const why = whyMuted(mute ?? null, now);
    if (group === undefined || why === null) return outcome;
    const { tied } = outcome.changes ?? {};
    return { kind: 'advance', to: 'lapsed', detail: why, changes: { group, ...(tied && { tied }) } };
  };
}
