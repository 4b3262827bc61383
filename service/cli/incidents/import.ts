import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { openStore } from '../../compose.ts';
import { type Config, readConfig } from '../../config.ts';
import { captureFile } from '../../incidents/incident.ts';
import type { IncidentStore } from '../../incidents/store-port.ts';
import { readLabel } from '../../incidents/triage/change.ts';
import { systemClock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import type { IncidentId } from '../../shared/ids.ts';
import { parseCommand, usageError } from '../usage.ts';
import { nameOf } from '../user-name.ts';
import { renamed, shifted } from './archive/re-date.ts';
import { type Archive, type ArchivedCapture, readArchive, readCaptures } from './archive/read-archive.ts';
import { REPORT } from './archive/report-shape.ts';
import { readTimes } from './archive/times.ts';
import { toIncident } from './archive/to-incident.ts';

/** More at once is a mistake, or a shell that has expanded too much. */
const MAX_FOLDERS = 1_000;

interface Wishes {
  readonly labels: readonly string[];
  readonly by: string;
  readonly nowMs: number;
}

/** An archive as it is to be imported, and as it was exported. */
interface Planned {
  readonly original: Archive;
  readonly archive: Archive;
}

interface Imported {
  readonly folder: string;
  readonly id: string;
  readonly openedAtMs: number;
  /** False where it was there already, with the same content. */
  readonly isNew: boolean;
}

/** `smokejumper incidents import FOLDER …`: the way back of `incidents export`. */
export async function runIncidentsImport(args: readonly string[]): Promise<number> {
  const { values, positionals: folders } = parseCommand('incidents import', args);
  if (folders.length === 0) throw usageError('incidents import takes folders that incidents export has written.');
  if (folders.length > MAX_FOLDERS) throw usageError(`incidents import takes ${MAX_FOLDERS} folders at most.`);
  const nowMs = systemClock.now();
  const times = values.at === undefined ? null : readTimes(values.at, folders.length, nowMs);
  const wishes = { labels: readLabels(values.label), by: nameOf(values.as), nowMs };
  const planned = await plan(folders, times, values['new-ids'] === true);
  const config = readConfig(process.env, { topics: 'optional' });
  const { db, store } = openStore(config);
  const done: Imported[] = [];
  try {
    for (const one of planned) done.push(await importOne(store, config, one, wishes));
  } finally {
    db.close();
    tell(done, values.json === true);
  }
  return 0;
}

/**
 * All are read before one is written. The oldest comes first: a store knows what was before what by the order in which
 * incidents came.
 */
async function plan(
  folders: readonly string[],
  times: readonly number[] | null,
  newIds: boolean,
): Promise<readonly Planned[]> {
  const read = new Map<string, Archive>();
  const planned: Planned[] = [];
  for (const [at, folder] of folders.entries()) {
    const original = read.get(folder) ?? (await readArchive(folder));
    read.set(folder, original);
    const byMs = (times?.[at] ?? original.index.openedAtMs) - original.index.openedAtMs;
    const dated = byMs === 0 ? original : { ...shifted(original, byMs), folder };
    planned.push({ original, archive: newIds ? renamed(dated) : dated });
  }
  return planned.toSorted((one, other) => one.archive.index.openedAtMs - other.archive.index.openedAtMs);
}

async function importOne(
  store: IncidentStore,
  { PUBLIC_URL }: Config,
  { original, archive }: Planned,
  wishes: Wishes,
): Promise<Imported> {
  const { folder, index } = archive;
  const captures = await readCaptures(archive);
  const pageUrl = PUBLIC_URL === undefined ? '' : `${PUBLIC_URL}/incidents/${index.id}`;
  const incident = toIncident(archive, captures, { ...wishes, original, pageUrl });
  const isNew = await store.importIncident(incident);
  if (!isNew && !(await isThere(store, archive, captures))) {
    throw new AppError(
      'INCIDENT_EXISTS',
      `Cannot import ${JSON.stringify(folder)}: the store has another incident or capture of the id ${index.id}.`,
      { hint: 'With --new-ids it is imported as a copy beside the one that is there.' },
    );
  }
  return { folder, id: index.id, openedAtMs: index.openedAtMs, isNew };
}

/** The same incident, with the same report and the same recordings. */
async function isThere(
  store: IncidentStore,
  { index, report }: Archive,
  captures: readonly ArchivedCapture[],
): Promise<boolean> {
  const id = index.id as IncidentId;
  const row = await store.row(id);
  const known = REPORT.safeParse((await store.report(id)) ?? null).data;
  if (row?.openedAtMs !== index.openedAtMs || !isDeepStrictEqual(known, report)) return false;
  for (const { position, content } of captures) {
    const file = await store.file(id, captureFile({ id: report.captures[position]?.captureId ?? '' }));
    if (file?.hash !== createHash('sha256').update(content).digest('hex')) return false;
  }
  return true;
}

function readLabels(labels: readonly string[] | undefined): readonly string[] {
  try {
    return (labels ?? []).map(readLabel);
  } catch (error) {
    if (error instanceof AppError && error.code === 'BAD_CHANGE') throw usageError(error.message, error);
    throw error;
  }
}

/** Also of a run that broke off: what is imported stays, and a second run goes on. */
function tell(done: readonly Imported[], asJson: boolean): void {
  if (asJson) process.stdout.write(`${JSON.stringify({ incidents: done }, null, 2)}\n`);
  else process.stdout.write(done.map(({ id }) => `${id}\n`).join(''));
  const fresh = done.filter(({ isNew }) => isNew).length;
  const known = done.length - fresh;
  const there = known === 0 ? '' : `; ${known} ${known === 1 ? 'was' : 'were'} there already`;
  process.stderr.write(`imported ${fresh} incident${fresh === 1 ? '' : 's'}${there}\n`);
}
