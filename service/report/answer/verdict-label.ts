import type { VerdictClass } from '../../compare/differential.ts';
import type { ReportData } from '../report-data.ts';

/** What stands on the pill of an incident. */
export type VerdictLabel = VerdictClass | 'no profile' | 'drill';

/** How the headline of a report without a profile of the hot instance begins: a list of incidents has no more. */
export const NO_PROFILE = 'no profile of the hot instance';

/** Nothing of the hot instance was read: `inconclusive` would claim that somebody looked. */
export function hasNoProfile(data: Pick<ReportData, 'captures'>): boolean {
  const hot = data.captures.find((capture) => capture.role === 'hot');
  return hot === undefined || hot.failure !== null;
}

export function verdictLabel(data: Pick<ReportData, 'captures' | 'verdict' | 'isDrill'>): VerdictLabel {
  if (data.isDrill) return 'drill';
  return data.verdict.class === 'inconclusive' && hasNoProfile(data) ? 'no profile' : data.verdict.class;
}

/** The same of what a list knows of an incident. */
export function rowLabel(verdictClass: VerdictClass, headline: string | null): VerdictLabel {
  return headline?.startsWith(NO_PROFILE) ? 'no profile' : verdictClass;
}
