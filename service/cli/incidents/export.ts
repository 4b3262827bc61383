import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IncidentQueries } from '../../incidents/queries.ts';
import { recordings } from '../../report/recordings.ts';
import { AppError } from '../../shared/errors.ts';
import { unwritable, writeFile } from '../output/write-file.ts';
import { parseCommand, usageError } from '../usage.ts';
import { withFiles } from './files.ts';
import { incidentCalled, withStore } from './look.ts';
import { viewJson } from './show.ts';

const INDEX = 'incident.json';

/** What was written, and what could not be had. */
interface Exported {
  readonly folder: string;
  readonly files: { readonly name: string; readonly bytes: number }[];
  readonly missing: { readonly name: string; readonly code: string; readonly message: string }[];
}

/** `smokejumper incidents export ID [-o FOLDER]`: all files of an incident. Exit code 1 when some cannot be had. */
export async function runIncidentsExport(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('incidents export', args);
  const [id] = positionals;
  if (id === undefined || positionals.length > 1) throw usageError('incidents export takes the ID of one incident.');
  return withStore(async (store, config) => {
    const row = await incidentCalled(store, id);
    const folder = values.output ?? row.id;
    await openFolder(folder, row.id);
    const exported = await withFiles(config, store, (queries) => exportInto(folder, row.id, queries));
    if (values.json) process.stdout.write(`${JSON.stringify(exported, null, 2)}\n`);
    else process.stdout.write(`${folder}\n`);
    for (const { name, message } of exported.missing) process.stderr.write(`${name} is missing: ${message}\n`);
    process.stderr.write(`wrote ${exported.files.length} files into ${folder}\n`);
    return exported.missing.length === 0 ? 0 : 1;
  });
}

/** Made where it is missing. Throws `FOLDER_IN_USE` where it holds anything but an earlier export of the incident. */
async function openFolder(folder: string, id: string): Promise<void> {
  let names: readonly string[];
  try {
    await mkdir(folder, { recursive: true });
    names = await readdir(folder);
  } catch (error) {
    throw unwritable(folder, error as NodeJS.ErrnoException);
  }
  if (names.length === 0 || (await exportedTo(folder)) === id) return;
  throw new AppError('FOLDER_IN_USE', `${JSON.stringify(folder)} holds other files.`, {
    hint: 'Name an empty or a new folder with -o.',
  });
}

/** The incident that an earlier export has left there. */
async function exportedTo(folder: string): Promise<unknown> {
  try {
    return (JSON.parse(await readFile(join(folder, INDEX), 'utf8')) as { id?: unknown } | null)?.id;
  } catch {
    return undefined;
  }
}

async function exportInto(folder: string, id: string, queries: IncidentQueries): Promise<Exported> {
  const view = await queries.view(id);
  // Deleted this moment.
  if (view === undefined) throw new TypeError(`the incident ${id} is gone`);
  const exported: Exported = { folder, files: [], missing: [] };
  const put = async (name: string, content: Uint8Array) => {
    await writeFile(join(folder, name), [content]);
    exported.files.push({ name, bytes: content.length });
  };
  /** One file that cannot be had is said, and keeps nobody from the others. */
  const take = async (name: string, get: () => Promise<{ readonly content: Uint8Array } | undefined>) => {
    try {
      const file = await get();
      if (file !== undefined) await put(name, file.content);
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'FILE_UNWRITABLE') throw error;
      exported.missing.push({ name, code: error.code, message: error.message });
    }
  };
  const files = await queries.files(id);
  // First: an export that breaks off can be repeated into the same folder.
  await put(INDEX, new TextEncoder().encode(viewJson(view, files)));
  // Captures have the names of their instances' parts in the report, not those of their ids.
  for (const { name } of files.filter((file) => !file.name.endsWith('.capture.gz'))) {
    await take(name, () => queries.file(id, name));
  }
  for (const { name } of view.report === null ? [] : recordings(view.report)) {
    await take(`${name}.capture.gz`, async () => (await queries.recording(id, name))?.file);
  }
  return exported;
}
