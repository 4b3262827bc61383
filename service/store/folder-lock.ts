import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../shared/errors.ts';
import { unusable } from './database.ts';

/** A process that is being replaced needs a moment to end. */
const LOCK_TIMEOUT_MS = 5000;

export interface FolderLock {
  release(): void;
}

/**
 * At most one service works on a data folder: two would do each step twice. The lock is an open transaction on a
 * database of its own; the kernel releases it however we end, even by SIGKILL. Throws `DATA_DIR_IN_USE` or
 * `DATABASE_UNUSABLE`.
 */
export function lockFolder(folder: string, timeoutMs: number = LOCK_TIMEOUT_MS): FolderLock {
  const path = join(folder, 'service.lock');
  let db: Database.Database | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    db = new Database(path, { timeout: timeoutMs });
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db?.close();
    if ((cause as { code?: string }).code !== 'SQLITE_BUSY') throw unusable(path, cause);
    throw new AppError('DATA_DIR_IN_USE', `Another Smokejumper is already using the data folder ${folder}.`, {
      cause,
      hint: 'Stop it first, or give this one its own DATA_DIR.',
    });
  }
  const held = db;
  return { release: () => void held.close() };
}
