/** What baselines ask of the database; a part of `IncidentStore`. */
import type { BaselineFacts } from '../../rules/baseline.ts';
import type { CaptureId, IncidentId } from '../../shared/ids.ts';
import type { StoredFile } from '../files/stored-file.ts';
import type { Capture, Failure } from '../incident.ts';
import type { Baseline, ClaimedBaseline, NewBaseline } from './baseline.ts';

export interface BaselineStore {
  /** Groups with an incident that was opened since, those with the newest first. */
  baselineFacts(sinceMs: number, limit: number): Promise<BaselineFacts>;
  /**
   * Writes one that is to be recorded, or one that failed before that (`failure`). False, and nothing is written, while
   * another one is under way, or an alarm waits for its turn or is captured.
   */
  beginBaseline(baseline: NewBaseline): Promise<boolean>;
  /** Takes the lease of the one that is due; undefined when none is. */
  claimBaseline(owner: string, nowMs: number, leaseUntilMs: number): Promise<ClaimedBaseline | undefined>;
  renewBaseline(id: CaptureId, owner: string, leaseUntilMs: number): Promise<boolean>;
  /** Releases the lease and comes back later; false when the lease was lost, or the baseline has ended. */
  postponeBaseline(id: CaptureId, owner: string, attempts: number, nextMs: number): Promise<boolean>;
  /** When one becomes due, later than now; undefined when none is under way. */
  nextBaselineMs(nowMs: number): Promise<number | undefined>;
  baseline(id: CaptureId): Promise<Baseline | undefined>;
  /** What came back. Throws `ARTIFACT_MISSING`. */
  baselineFile(id: CaptureId): Promise<StoredFile | undefined>;
  noteBaseline(id: CaptureId, facts: { readonly startAtMs?: number; readonly commandId?: string }): Promise<void>;
  /** Keeps what came back. Throws `ARTIFACT_UNWRITABLE`. */
  putBaseline(id: CaptureId, content: Uint8Array): Promise<void>;
  endBaseline(id: CaptureId, outcome: 'collected' | 'failed', failure: Failure | null): Promise<void>;
  /** Of a group of any place, the newest first. */
  baselines(group: string, limit: number): Promise<readonly Baseline[]>;
  /**
   * Makes the newest baseline of the group of an incident that was begun since one of its captures, a peer of another
   * moment; one of which the file is gone only where there is no other. Undefined when there is none. Once: what was
   * adopted before is given again.
   */
  adoptBaseline(id: IncidentId, captureId: CaptureId, sinceMs: number): Promise<Capture | undefined>;
}
