/** What a report says of the recording that stood in for a peer. */
import { formatDuration } from '../../shared/text/duration.ts';
import { clean } from '../clean-text.ts';
import type { ReportBaseline, ReportData } from '../report-data.ts';

const NAME = 120;
const IMAGES = 3;

/** Whether what the two sides ran is known to differ: then a difference may be that of the releases. */
export function isOtherRelease({ launchedBy, hotLaunchedBy, images }: ReportBaseline): boolean {
  const isOtherLaunch = launchedBy !== null && hotLaunchedBy !== null && launchedBy !== hotLaunchedBy;
  return isOtherLaunch || (images.hot.length > 0 && images.baseline.length > 0);
}

/** Behind the name of the instance: `healthy, 3 h earlier, same launch template web v7`. */
export function baselineFacts(baseline: ReportBaseline): string {
  return [`healthy, ${formatDuration(baseline.agoMs)} earlier`, ...launchWords(baseline), ...imageWords(baseline)].join(
    ', ',
  );
}

/** `the same instance` where nobody else is there to be recorded. */
export function baselineInstance({ instanceId }: ReportBaseline, { hotInstance }: Pick<ReportData, 'hotInstance'>) {
  return instanceId === hotInstance ? 'the same instance' : clean(instanceId, NAME);
}

function launchWords({ launchedBy, hotLaunchedBy }: ReportBaseline): string[] {
  if (launchedBy === null || hotLaunchedBy === null) return ['release not known'];
  if (launchedBy === hotLaunchedBy) return [`same ${clean(launchedBy, NAME)}`];
  return [`of ${clean(launchedBy, NAME)} (the hot instance: ${clean(hotLaunchedBy, NAME)})`];
}

function imageWords({ images }: ReportBaseline): string[] {
  if (images.hot.length === 0 || images.baseline.length === 0) return [];
  const some = (all: readonly string[]) =>
    all
      .slice(0, IMAGES)
      .map((image) => clean(image, NAME))
      .join(', ');
  return [`image ${some(images.baseline)} (the hot instance: ${some(images.hot)})`];
}

/** Under "What is missing": in which way it is less than a peer. */
export function baselineShortcoming(baseline: ReportBaseline, data: Pick<ReportData, 'hotInstance'>): string {
  const whose = baselineInstance(baseline, data);
  const release = isOtherRelease(baseline) ? ' It ran another release, so what differs may come from that.' : '';
  return `Nobody could be recorded in the same seconds: compared with ${whose}, ${baselineFacts(baseline)}.${release}`;
}
