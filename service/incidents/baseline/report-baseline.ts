import type { Profile } from '../../profile/profile.ts';
import type { ReportBaseline } from '../../report/report-data.ts';
import type { Capture, Incident } from '../incident.ts';

interface Read {
  readonly capture: Capture;
  readonly profile: Profile | null;
}

/** From the recording of a baseline to that of the hot instance. */
export function ageOfBaseline(hot: Capture, { startAtMs }: Capture): number {
  return Math.max(0, (hot.startAtMs ?? 0) - (startAtMs ?? 0));
}

/** The baseline that the hot instance was compared with; undefined where there was a peer, or nothing. */
export function reportBaseline(incident: Incident, captures: readonly Read[]): ReportBaseline | undefined {
  const readable = captures.filter(({ profile }) => profile !== null);
  const hot = readable.find(({ capture }) => capture.role === 'hot');
  const healthy = readable.filter(({ capture }) => capture.role === 'peer');
  const found = healthy.find(({ capture }) => capture.baseline !== undefined);
  if (hot === undefined || found?.capture.baseline === undefined || healthy.length > 1) return undefined;
  const { capture } = found;
  const [ranHot, ranBefore] = [imagesOf(hot), imagesOf(found)];
  return {
    instanceId: capture.instanceId,
    agoMs: ageOfBaseline(hot.capture, capture),
    launchedBy: found.capture.baseline.launchedBy,
    hotLaunchedBy: incident.members.find(({ role }) => role === 'hot')?.launchedBy ?? null,
    images: { hot: without(ranHot, ranBefore), baseline: without(ranBefore, ranHot) },
  };
}

function imagesOf({ profile }: Read): readonly string[] {
  return [...new Set((profile?.processes ?? []).flatMap(({ runsIn }) => runsIn?.image ?? []))].sort();
}

function without(all: readonly string[], others: readonly string[]): readonly string[] {
  return all.filter((one) => !others.includes(one));
}
