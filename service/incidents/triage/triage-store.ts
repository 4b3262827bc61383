/** What people's work asks of the database; a part of `IncidentStore`. */
import type { EarlierRemarks } from '../../report/earlier/earlier-data.ts';
import type { Mute } from '../../rules/mute.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { Change } from './change.ts';
import type { Triage, TriageMarks } from './triage.ts';

/** What is written down of things that outlive an incident. */
export interface Operation {
  readonly id: number;
  readonly atMs: number;
  readonly who: string;
  readonly what: 'delete' | 'mute' | 'unmute';
  /** An incident, or a group. */
  readonly subject: string;
  readonly detail: string;
}

export interface LabelCount {
  readonly label: string;
  readonly incidents: number;
}

export interface TriageStore {
  triage(id: IncidentId, nowMs: number): Promise<Triage>;
  /** Of incidents in a list; of those that somebody works on, or whose group is muted. */
  marks(ids: readonly IncidentId[], nowMs: number): Promise<Readonly<Record<string, TriageMarks>>>;
  /**
   * The change and its row in the trail, in one transaction. False: all was as wanted. Throws what `judgeChange`
   * throws.
   */
  change(id: IncidentId, change: Change, by: string, nowMs: number): Promise<boolean>;
  labels(): Promise<readonly LabelCount[]>;

  /** Mutes a group, also one that is muted already: the new end counts. */
  mute(mute: Mute): Promise<void>;
  /** False when it was not muted. */
  unmute(group: string, by: string, nowMs: number): Promise<boolean>;
  /** Of the groups that are muted now, the one that ends first before the others. */
  mutes(nowMs: number): Promise<readonly Mute[]>;

  /**
   * Deletes an incident with all that is theirs, in steps of at most `maxRows` rows; true while there is more to do.
   * Throws `CHANGE_CONFLICT` for one that is under way or pinned.
   */
  deleteIncident(id: IncidentId, by: string, nowMs: number, maxRows: number): Promise<boolean>;
  /** The newest first. */
  operations(limit: number): Promise<readonly Operation[]>;

  /** What was said of earlier incidents of the same group with the same culprit, the newest first. */
  earlierRemarks(group: string, culprit: string, before: IncidentId): Promise<readonly EarlierRemarks[]>;
}
