/** What an incident that is under way waits for, in numbers. */
import { isFinal } from '../incident.ts';
import type { IncidentRow } from '../incident-row.ts';
import type { IncidentStore } from '../store-port.ts';

/** Of an accepted incident that waits for its turn. */
export interface QueuePlace {
  /** Incidents that are captured now, in all and of its group. */
  readonly capturing: number;
  readonly capturingOfGroup: number;
  /** Those that wait and whose turn comes before. */
  readonly ahead: number;
  readonly aheadOfGroup: number;
}

/** What may be captured at the same time, and how long one capture takes, about. */
export interface QueueLimits {
  readonly atOnce: number;
  readonly perGroup: number;
  readonly captureMs: number;
}

export interface IncidentProgress {
  /** When this was so, by the clock that starts the recordings. */
  readonly atMs: number;
  /** Null for one whose turn has come. */
  readonly queue: (QueuePlace & { readonly turnInMs: number | null }) | null;
  /** Null where no capture is planned, or all of them have ended. */
  readonly recording: PlannedRecording | null;
}

export interface PlannedRecording {
  /** Null until a start is agreed on. */
  readonly startAtMs: number | null;
  readonly seconds: number;
  readonly instances: number;
  /** Captures that came back, or were given up. */
  readonly ended: number;
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
