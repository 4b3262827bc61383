import type { ReportData } from '../../report/report-data.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { TriageStore } from './triage-store.ts';

/**
 * What makes the culprits of two reports the same: the name, the package, and the name of the file, whose folder may be
 * another one in each release. Null where no function is named. The migration says the same.
 */
export function culpritOf(report: ReportData): string | null {
  const [first] = report.findings;
  if (first === undefined || first.function === '') return null;
  return [first.function, first.package ?? '', first.file?.split('/').at(-1) ?? ''].join('\n').toWellFormed();
}

/** The report with what was said of its culprit before. */
export async function withEarlier(
  store: Pick<TriageStore, 'earlierRemarks'>,
  id: IncidentId,
  report: ReportData,
): Promise<ReportData> {
  const culprit = culpritOf(report);
  if (report.group === null || culprit === null) return report;
  const earlier = await store.earlierRemarks(report.group, culprit, id);
  return earlier.length === 0 ? report : { ...report, earlier };
}
