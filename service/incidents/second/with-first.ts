import type { ReportData } from '../../report/report-data.ts';
import { ofSecond } from '../../report/second/second-words.ts';
import type { Incident } from '../incident.ts';
import type { IncidentStore } from '../store-port.ts';

/** The report of a second recording, in the words of somebody who knows the first one; any other as it is. */
export async function withFirst(
  store: Pick<IncidentStore, 'report'>,
  { alarm: { second } }: Incident,
  report: ReportData,
): Promise<ReportData> {
  return second === undefined ? report : ofSecond(report, (await store.report(second.of)) ?? null, second);
}
