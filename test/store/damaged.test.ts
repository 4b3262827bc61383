import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openDatabase } from '../../service/store/database.ts';
import { MIGRATIONS, temporaryFolder } from '../support/open-test-store.ts';

const PAGE = 4096;

/** A database of some hundred pages. */
function filled(): string {
  const path = join(temporaryFolder(), 'filled.sqlite');
  const db = openDatabase(path, MIGRATIONS);
  db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
           INSERT INTO notification (received_at_ms, outcome, reason, body)
           SELECT i, 'ignored', 'row ' || i, hex(randomblob(200)) FROM n`);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return path;
}

const DAMAGED = { code: 'DATABASE_UNUSABLE', message: /cannot be used: it is damaged\.$/, hint: /Check DATA_DIR/ };

test('a database with destroyed pages is refused at start, not at the first alarm', () => {
  const path = filled();
  const pages = statSync(path).size / PAGE;
  assert.ok(pages > 200, `${pages} pages`);
  const file = openSync(path, 'r+');
  for (let page = 40; page < pages; page += 3) writeSync(file, Buffer.alloc(PAGE, 0xa5), 0, PAGE, page * PAGE);
  closeSync(file);
  assert.throws(
    () => openDatabase(path, MIGRATIONS),
    (error: Error) => (error.cause as { code?: string }).code === 'SQLITE_CORRUPT',
  );
  assert.throws(() => openDatabase(path, MIGRATIONS), DAMAGED);
});

test('a database that is cut off is refused at start', () => {
  const path = filled();
  truncateSync(path, 100 * PAGE);
  assert.throws(() => openDatabase(path, MIGRATIONS), DAMAGED);
});

test('a whole one is opened again', () => {
  const path = filled();
  const db = openDatabase(path, MIGRATIONS);
  assert.equal(db.prepare('SELECT COUNT(*) FROM notification').pluck().get(), 2000);
  db.close();
});
