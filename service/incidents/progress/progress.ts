/** What an incident that is under way waits for, in numbers. */

/** Of an accepted incident that waits for its turn. */
export interface QueuePlace {
  /** Incidents that are captured now, in all and of its group. */
  readonly capturing: number;
  readonly capturingOfGroup: number;
  /** Those that wait and whose turn comes before. */
  readonly ahead: number;
  readonly aheadOfGroup: number;
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
