import { alarmCpuPercent } from '../alarms/cpu-metric.ts';
import { compare } from '../compare/compare.ts';
import type { Differential } from '../compare/differential.ts';
import { ageOfBaseline } from '../incidents/baseline/report-baseline.ts';
import { toFailure } from '../incidents/failure.ts';
import type { RawCapture } from '../incidents/files/analysis-port.ts';
import type { Incident } from '../incidents/incident.ts';
import type { ReadCapture } from '../incidents/report-builder.ts';
import type { PlanSide } from '../incidents/source/plan-source.ts';
import { apartByImage } from '../profile/container/apart-by-image.ts';
import type { Profile } from '../profile/profile.ts';
import { AppError } from '../shared/errors.ts';
import { healthyFunctions } from './healthy-functions.ts';

/** Reads what an instance sent (gzipped capture form). Throws `AppError`. */
export type DecodeProfile = (bytes: Uint8Array) => Promise<Profile>;

export interface Compared {
  readonly hot: PlanSide;
  /** The first peer: its picture and its code are shown. */
  readonly healthy: PlanSide;
  readonly differential: Differential;
  readonly healthyFunctions: ReadonlyMap<string, number>;
}

/** All that the files of an incident are made from. */
export interface Sides {
  readonly captures: readonly ReadCapture[];
  readonly hot: Profile | null;
  readonly healthy: Profile | null;
  readonly compared: Compared | null;
  readonly bugs: readonly { readonly captureId: string; readonly stack: string }[];
}

/** Decodes and compares. A capture that cannot be read is a failed side, not a failed incident. */
export async function readSides(decode: DecodeProfile, incident: Incident, raw: readonly RawCapture[]): Promise<Sides> {
  const results = await Promise.all(raw.map((one) => read(decode, one)));
  const captures = withApartImages(results.map(({ capture }) => capture));
  const hot = captures.filter(({ capture }) => capture.role === 'hot').find(isSide);
  const healthySides = captures.filter(({ capture }) => capture.role === 'peer').filter(isSide);
  const recorded = healthySides.filter(({ capture }) => capture.baseline === undefined);
  // What is of the same seconds says more.
  const peers = recorded.length > 0 ? recorded : healthySides;
  const healthy = peers[0];
  return {
    captures,
    hot: hot?.profile ?? null,
    healthy: healthy?.profile ?? null,
    compared: hot && healthy ? comparison(incident, hot, healthy, peers) : null,
    bugs: results.flatMap(({ bug }) => (bug === null ? [] : [bug])),
  };
}

async function read(decode: DecodeProfile, { capture, bytes, failure }: RawCapture) {
  if (bytes === null) return { capture: { capture, profile: null, failure }, bug: null };
  try {
    return { capture: { capture, profile: await decode(bytes), failure: null }, bug: null };
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      capture: { capture, profile: null, failure: toFailure(error, capture.incidentId) },
      bug: error instanceof AppError ? null : { captureId: capture.id, stack },
    };
  }
}

/** What is drawn, listed and asked for has the same functions as the comparison. */
function withApartImages(captures: readonly ReadCapture[]): ReadCapture[] {
  const profiles = captures.flatMap(({ profile }) => (profile === null ? [] : [profile]));
  const told = new Map(apartByImage(profiles).map((profile, i) => [profiles[i], profile]));
  return captures.map((one) => ({ ...one, profile: told.get(one.profile ?? undefined) ?? null }));
}

function isSide(one: ReadCapture): one is ReadCapture & PlanSide {
  return one.profile !== null;
}

function comparison(incident: Incident, hot: PlanSide, healthy: PlanSide, peers: readonly PlanSide[]): Compared {
  const profiles = peers.map(({ profile }) => profile);
  const alarm = { cpuPercent: alarmCpuPercent(incident.alarm) };
  const baselineAgeMs =
    healthy.capture.baseline === undefined ? undefined : ageOfBaseline(hot.capture, healthy.capture);
  return {
    hot,
    healthy,
    differential: compare(profiles, hot.profile, { alarm, ...(baselineAgeMs !== undefined && { baselineAgeMs }) }),
    healthyFunctions: healthyFunctions(hot.profile, healthy.profile),
  };
}
