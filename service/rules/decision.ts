import type { IncidentId } from '../shared/ids.ts';
import type { IncidentPlan } from './rule-book.ts';

/** An incident that ends with the composite alarm that it was opened under. */
export interface TiedEnd {
  readonly incidentId: IncidentId;
  /** How long its own alarm was on, where whoever got its report is told. */
  readonly tellAfterMs?: number;
  readonly reason: string;
}

/**
 * What becomes of a verified alarm message. `outcome` is also the word in the log; `reason` is a sentence with
 * numbers that the page shows as the answer to "why did it (not) fire?".
 */
export type Decision =
  /**
   * Opens an incident. `supersedes`: an incident still open that this one takes the place of, to be closed with it.
   * `plan`: where there is a rules file.
   */
  | {
      readonly outcome: 'accepted';
      readonly supersedes: IncidentId | null;
      readonly plan?: IncidentPlan;
      readonly reason: string;
    }
  /** The same fire: the message is noted with the open incident, nothing is captured. */
  | { readonly outcome: 'attached'; readonly incidentId: IncidentId; readonly reason: string }
  /**
   * The fire is out: the incident ends. `tellAfterMs`: how long it burned, where whoever got the report is told.
   * `tied`: what ends with it.
   */
  | {
      readonly outcome: 'closed';
      readonly incidentId: IncidentId;
      readonly tellAfterMs?: number;
      readonly tied?: readonly TiedEnd[];
      readonly reason: string;
    }
  /** Would have been captured, but a limit is reached. */
  | { readonly outcome: 'throttled'; readonly reason: string }
  | { readonly outcome: 'ignored'; readonly tied?: readonly TiedEnd[]; readonly reason: string }
  /** The same change of state came before under another message id (two topics, an overlapping subscription). */
  | { readonly outcome: 'duplicate'; readonly reason: string };
