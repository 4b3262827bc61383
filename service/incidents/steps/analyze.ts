import { hostCpuPercent } from '../../alarms/cpu-metric.ts';
import { compare } from '../../compare/compare.ts';
import { comparisonJson } from '../../compare/comparison-json.ts';
import type { Differential } from '../../compare/differential.ts';
import { differentialSvg } from '../../flamegraph/differential-svg.ts';
import { differentialPicture, profilePicture } from '../../flamegraph/picture/static-svg.ts';
import { profileSvg } from '../../flamegraph/profile-svg.ts';
import type { Profile } from '../../profile/profile.ts';
import type { Clock } from '../../shared/clock.ts';
import type { IncidentId } from '../../shared/ids.ts';
import { type Capture, captureFile, type Incident } from '../incident.ts';
import { buildReport, type ReadCapture } from '../report-builder.ts';
import { type Step, toFailure } from '../runner.ts';
import type { IncidentStore } from '../store-port.ts';
import { putText } from './write-report.ts';

export interface AnalyzeDeps {
  readonly store: IncidentStore;
  readonly clock: Clock;
  /** What an instance sent (gzipped capture form) → Profile. Throws `AppError`. */
  readonly decodeProfile: (bytes: Uint8Array) => Promise<Profile>;
  /** Picture for the mail. */
  readonly rasterise: (svg: string) => Uint8Array;
}

/** collected → analyzed: profiles, the comparison, the graphs and the report's data. */
export function analyzeStep(deps: AnalyzeDeps): Step {
  return async (incident) => {
    const captures = await readCaptures(deps, incident.id);
    const hot = captures.find((read) => read.capture.role === 'hot')?.profile ?? null;
    const peers = captures.flatMap((read) => (read.capture.role === 'peer' && read.profile ? [read.profile] : []));
    const { metric, observed } = incident.alarm;
    const alarm = { cpuPercent: hostCpuPercent(metric, observed) };
    const differential = hot && peers.length > 0 ? compare(peers, hot, { alarm }) : null;
    draw(deps, incident, { hot, healthy: peers[0] ?? null, differential });
    const report = buildReport({
      incident,
      captures,
      hot,
      differential,
      files: deps.store.files(incident.id),
      nowMs: deps.clock.now(),
    });
    const detail = report.verdict.headline;
    return { kind: 'advance', to: 'analyzed', detail, changes: { report } };
  };
}

/** A capture that cannot be read is a failed side, not a failed incident. */
async function readCaptures(deps: AnalyzeDeps, id: IncidentId): Promise<ReadCapture[]> {
  const read = async (capture: Capture): Promise<ReadCapture> => {
    const file = capture.outcome === 'collected' ? deps.store.file(id, captureFile(capture)) : undefined;
    if (!file) return { capture, profile: null, failure: capture.failure };
    try {
      return { capture, profile: await deps.decodeProfile(file.content), failure: null };
    } catch (error) {
      return { capture, profile: null, failure: toFailure(error) };
    }
  };
  return Promise.all(deps.store.captures(id).map(read));
}

interface Graphs {
  readonly hot: Profile | null;
  readonly healthy: Profile | null;
  readonly differential: Differential | null;
}

function draw(deps: AnalyzeDeps, incident: Incident, graphs: Graphs): void {
  const title = incident.group ?? incident.alarm.name;
  const save = (name: string, svg: string, picture: string) => {
    putText(deps.store, incident.id, `${name}.svg`, 'image/svg+xml', svg);
    deps.store.putFile(incident.id, `${name}.png`, 'image/png', deps.rasterise(picture));
  };
  const top = graphs.differential?.findings[0];
  const culprit = top && graphs.differential?.tree.functions[top.fn]?.key;
  for (const name of ['hot', 'healthy'] as const) {
    const profile = graphs[name];
    if (!profile) continue;
    const options = {
      title: `${title}: ${name} instance ${profile.facts.instanceId ?? ''}`.trim(),
      ...(culprit === undefined ? {} : { culprit }),
    };
    save(name, profileSvg(profile, options), profilePicture(profile, options));
  }
  const { differential } = graphs;
  if (!differential || differential.quality.grade === 'withheld') return;
  putText(deps.store, incident.id, 'differential.json', 'application/json', comparisonJson(differential));
  const options = { title: `${title}: hot against healthy` };
  save('differential', differentialSvg(differential, options), differentialPicture(differential, options));
}
