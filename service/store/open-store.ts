import { join } from 'node:path';
import { ArtifactFolder } from './artifact-folder.ts';
import { type Db, openDatabase, openForReading, openToLook } from './database.ts';
import { SqliteStore } from './sqlite-store.ts';

const OPEN = {
  writing: openDatabase,
  reading: (path: string) => openForReading(path),
  looking: openToLook,
} as const;

/**
 * `reading`: of a database that another connection has opened before; nothing is made or migrated. `looking`: the same
 * where nobody is known to have opened it.
 */
export function openSqliteStore(
  dataFolder: string,
  migrations: string,
  mode: keyof typeof OPEN,
): { readonly db: Db; readonly store: SqliteStore } {
  const db = OPEN[mode](join(dataFolder, 'smokejumper.sqlite'), migrations);
  return { db, store: new SqliteStore(db, new ArtifactFolder(join(dataFolder, 'artifacts'))) };
}
