/** What stands in for a peer where an incident has none. */
import type { Clock } from '../../shared/clock.ts';
import type { CaptureId } from '../../shared/ids.ts';
import type { Log } from '../../shared/log.ts';
import { randomId } from '../../shared/random-id.ts';
import type { Capture, Incident } from '../incident.ts';
import type { BaselineStore } from './baseline-store.ts';

/** After two weeks a service is hardly the same. */
const USABLE_MS = 14 * 86_400_000;

export interface AdoptDeps {
  readonly store: Pick<BaselineStore, 'adoptBaseline'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Whether a peer was recorded with the hot instance; true, too, where there is no hot one to compare with anything. */
export function hasPeer(captures: readonly Capture[]): boolean {
  const came = captures.filter(({ outcome }) => outcome === 'collected');
  return !came.some(({ role }) => role === 'hot') || came.some(({ role }) => role === 'peer');
}

/**
 * The newest baseline of the group becomes a capture of the incident; false where there is none. A drill tries out what
 * an alarm finds now.
 */
export async function adoptBaseline({ store, clock, log }: AdoptDeps, incident: Incident): Promise<boolean> {
  const { id, alarm } = incident;
  if (alarm.drill !== undefined) return false;
  const capture = await store.adoptBaseline(id, randomId('cap') as CaptureId, clock.now() - USABLE_MS);
  if (capture === undefined) return false;
  const { instanceId, startAtMs } = capture;
  log.info({ incidentId: id, instanceId, startAtMs }, 'a baseline stands in for the peer');
  return true;
}
