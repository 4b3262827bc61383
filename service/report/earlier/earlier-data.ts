/** What was said of an earlier incident of the same group with the same headline function. Stored with the report. */

interface EarlierRemark {
  readonly text: string;
  readonly by: string;
  readonly atMs: number;
}

export interface EarlierRemarks {
  readonly incidentId: string;
  readonly openedAtMs: number;
  /** The text may be empty: known, and nobody said what. */
  readonly known: EarlierRemark | null;
  readonly fixed: EarlierRemark | null;
  /** Those that are open, the newest first. */
  readonly notes: readonly EarlierRemark[];
}
