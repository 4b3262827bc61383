/** Which files of an incident are made from its recordings, and what each needs. */
import { GRAPH_WORDS, type GraphName } from '../../report/graph-words.ts';
import { recordings } from '../../report/recordings.ts';
import type { ReportData } from '../../report/report-data.ts';
import { captureFile } from '../incident.ts';

export const REPORT_FILE = 'report.html';
export const MAIL_FILE = 'mail.json';

const TYPES: Readonly<Record<string, string>> = {
  svg: 'image/svg+xml; charset=utf-8',
  png: 'image/png',
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

const MADE: ReadonlySet<string> = new Set([
  ...GRAPH_WORDS.flatMap(([name]) => [`${name}.svg`, `${name}.png`]),
  'differential.json',
  REPORT_FILE,
]);

export function isMade(name: string): boolean {
  return MADE.has(name);
}

export function contentTypeOf(name: string): string {
  return TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

/** Whether the recordings that a graph shows are among the files that are kept. */
export function canBeMade(name: string, report: ReportData, kept: ReadonlySet<string>): boolean {
  const known = recordings(report).filter(({ captureId }) => kept.has(captureFile({ id: captureId })));
  const has = (side: string) => known.some((recording) => recording.name === side);
  const graph = name.slice(0, name.indexOf('.')) as GraphName;
  if (graph === 'differential') return has('hot') && has('healthy');
  return has(graph === 'healthy' ? 'healthy' : 'hot');
}
