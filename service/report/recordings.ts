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
export function recordings(report: Pick<ReportData, 'captures' | 'baseline'>): Recording[] {
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
        title: `Healthy ${report.baseline === undefined ? 'peer' : 'baseline'} ${suffix}`.trim(),
      };
    });
}
