import type { Clock } from '../../shared/clock.ts';
import { buildReport } from '../report-builder.ts';
import type { Step } from '../step.ts';
import type { IncidentStore } from '../store-port.ts';
import { type WriteReportDeps, writeReport } from './write-report.ts';

export interface ReportFailureDeps extends WriteReportDeps {
  readonly store: IncidentStore;
  readonly clock: Clock;
}

/** failed → reported: what could not be done, and why; with the analysis when there was one. */
export function reportFailureStep(deps: ReportFailureDeps): Step {
  return async (incident) => {
    const captures = (await deps.store.captures(incident.id)).map((capture) => ({
      capture,
      profile: null,
      failure: capture.failure,
    }));
    const fresh = buildReport({
      incident,
      captures,
      hot: null,
      differential: null,
      files: await deps.store.files(incident.id),
      nowMs: deps.clock.now(),
    });
    const analyzed = await deps.store.report(incident.id);
    const report = analyzed ? { ...analyzed, shortcomings: [...fresh.shortcomings, ...analyzed.shortcomings] } : fresh;
    await deps.store.saveReport(incident.id, report);
    await writeReport(deps, incident.id);
    return { kind: 'advance', to: 'reported', detail: 'the report says what failed' };
  };
}
