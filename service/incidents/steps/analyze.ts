import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { adoptBaseline, hasPeer } from '../baseline/adopt-baseline.ts';
import type { AnalysisPort } from '../files/analysis-port.ts';
import type { IncidentFiles } from '../files/incident-files.ts';
import { rawCaptures } from '../files/raw-captures.ts';
import type { Incident } from '../incident.ts';
import { withFirst } from '../second/with-first.ts';
import { storeSource } from '../source/stored-source.ts';
import type { Step } from '../step.ts';
import type { IncidentStore } from '../store-port.ts';
import { withTies } from '../tied/ties-of.ts';
import { withEarlier } from '../triage/earlier.ts';

export interface AnalyzeDeps {
  readonly store: IncidentStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly analysis: AnalysisPort;
  readonly files: IncidentFiles;
  /** Whether the next step shall fetch the code around the findings. */
  readonly planSource: boolean;
  /** Whether it may have a process recorded once more (`V8_ENGINE=confirm`). */
  readonly planConfirmation: boolean;
}

/** The rule of the incident says it, or the configuration does. */
function mayConfirm({ plan }: Incident, configured: boolean): boolean {
  const { v8Engine } = plan?.settings ?? {};
  return v8Engine === undefined ? configured : v8Engine === 'confirm';
}

/** collected → analyzed: the comparison, the report's data, and what code to ask for. The graphs are not kept. */
export function analyzeStep(deps: AnalyzeDeps): Step {
  const { store, planSource, planConfirmation } = deps;
  return async (incident, signal) => {
    const analyze = async () => {
      const input = {
        incident,
        captures: await rawCaptures(store, incident.id),
        files: await store.files(incident.id),
        nowMs: deps.clock.now(),
        planSource,
        // A second recording would be in the way of an alarm.
        planConfirmation: mayConfirm(incident, planConfirmation) && incident.alarm.drill === undefined,
      };
      return deps.analysis.analyze(input, { signal, ahead: true });
    };
    if (!hasPeer(await store.captures(incident.id))) await adoptBaseline(deps, incident);
    const first = await analyze();
    // What the peer sent may be no recording.
    const isAlone = first.report.hot === null && first.report.topFunctions.length > 0;
    const adopted = isAlone && first.report.baseline === undefined && (await adoptBaseline(deps, incident));
    const { report: made, source, files, bugs } = adopted ? await analyze() : first;
    for (const { captureId, stack } of bugs)
      deps.log.error({ incidentId: incident.id, captureId, stack }, 'a bug: the recording could not be read');
    if (source !== null) await storeSource(store, incident.id, source);
    await deps.files.keep(incident.id, files);
    const tied = await withTies(store, incident.id, await withEarlier(store, incident.id, made));
    const report = await withFirst(store, incident, tied);
    return { kind: 'advance', to: 'analyzed', detail: report.verdict.headline, changes: { report } };
  };
}
