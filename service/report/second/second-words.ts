/** What a second recording says of the fire, beside the first one. */
import { formatDuration } from '../../shared/text/duration.ts';
import { clean } from '../clean-text.ts';
import type { ReportData } from '../report-data.ts';

const NAME = 60;
const MINUTE = 60_000;

/** Above the report: on page, file and mail. */
export function secondBanner({ afterMs }: NonNullable<ReportData['second']>): string {
  return (
    `This is the second recording of the same incident: the alarm was still on ${minutes(afterMs)} after the ` +
    'first report. There is no third one.'
  );
}

/** The same report, with a headline that says what has become of the first one's; `first`: null where it is gone. */
export function ofSecond(
  report: ReportData,
  first: ReportData | null,
  second: NonNullable<ReportData['second']>,
): ReportData {
  const { pieces: _, ...verdict } = report.verdict;
  const headline = `${minutes(second.afterMs)} later: ${become(report, first)}`;
  return { ...report, second, verdict: { ...verdict, headline } };
}

/** Seconds would say that somebody had waited for them. */
function minutes(ms: number): string {
  return formatDuration(Math.max(1, Math.round(ms / MINUTE)) * MINUTE);
}

function become({ verdict, findings: [now] }: ReportData, first: ReportData | null): string {
  const before = first?.findings[0];
  if (before === undefined) return verdict.headline;
  if (now === undefined) return `${verdict.headline}; ${clean(before.function, NAME)} no longer stands out`;
  const isSame = now.function === before.function && now.package === before.package;
  return isSame ? `still ${verdict.headline}` : `now ${verdict.headline}, no longer ${clean(before.function, NAME)}`;
}
