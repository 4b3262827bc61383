import { join } from 'node:path';
import { ArtifactFolder } from './artifact-folder.ts';
import { type Db, openDatabase, openForReading } from './database.ts';
import { SqliteStore } from './sqlite-store.ts';

/** `reading`: of a database that another connection has opened before; nothing is made or migrated. */
export function openSqliteStore(
  dataFolder: string,
  migrations: string,
  mode: 'writing' | 'reading',
): { readonly db: Db; readonly store: SqliteStore } {
  const path = join(dataFolder, 'smokejumper.sqlite');
  const db = mode === 'writing' ? openDatabase(path, migrations) : openForReading(path);
  return { db, store: new SqliteStore(db, new ArtifactFolder(join(dataFolder, 'artifacts'))) };
}
