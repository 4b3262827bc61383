import type { ReportData } from '../../report/report-data.ts';
import type { Clock } from '../../shared/clock.ts';
import { failureWords } from '../failure.ts';
import type { Capture, Failure, Incident } from '../incident.ts';
import { buildReport, type ReadCapture } from '../report-builder.ts';
import { withFirst } from '../second/with-first.ts';
import type { Step } from '../step.ts';
import { withTies } from '../tied/ties-of.ts';
import { type WriteReportDeps, writeReport } from './write-report.ts';

export interface ReportFailureDeps extends WriteReportDeps {
  readonly clock: Clock;
}

/**
 * failed → reported: what could not be done, and why; with the analysis when there was one. The report follows from
 * what is stored, so a second try writes the same; it needs no recording, no graph and no thread that works.
 */
export function reportFailureStep(deps: ReportFailureDeps): Step {
  const { store } = deps;
  return async (incident, signal) => {
    const analyzed = await store.report(incident.id);
    const report =
      analyzed === undefined
        ? await withFirst(store, incident, await withoutAnalysis(deps, incident))
        : withFailure(analyzed, incident);
    await store.saveReport(incident.id, await withTies(store, incident.id, report));
    await writeReport(deps, incident.id, { signal, isLastResort: true });
    return { kind: 'advance', to: 'reported', detail: 'the report says what failed' };
  };
}

/** Said first and once, however often this step is tried. */
function withFailure(analyzed: ReportData, { failure }: Incident): ReportData {
  if (failure === null) return analyzed;
  return { ...analyzed, shortcomings: [...new Set([failureWords(failure), ...analyzed.shortcomings])] };
}

async function withoutAnalysis({ store, clock }: ReportFailureDeps, incident: Incident): Promise<ReportData> {
  return buildReport({
    incident,
    captures: (await store.captures(incident.id)).map(unread),
    hot: null,
    differential: null,
    files: await store.files(incident.id),
    nowMs: clock.now(),
  });
}

function unread(capture: Capture): ReadCapture {
  const failure = capture.outcome === 'collected' ? NOT_ANALYZED : capture.failure;
  return { capture, profile: null, failure };
}

const NOT_ANALYZED: Failure = {
  code: 'NOT_ANALYZED',
  message: 'It was recorded, but could not be analyzed.',
  hint: 'The recording is kept.',
};
