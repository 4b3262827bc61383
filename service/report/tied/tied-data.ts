/** What an incident has to do with others under the same composite alarm. */

/** The composite alarm that it was opened under. */
export interface ReportUnder {
  readonly alarmName: string;
  /** The incident of that alarm. */
  readonly incidentId: string;
  /** Whom that is captured on: a group, or an instance without one. */
  readonly where: string;
}

/** An alarm of another group under the composite alarm of the incident. */
export interface ReportTied {
  readonly alarmName: string;
  /** `group api`, `instance i-0abc…`. */
  readonly scope: string;
  /** Null where there is none, or it was deleted. */
  readonly incidentId: string | null;
  /** Of that one; null while it has no report. */
  readonly headline: string | null;
  /** Why it is not captured; null where it is, by that incident. */
  readonly why: string | null;
}
