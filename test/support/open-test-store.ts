import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { ArtifactFolder } from '../../service/store/artifact-folder.ts';
import { openDatabase } from '../../service/store/database.ts';
import { SqliteStore } from '../../service/store/sqlite-store.ts';

export const MIGRATIONS = join(import.meta.dirname, '../../migrations');

/** A folder of its own that is gone when the test file has run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'smokejumper-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A real store, on a real file. */
export function openTestStore(): SqliteStore {
  return openTestDatabase().store;
}

/** The same, with the database for a look behind the scenes. */
export function openTestDatabase() {
  const folder = temporaryFolder();
  const db = openDatabase(join(folder, 'test.sqlite'), MIGRATIONS);
  after(() => db.close());
  const artifacts = join(folder, 'artifacts');
  return { db, artifacts, store: new SqliteStore(db, new ArtifactFolder(artifacts)) };
}
