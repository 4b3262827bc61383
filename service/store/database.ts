import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../shared/errors.ts';

export type Db = Database.Database;

/** How long a connection waits for the lock of another one: a backup, `replay`. */
const BUSY_MS = 5_000;
/** Checked at each start: a second or two. */
const MAX_CHECKED_BYTES = 1e9;
const MIGRATION = /^(\d{4})_[a-z0-9-]+\.sql$/;

/**
 * Opens (and creates) the database and brings it to the newest schema. Throws `DATABASE_UNUSABLE` when it cannot be
 * opened, `SCHEMA_TOO_NEW` when a newer Smokejumper wrote it, `MIGRATION_FAILED` when a migration does not apply.
 */
export function openDatabase(path: string, migrationsFolder: string): Db {
  let db: Db | undefined;
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    db = new Database(path);
    // busy_timeout first: already switching to WAL may meet a lock.
    db.pragma(`busy_timeout = ${BUSY_MS}`);
    // Only a database without tables takes it: what is deleted later can be given back to the disk in small steps.
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    // With NORMAL, what was answered with 200 could be gone after a power cut.
    db.pragma('synchronous = FULL');
    // A migration may make a table anew that others refer to; it cannot be set within a transaction.
    db.pragma('foreign_keys = OFF');
    checkPages(db, path);
    migrate(db, migrationsFolder);
    db.pragma('foreign_keys = ON');
    return db;
  } catch (error) {
    db?.close();
    throw error instanceof AppError ? error : unusable(path, error);
  }
}

/** A second connection to a database that is open already. Throws `DATABASE_UNUSABLE`. */
export function openForReading(path: string): Db {
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true });
    db.pragma(`busy_timeout = ${BUSY_MS}`);
    return db;
  } catch (error) {
    throw unusable(path, error);
  }
}

/**
 * For whoever only looks, beside a service or without one: nothing is made or migrated. Throws `NO_DATABASE`,
 * `SCHEMA_TOO_OLD`, `SCHEMA_TOO_NEW`, `DATABASE_UNUSABLE`.
 */
export function openToLook(path: string, migrationsFolder: string): Db {
  if (!existsSync(path)) {
    throw new AppError('NO_DATABASE', `There is no database in ${dirname(path)}.`, { hint: 'Check DATA_DIR.' });
  }
  const db = openForReading(path);
  try {
    const { present, known } = schemaOf(db, migrationsFolder);
    if (present === known.length) return db;
    if (present > known.length) throw tooNew(present, known.length);
    throw new AppError('SCHEMA_TOO_OLD', `The database in ${dirname(path)} was made by an older Smokejumper.`, {
      hint: 'Start the service of this version once: it brings it up to date.',
    });
  } catch (error) {
    db.close();
    throw error instanceof AppError ? error : unusable(path, error);
  }
}

/** What SQLite and the file system say in codes, for a person who set DATA_DIR. */
const WHY: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'part of the path is not a folder',
  EEXIST: 'part of the path is not a folder',
  ENOSPC: 'the disk is full',
  SQLITE_FULL: 'the disk is full',
  SQLITE_CANTOPEN: 'this user may not write there',
  SQLITE_READONLY: 'it is read-only',
  SQLITE_NOTADB: 'it is not a SQLite database',
  SQLITE_CORRUPT: 'it is damaged',
  SQLITE_BUSY: 'another program has locked it',
};

export function unusable(path: string, cause: unknown): AppError {
  const { code = '' } = cause as { code?: string };
  // Extended codes say more than is needed: SQLITE_CANTOPEN_ISDIR.
  const why = WHY[code] ?? WHY[code.split('_').slice(0, 2).join('_')] ?? String(cause);
  return new AppError('DATABASE_UNUSABLE', `The database ${path} cannot be used: ${why}.`, {
    cause,
    hint: 'Check DATA_DIR: its disk space, its permissions, and that nothing else uses it.',
  });
}

/**
 * Destroyed pages are found now: otherwise the service would start, look well, and answer every alarm with 503. Of a
 * large database that would take minutes.
 */
function checkPages(db: Db, path: string): void {
  const pages = db.pragma('page_count', { simple: true }) as number;
  if (pages * (db.pragma('page_size', { simple: true }) as number) > MAX_CHECKED_BYTES) return;
  const [first] = db.pragma('quick_check(1)') as { quick_check: string }[];
  if (first?.quick_check === 'ok') return;
  throw unusable(path, Object.assign(new Error(first?.quick_check ?? 'no answer'), { code: 'SQLITE_CORRUPT' }));
}

/** The version that the database has, and the migrations that there are: the newest is the number of them. */
function schemaOf(db: Db, folder: string): { readonly present: number; readonly known: readonly string[] } {
  const known = readdirSync(folder)
    .filter((name) => MIGRATION.test(name))
    .sort();
  return { present: db.pragma('user_version', { simple: true }) as number, known };
}

function tooNew(present: number, newest: number): AppError {
  return new AppError(
    'SCHEMA_TOO_NEW',
    `The database has schema version ${present}; this version of Smokejumper knows versions up to ${newest}.`,
    { hint: 'Start the newer version of Smokejumper, or restore an older copy of the database.' },
  );
}

/** Applies, in order, the migrations that `user_version` has not reached; each in its own transaction. */
function migrate(db: Db, folder: string): void {
  const { present, known: files } = schemaOf(db, folder);
  if (present > files.length) throw tooNew(present, files.length);
  for (const [index, name] of files.entries()) {
    if (index < present) continue;
    const apply = db.transaction(() => {
      db.exec(readFileSync(join(folder, name), 'utf8'));
      const [broken] = db.pragma('foreign_key_check') as { table: string }[];
      if (broken !== undefined) throw new Error(`rows of ${broken.table} refer to nothing`);
      db.pragma(`user_version = ${index + 1}`);
    });
    try {
      apply.immediate();
    } catch (cause) {
      throw new AppError('MIGRATION_FAILED', `Migration ${name} could not be applied.`, {
        cause,
        hint: 'The database is unchanged. Check that nothing else has altered it.',
      });
    }
  }
}
