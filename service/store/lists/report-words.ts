import type { ReportData } from '../../report/report-data.ts';

/** More than some hundred names are not what anybody searches an incident by; a hostile machine may send any number. */
const MAX_LENGTH = 20_000;

/** What an incident is to be found by besides its headline: what the findings name. The migration says the same. */
export function reportWords(report: ReportData): string {
  const words = report.findings.flatMap((finding) => [
    finding.function,
    finding.package,
    finding.file,
    finding.through,
  ]);
  return [...new Set(words)]
    .filter((word) => typeof word === 'string')
    .join('\n')
    .slice(0, MAX_LENGTH)
    .toWellFormed();
}
