import type { ReportData } from '../../report/report-data.ts';

/** More than some hundred names are not what anybody searches an incident by; a hostile machine may send any number. */
const MAX_LENGTH = 20_000;

/** What an incident is to be found by besides its headline: what the findings name, and the programs to blame. */
export function reportWords(report: ReportData): string {
  const words = report.findings.flatMap((finding) => [
    finding.function,
    finding.package,
    finding.file,
    finding.through,
    finding.calledFrom,
    finding.container,
  ]);
  words.push(...[report.verdict.program, ...(report.programs ?? [])].map((program) => program?.name));
  return [...new Set(words)]
    .filter((word) => typeof word === 'string')
    .join('\n')
    .slice(0, MAX_LENGTH)
    .toWellFormed();
}
