import { isFinal } from '../incident.ts';
import type { IncidentRow } from '../incident-row.ts';
import type { IncidentStore } from '../store-port.ts';
import type { IncidentProgress, QueuePlace } from './progress.ts';

/** What may be captured at the same time, and how long one capture takes, about. */
export interface QueueLimits {
  readonly atOnce: number;
  readonly perGroup: number;
  readonly captureMs: number;
}

/** Null for an incident that takes no further step. */
export async function progressOf(
  store: Pick<IncidentStore, 'captures' | 'queuePlace'>,
  { id, state }: Pick<IncidentRow, 'id' | 'state'>,
  limits: QueueLimits | null,
  nowMs: number,
): Promise<IncidentProgress | null> {
  if (isFinal(state)) return null;
  const place = state === 'accepted' ? await store.queuePlace(id, nowMs) : null;
  const queue = place && { ...place, turnInMs: limits && turnInMs(place, limits) };
  const captures = state === 'targeted' || state === 'dispatched' ? await store.captures(id) : [];
  const [first] = captures;
  const recording = first && {
    startAtMs: first.startAtMs,
    seconds: first.seconds,
    instances: captures.length,
    ended: captures.filter(({ outcome }) => outcome !== 'pending').length,
  };
  return { atMs: nowMs, queue, recording: recording ?? null };
}

/** By the limit that holds it up for longest; 0: nothing does, as far as these tell. */
function turnInMs(place: QueuePlace, { atOnce, perGroup, captureMs }: QueueLimits): number {
  const rounds = Math.floor((place.capturing + place.ahead) / atOnce);
  const roundsOfGroup = Math.floor((place.capturingOfGroup + place.aheadOfGroup) / perGroup);
  return Math.max(rounds, roundsOfGroup) * captureMs;
}
