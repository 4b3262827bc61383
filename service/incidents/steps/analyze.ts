import { hostCpuPercent } from '../../alarms/cpu-metric.ts';
import { compare } from '../../compare/compare.ts';
import { comparisonJson } from '../../compare/comparison-json.ts';
import type { Differential } from '../../compare/differential.ts';
import { differentialSvg } from '../../flamegraph/differential-svg.ts';
import { differentialPicture, profilePicture } from '../../flamegraph/picture/static-svg.ts';
import { profileSvg } from '../../flamegraph/profile-svg.ts';
import { apartByImage } from '../../profile/container/apart-by-image.ts';
import type { Profile } from '../../profile/profile.ts';
import { rootByProcess } from '../../profile/root-by-process.ts';
import type { Clock } from '../../shared/clock.ts';
import type { IncidentId } from '../../shared/ids.ts';
import { toFailure } from '../failure.ts';
import { healthyFunctions } from '../healthy-functions.ts';
import { type Capture, captureFile, type Incident } from '../incident.ts';
import { buildReport, type ReadCapture } from '../report-builder.ts';
import { type PlanSide, planSource } from '../source/plan-source.ts';
import { storeSource } from '../source/stored-source.ts';
import type { Step } from '../step.ts';
import type { IncidentStore } from '../store-port.ts';
import { putText } from './write-report.ts';

export interface AnalyzeDeps {
  readonly store: IncidentStore;
  readonly clock: Clock;
  /** What an instance sent (gzipped capture form) → Profile. Throws `AppError`. */
  readonly decodeProfile: (bytes: Uint8Array) => Promise<Profile>;
  /** Picture for the mail. */
  readonly rasterise: (svg: string) => Uint8Array;
  /** Whether the next step shall fetch the code around the findings. */
  readonly planSource: boolean;
}

/** collected → analyzed: profiles, the comparison, the graphs, the report's data, and what code to ask for. */
export function analyzeStep(deps: AnalyzeDeps): Step {
  return async (incident) => {
    const captures = withApartImages(await readCaptures(deps, incident.id));
    const hot = captures.filter((read) => read.capture.role === 'hot').find(isSide);
    const peers = captures.filter((read) => read.capture.role === 'peer').filter(isSide);
    const healthy = peers[0];
    const { metric, observed } = incident.alarm;
    const alarm = { cpuPercent: hostCpuPercent(metric, observed) };
    const compared = hot && healthy && comparison(hot, healthy, peers, alarm);
    await draw(deps, incident, {
      hot: hot?.profile ?? null,
      healthy: healthy?.profile ?? null,
      compared: compared ?? null,
    });
    const report = buildReport({
      incident,
      captures,
      hot: hot?.profile ?? null,
      differential: compared?.differential ?? null,
      files: await deps.store.files(incident.id),
      nowMs: deps.clock.now(),
    });
    const source = deps.planSource && compared ? planSource({ ...compared, findings: report.findings }) : null;
    if (source !== null) await storeSource(deps.store, incident.id, source);
    const detail = report.verdict.headline;
    return { kind: 'advance', to: 'analyzed', detail, changes: { report } };
  };
}

/** What is drawn, listed and asked for has the same functions as the comparison. */
function withApartImages(captures: readonly ReadCapture[]): ReadCapture[] {
  const profiles = captures.flatMap(({ profile }) => (profile === null ? [] : [profile]));
  const told = new Map(apartByImage(profiles).map((profile, i) => [profiles[i], profile]));
  return captures.map((read) => ({ ...read, profile: told.get(read.profile ?? undefined) ?? null }));
}

function isSide(read: ReadCapture): read is ReadCapture & PlanSide {
  return read.profile !== null;
}

interface Compared {
  readonly hot: PlanSide;
  /** The first peer: its picture and its code are shown. */
  readonly healthy: PlanSide;
  readonly differential: Differential;
  readonly healthyFunctions: ReadonlyMap<string, number>;
}

function comparison(
  hot: PlanSide,
  healthy: PlanSide,
  peers: readonly PlanSide[],
  alarm: { readonly cpuPercent: number | null },
): Compared {
  const profiles = peers.map(({ profile }) => profile);
  return {
    hot,
    healthy,
    differential: compare(profiles, hot.profile, { alarm }),
    healthyFunctions: healthyFunctions(hot.profile, healthy.profile),
  };
}

/** A capture that cannot be read is a failed side, not a failed incident. */
async function readCaptures(deps: AnalyzeDeps, id: IncidentId): Promise<ReadCapture[]> {
  const read = async (capture: Capture): Promise<ReadCapture> => {
    const file = capture.outcome === 'collected' ? await deps.store.file(id, captureFile(capture)) : undefined;
    if (!file) return { capture, profile: null, failure: capture.failure };
    try {
      return { capture, profile: await deps.decodeProfile(file.content), failure: null };
    } catch (error) {
      return { capture, profile: null, failure: toFailure(error) };
    }
  };
  return Promise.all((await deps.store.captures(id)).map(read));
}

interface Graphs {
  readonly hot: Profile | null;
  readonly healthy: Profile | null;
  readonly compared: Compared | null;
}

/** The first finding's function as each side calls it. */
function culprits(compared: Compared | null): { readonly hot?: string; readonly healthy?: string } {
  const top = compared?.differential.findings[0];
  const hot = top && compared?.differential.tree.functions[top.fn]?.key;
  if (compared === null || hot === undefined) return {};
  const healthy = compared.healthy.profile.functions[compared.healthyFunctions.get(hot) ?? -1]?.key;
  return healthy === undefined ? { hot } : { hot, healthy };
}

/** Below this many cores nobody looks for them. */
const PROGRAMS_WORTH_DRAWING = 0.1;

function worthDrawing({ samples, facts }: Profile): boolean {
  return samples.length / ((facts.hz ?? 1) * (facts.seconds ?? 1)) >= PROGRAMS_WORTH_DRAWING;
}

async function draw(deps: AnalyzeDeps, incident: Incident, graphs: Graphs): Promise<void> {
  const title = incident.group ?? incident.alarm.name;
  const save = async (name: string, svg: string, picture: string) => {
    await putText(deps.store, incident.id, `${name}.svg`, 'image/svg+xml', svg);
    await deps.store.putFile(incident.id, `${name}.png`, 'image/png', deps.rasterise(picture));
  };
  const culprit = culprits(graphs.compared);
  for (const name of ['hot', 'healthy'] as const) {
    const profile = graphs[name];
    if (!profile) continue;
    const key = culprit[name];
    const options = {
      title: `${title}: ${name} instance ${profile.facts.instanceId ?? ''}`.trim(),
      ...(key === undefined ? {} : { culprit: key }),
    };
    await save(name, profileSvg(profile, options), profilePicture(profile, options));
  }
  if (graphs.hot?.programs !== undefined && worthDrawing(graphs.hot.programs)) {
    const programs = rootByProcess(graphs.hot.programs);
    const options = { title: `${title}: other programs of the hot instance` };
    await save('programs', profileSvg(programs, options), profilePicture(programs, options));
  }
  const differential = graphs.compared?.differential;
  if (!differential || differential.quality.grade === 'withheld') return;
  await putText(deps.store, incident.id, 'differential.json', 'application/json', comparisonJson(differential));
  const options = { title: `${title}: hot against healthy` };
  await save('differential', differentialSvg(differential, options), differentialPicture(differential, options));
}
