/** A folder that `incidents export` has written, read and checked. Files that are made of others are not looked at. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { unreadable } from '../../../convert/file-error.ts';
import { recordings } from '../../../report/recordings.ts';
import type { ReportSource } from '../../../report/source/source-data.ts';
import { AppError } from '../../../shared/errors.ts';
import { visible } from '../../../shared/text/untrusted.ts';
import { INDEX, type Index, SOURCE } from './archive-shape.ts';
import type { CheckedReport } from './report-shape.ts';

/** Reports have some 100 kB. */
const MAX_INDEX_BYTES = 16 << 20;
const MAX_SOURCE_BYTES = 4 << 20;
/** What an instance may send is 24 MiB. */
const MAX_CAPTURE_BYTES = 24 << 20;
/** Faults that are told of one file. */
const TOLD = 3;

/** What is said of an incident; its captures are read one incident after the other. */
export interface Archive {
  readonly folder: string;
  readonly index: Index;
  readonly report: CheckedReport;
  readonly source: ReportSource | null;
}

/** What came back of a capture; `position` is that in the report. */
export interface ArchivedCapture {
  readonly name: string;
  readonly position: number;
  readonly content: Uint8Array;
}

/** Throws `FILE_UNREADABLE`, `ARCHIVE_INVALID`. */
export async function readArchive(folder: string): Promise<Archive> {
  const path = join(folder, 'incident.json');
  const text = await readBounded(path, MAX_INDEX_BYTES);
  if (text === undefined) {
    throw invalid(folder, 'it has no incident.json', 'Name a folder that smokejumper incidents export has written.');
  }
  const index = checked(path, INDEX, text);
  const { report } = index;
  if (report === null) throw invalid(path, 'the incident has no report yet', 'Export it when its report is written.');
  checkSense(path, index, report);
  const sourcePath = join(folder, 'source.json');
  const source = await readBounded(sourcePath, MAX_SOURCE_BYTES);
  return { folder, index, report, source: source === undefined ? null : checked(sourcePath, SOURCE, source) };
}

/** Those that are there: an export leaves out what its store had lost. */
export async function readCaptures({ folder, report }: Archive): Promise<readonly ArchivedCapture[]> {
  const captures: ArchivedCapture[] = [];
  for (const recording of recordings(report)) {
    const name = `${recording.name}.capture.gz`;
    const path = join(folder, name);
    const content = await readBounded(path, MAX_CAPTURE_BYTES);
    if (content === undefined) continue;
    if (content[0] !== 0x1f || content[1] !== 0x8b) throw invalid(path, 'it is not a gzip file');
    // Each is in the report once: `checkSense`.
    const position = report.captures.findIndex(({ captureId }) => captureId === recording.captureId);
    captures.push({ name, position, content });
  }
  return captures;
}

/** What each part may say, and all of them together may not. */
function checkSense(path: string, { id, openedAtMs, closedAtMs }: Index, report: CheckedReport): void {
  if (report.incidentId !== id) throw invalid(path, `the report is that of another incident, ${report.incidentId}`);
  if (closedAtMs !== null && closedAtMs < openedAtMs) throw invalid(path, 'it ends before it begins');
  const ids = report.captures.map(({ captureId }) => captureId);
  if (new Set(ids).size < ids.length) throw invalid(path, 'two captures have the same id');
  if (report.captures.filter(({ role }) => role === 'hot').length > 1)
    throw invalid(path, 'two captures are the hot one');
}

function checked<Shape extends z.ZodType>(path: string, shape: Shape, bytes: Uint8Array): z.infer<Shape> {
  const result = shape.safeParse(json(path, bytes));
  if (result.success) return result.data;
  const faults = result.error.issues
    .slice(0, TOLD)
    .map((issue) => `${issue.path.length === 0 ? 'the whole' : issue.path.join('.')}: ${issue.message}`);
  const more = result.error.issues.length - faults.length;
  throw invalid(path, `${faults.join('; ')}${more > 0 ? `; and ${more} more` : ''}`);
}

function json(path: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid(path, 'it is not JSON');
  }
}

/** Undefined where there is no such file. */
async function readBounded(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  try {
    const file = await stat(path);
    if (!file.isFile()) throw invalid(path, 'it is not a file');
    if (file.size > maxBytes) throw invalid(path, `it is larger than ${maxBytes >> 20} MiB`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const cause = error as NodeJS.ErrnoException;
    if (cause.code === 'ENOENT') return undefined;
    throw unreadable(path, cause);
  }
}

function invalid(path: string, why: string, hint = 'Nothing of it was imported; export the incident again.'): AppError {
  return new AppError('ARCHIVE_INVALID', `Cannot import ${JSON.stringify(path)}: ${visible(why)}.`, { hint });
}
