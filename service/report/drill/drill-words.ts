/** What a report says when no alarm went off, and somebody tried the chain out. */
import { hasNoProfile, NO_PROFILE } from '../answer/verdict-label.ts';
import type { ReportData } from '../report-data.ts';

/** Above the report: on page, file and mail. */
export const DRILL_BANNER =
  'This is a drill: somebody tried out the whole way from an alarm to this report. No alarm went off, and nothing ' +
  'has to be done.';

const PREFIX = 'Drill: ';

/** The same report, with a headline that calls nothing a fire. */
export function ofDrill(report: ReportData): ReportData {
  const { pieces: _, ...verdict } = report.verdict;
  return { ...report, isDrill: true, verdict: { ...verdict, headline: `${PREFIX}${headline(report)}` } };
}

/** Where a mark says already that it is a drill. */
export function withoutDrill(headline: string): string {
  return headline.startsWith(PREFIX) ? headline.slice(PREFIX.length) : headline;
}

function headline(report: ReportData): string {
  const { hotInstance, peerInstances, verdict } = report;
  if (hasNoProfile(report)) return `the chain does not work: ${causeIn(verdict.headline)}`;
  if (report.hot === null || report.healthy === null) {
    const why = peerInstances.length > 0 ? 'the peer could not be recorded' : 'there is no peer to compare it with';
    return `${hotInstance} was profiled; ${why}`;
  }
  return `the chain works: ${[hotInstance, ...peerInstances].join(' and ')} were profiled; ${found(report)}`;
}

function causeIn(headline: string): string {
  return headline.startsWith(`${NO_PROFILE}: `) ? headline.slice(NO_PROFILE.length + 2) : headline;
}

function found({ verdict, quality, findings }: ReportData): string {
  // A difference between two calm instances is told like any other.
  if (verdict.class !== 'inconclusive' || findings.length > 0) return verdict.headline;
  return quality.grade === 'withheld'
    ? 'too little was recorded to compare them'
    : 'no function burns more on one than on the other';
}
