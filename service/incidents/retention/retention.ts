/** What is kept how long, and what deleting has done. */

/** Null: for ever, or without a limit. */
export interface RetentionPolicy {
  readonly incidentMs: number | null;
  /** Of all files together. */
  readonly fileBytes: number | null;
  readonly notificationMs: number | null;
  /** Of a notification; the row stays. */
  readonly bodyMs: number | null;
}

/** What a step of deleting has done, or what a whole run would do. */
export interface Pruned {
  readonly incidents: number;
  readonly notifications: number;
  /** Notifications that lost their body. */
  readonly bodies: number;
  readonly files: number;
  readonly fileBytes: number;
}

export const NOTHING_PRUNED: Pruned = { incidents: 0, notifications: 0, bodies: 0, files: 0, fileBytes: 0 };

export function addPruned(one: Pruned, other: Pruned): Pruned {
  return {
    incidents: one.incidents + other.incidents,
    notifications: one.notifications + other.notifications,
    bodies: one.bodies + other.bodies,
    files: one.files + other.files,
    fileBytes: one.fileBytes + other.fileBytes,
  };
}

/** What is left of an incident that was deleted. */
export interface PrunedIncident {
  readonly id: string;
  readonly headline: string | null;
  readonly alarmName: string;
  readonly group: string | null;
  readonly openedAtMs: number;
  readonly prunedAtMs: number;
  /** Who wanted it gone; null where age or size did. */
  readonly deletedBy: string | null;
}
