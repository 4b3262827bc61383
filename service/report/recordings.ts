import { incidentHref } from '../pages/incident-words.ts';
import { clean } from './clean-text.ts';
import type { ReportData } from './report-data.ts';

/** A capture that could be read: what is drawn and exported. */
export interface Recording {
  /** As in addresses and file names: `hot`, `healthy`, and with more peers `healthy-2`, `healthy-3`. */
  readonly name: string;
  readonly captureId: string;
  readonly instanceId: string;
  /** `Healthy peer 2`. */
  readonly title: string;
}

/** `hot` and `healthy` are those of the graphs of the same names. */
export function recordings(report: Pick<ReportData, 'captures'>): Recording[] {
  let peers = 0;
  return report.captures
    .filter((capture) => capture.failure === null)
    .map(({ role, captureId, instanceId }) => {
      if (role === 'hot') return { name: 'hot', captureId, instanceId, title: 'Hot instance' };
      peers += 1;
      const suffix = peers === 1 ? '' : String(peers);
      return {
        name: suffix === '' ? 'healthy' : `healthy-${suffix}`,
        captureId,
        instanceId,
        title: `Healthy peer ${suffix}`.trim(),
      };
    });
}

/** What a recording can be taken away as: end of the file's name, and what a person calls it. */
export const EXPORTS = [
  { ending: '.folded', format: 'folded', words: 'Folded stacks', contentType: 'text/plain; charset=utf-8' },
  { ending: '.speedscope.json', format: 'speedscope', words: 'speedscope', contentType: 'application/json' },
  { ending: '.pb.gz', format: 'pprof', words: 'pprof', contentType: 'application/gzip' },
  { ending: '.capture.gz', format: 'capture', words: 'As recorded', contentType: 'application/gzip' },
] as const;

export type Export = (typeof EXPORTS)[number];

export function exportHref(incidentId: string, name: string, ending: Export['ending']): string {
  return `${incidentHref(incidentId)}/exports/${name}${ending}`;
}

/** speedscope's page with the profile loaded: it reads what stands behind the `#`, and shows the title. */
export function speedscopeHref(incidentId: string, recording: Recording): string {
  const facts = {
    profileURL: exportHref(incidentId, recording.name, '.speedscope.json'),
    title: `${recording.title} ${clean(recording.instanceId, 60)}, ${incidentId.toWellFormed()}`,
    view: 'left-heavy',
  };
  const text = Object.entries(facts).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return `/speedscope/#${text.join('&')}`;
}
