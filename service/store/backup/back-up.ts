/** A copy of a data folder that can be used as one, made beside a running service. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import { type Db, openToLook } from '../database.ts';

const DATABASE = 'smokejumper.sqlite';
const ARTIFACTS = 'artifacts';
/** What an unfinished copy is called. */
const PART = '.part';
/** Pages copied between two looks for what else there is to do: some 4 MB. */
const PAGES = 1_000;
const HASHES = 'SELECT hash FROM artifact UNION SELECT hash FROM baseline WHERE hash IS NOT NULL';

export interface BackedUp {
  readonly databaseBytes: number;
  /** Files that the database names, and how many of them were not there from an earlier backup. */
  readonly files: number;
  readonly copied: number;
  readonly copiedBytes: number;
  /** Files of an earlier backup that no row names any more. */
  readonly removed: number;
  /** Named by a row, and gone from the data folder, or not what they were. */
  readonly missing: readonly string[];
  readonly damaged: readonly string[];
}

/**
 * Copies the database as it is at one moment, checks the copy, and then copies the files that it names. A folder that
 * holds an earlier backup is brought up to date: files never change, so only new ones are copied. Throws
 * `BACKUP_FOLDER_USED`, `BACKUP_DAMAGED`, `BACKUP_UNWRITABLE`, and what `openToLook` throws.
 */
export async function backUp(
  dataFolder: string,
  folder: string,
  migrations: string,
  signal: AbortSignal,
): Promise<BackedUp> {
  checkFolder(dataFolder, folder);
  const source = openToLook(join(dataFolder, DATABASE), migrations);
  try {
    mkdirSync(join(folder, ARTIFACTS), { recursive: true });
    const part = join(folder, `${DATABASE}${PART}`);
    await copyDatabase(source, part, signal);
    const hashes = checkedHashes(part, folder);
    syncPath(part);
    const databaseBytes = statSync(part).size;
    const files = copyFiles(join(dataFolder, ARTIFACTS), join(folder, ARTIFACTS), hashes, signal);
    // After its files, and before those that only the old one names are removed: each names what is there.
    renameSync(part, join(folder, DATABASE));
    syncPath(folder);
    return { databaseBytes, files: hashes.size, ...files, removed: sweep(join(folder, ARTIFACTS), hashes) };
  } catch (error) {
    if (error instanceof AppError || signal.aborted) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === 'SQLITE_CORRUPT' ? damaged(folder, message) : unwritable(folder, error);
  } finally {
    source.close();
  }
}

/** Somebody else's files are neither written over nor swept away. */
function checkFolder(dataFolder: string, folder: string): void {
  if (resolve(folder) === resolve(dataFolder)) throw used(folder, 'it is the data folder itself');
  if (!existsSync(folder)) return;
  const known = new Set([DATABASE, `${DATABASE}${PART}`, ARTIFACTS]);
  const stranger = readdirSync(folder).find((name) => !known.has(name));
  if (stranger === undefined) return;
  // Whoever opened the backup to look at it, or had a service work on it.
  const why = stranger.startsWith(DATABASE) || stranger === 'service.lock' ? 'a service has worked on it' : undefined;
  throw used(folder, why ?? `it holds ${JSON.stringify(stranger)}`);
}

function used(folder: string, why: string): AppError {
  return new AppError('BACKUP_FOLDER_USED', `${folder} cannot take a backup: ${why}.`, {
    hint: 'Name a folder that is empty, or not there, or holds an earlier backup.',
  });
}

function unwritable(folder: string, cause: unknown): AppError {
  const { code } = cause as NodeJS.ErrnoException;
  const why = code === 'ENOSPC' || code === 'SQLITE_FULL' ? 'the disk is full' : String(code ?? cause);
  return new AppError('BACKUP_UNWRITABLE', `The backup in ${folder} was not finished: ${why}.`, {
    cause,
    hint: 'An earlier backup in it is as it was. Check the room on the disk, and who may write there.',
  });
}

function damaged(folder: string, what: string): AppError {
  return new AppError('BACKUP_DAMAGED', `The database has destroyed pages: ${what}.`, {
    hint: `An earlier backup in ${folder} is as it was: restore that. Check the disk of DATA_DIR.`,
  });
}

/** One moment of the database: while the transaction is open, what others write is not seen. */
async function copyDatabase(source: Db, part: string, signal: AbortSignal): Promise<void> {
  rmSync(part, { force: true });
  source.exec('BEGIN');
  try {
    source.prepare('SELECT COUNT(*) FROM sqlite_schema').get();
    await source.backup(part, {
      progress() {
        signal.throwIfAborted();
        return PAGES;
      },
    });
  } finally {
    source.exec('ROLLBACK');
  }
}

/** All files that the copy names, if it is whole. */
function checkedHashes(part: string, folder: string): ReadonlySet<string> {
  const copy = new Database(part);
  try {
    // One file, without a log beside it; the service goes back to WAL.
    copy.pragma('journal_mode = DELETE');
    const found = copy.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw damaged(folder, String(found));
    return new Set(copy.prepare(HASHES).pluck().all() as string[]);
  } finally {
    copy.close();
  }
}

type Copied = Pick<BackedUp, 'copied' | 'copiedBytes' | 'missing' | 'damaged'>;

/** Each is whole or absent, also after a kill. */
function copyFiles(from: string, to: string, hashes: ReadonlySet<string>, signal: AbortSignal): Copied {
  let [copied, copiedBytes] = [0, 0];
  const [missing, damaged]: [string[], string[]] = [[], []];
  for (const hash of hashes) {
    signal.throwIfAborted();
    const path = join(to, hash.slice(0, 2), hash);
    if (existsSync(path)) continue;
    const content = contentOf(join(from, hash.slice(0, 2), hash));
    if (content === undefined) missing.push(hash);
    else if (createHash('sha256').update(content).digest('hex') !== hash) damaged.push(hash);
    else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}${PART}`, content, { mode: 0o600, flush: true });
      renameSync(`${path}${PART}`, path);
      copied += 1;
      copiedBytes += content.length;
    }
  }
  return { copied, copiedBytes, missing, damaged };
}

/** Undefined: it is not there, as when it was deleted after the database was copied. */
function contentOf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What was deleted is not kept in a backup for ever. */
function sweep(artifacts: string, hashes: ReadonlySet<string>): number {
  let removed = 0;
  for (const folder of readdirSync(artifacts)) {
    for (const name of readdirSync(join(artifacts, folder))) {
      if (hashes.has(name)) continue;
      rmSync(join(artifacts, folder, name), { force: true });
      removed += 1;
    }
  }
  return removed;
}

function syncPath(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
