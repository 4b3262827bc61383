import type { Differential, Finding } from '../../compare/differential.ts';
import type { Profile } from '../../profile/profile.ts';
import type { ReportPlace, ReportSource, SourceHost } from '../../report/source/source-data.ts';
import type { Capture } from '../incident.ts';
import { sourcePlaces } from './source-places.ts';

/** A side of the comparison. */
export interface PlanSide {
  readonly capture: Capture;
  readonly profile: Profile;
}

export interface PlanInput {
  readonly hot: PlanSide;
  readonly healthy: PlanSide;
  readonly differential: Differential;
  /** Those of the report. */
  readonly findings: readonly Finding[];
  /** Key of a finding's function → index in the healthy profile. */
  readonly healthyFunctions: ReadonlyMap<string, number>;
}

/** What will be asked of whom; null where no finding has a file. */
export function planSource(input: PlanInput): ReportSource | null {
  const { hot, healthy, differential, findings, healthyFunctions } = input;
  const hotFunctions = new Map(hot.profile.functions.map((fn, index) => [fn.key, index]));
  const keyOf = (finding: Finding) => differential.tree.functions[finding.fn]?.key ?? '';
  const places = sourcePlaces({
    hot: hot.profile,
    healthy: healthy.profile,
    findings,
    hotFunction: (finding) => hotFunctions.get(keyOf(finding)),
    healthyFunction: (finding) => healthyFunctions.get(keyOf(finding)),
  });
  // What runs there now need not be what ran when a baseline was recorded.
  const there = healthy.capture.baseline === undefined ? places.healthy : [];
  const hosts = [...hostOf('hot', hot, places.hot), ...hostOf('healthy', healthy, there)];
  return hosts.length > 0 ? { version: 1, hosts } : null;
}

function hostOf(role: SourceHost['role'], { capture }: PlanSide, places: readonly ReportPlace[]): SourceHost[] {
  const { id: captureId, instanceId } = capture;
  return places.length > 0 ? [{ role, instanceId, captureId, state: 'pending', failure: null, places }] : [];
}
