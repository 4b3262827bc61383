import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openSqliteStore } from '../../service/store/open-store.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { MIGRATIONS, temporaryFolder } from '../support/open-test-store.ts';

const look = (folder: string) => openSqliteStore(folder, MIGRATIONS, 'looking');

test('who only looks sees what a service writes meanwhile, and can write nothing', (t) => {
  const folder = temporaryFolder();
  const service = openSqliteStore(folder, MIGRATIONS, 'writing');
  const reader = look(folder);
  t.after(() => {
    reader.db.close();
    service.db.close();
  });
  const id = acceptAlarm(service.store, { nowMs: Date.now() });
  assert.equal(reader.store.row(id)?.id, id);
  assert.throws(() => reader.db.exec('DELETE FROM incident'), { code: 'SQLITE_READONLY' });
});

test('who only looks makes no database, brings none up to date, and reads none of another schema', () => {
  const folder = temporaryFolder();
  assert.throws(() => look(folder), { code: 'NO_DATABASE', message: `There is no database in ${folder}.` });
  assert.deepEqual(readdirSync(folder), []);
  const { db } = openSqliteStore(folder, MIGRATIONS, 'writing');
  const newest = db.pragma('user_version', { simple: true }) as number;
  db.pragma(`user_version = ${newest - 1}`);
  assert.throws(() => look(folder), { code: 'SCHEMA_TOO_OLD', hint: /Start the service of this version once/ });
  db.pragma(`user_version = ${newest + 1}`);
  assert.throws(() => look(folder), { code: 'SCHEMA_TOO_NEW' });
  db.close();
  writeFileSync(join(folder, 'smokejumper.sqlite'), 'not a database, but some words that are long enough to be one');
  assert.throws(() => look(folder), { code: 'DATABASE_UNUSABLE', message: /it is not a SQLite database/ });
});
