/** The same incident at another time, or under another id. */
import type { CaptureId, IncidentId } from '../../../shared/ids.ts';
import { randomId } from '../../../shared/random-id.ts';
import type { Archive } from './read-archive.ts';

/** All times of it, by so many milliseconds; words that quote one stay as they were written. */
export function shifted<T>(value: T, byMs: number): T {
  if (Array.isArray(value)) return value.map((item: unknown) => shifted(item, byMs)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const moved = Object.entries(value).map(([name, item]: [string, unknown]) => {
    const isTime = typeof item === 'number' && /(?:^a|A)tMs$/.test(name);
    return [name, isTime ? item + byMs : shifted(item, byMs)] as const;
  });
  // Sound: the same names with values of the same types.
  return Object.fromEntries(moved) as T;
}

/** A copy that may stand beside the original: incident and captures have new ids. */
export function renamed({ index, report, source, ...rest }: Archive): Archive {
  const ids = new Map(report.captures.map((capture) => [capture.captureId, randomId('cap') as CaptureId]));
  const other = <T extends { readonly captureId: string }>(one: T): T => {
    return { ...one, captureId: ids.get(one.captureId) ?? one.captureId };
  };
  const id = randomId('inc') as IncidentId;
  const { confirmation } = report;
  return {
    ...rest,
    index: { ...index, id },
    report: {
      ...report,
      incidentId: id,
      captures: report.captures.map(other),
      ...(confirmation !== undefined && { confirmation: other(confirmation) }),
    },
    source: source && { ...source, hosts: source.hosts.map(other) },
  };
}
