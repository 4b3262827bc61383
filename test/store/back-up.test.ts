/** A backup is a data folder, as the database was at one moment. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { IncidentId } from '../../service/shared/ids.ts';
import { backUp } from '../../service/store/backup/back-up.ts';
import { openSqliteStore } from '../../service/store/open-store.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { MIGRATIONS, temporaryFolder } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3);
const never = new AbortController().signal;

/** A service's data folder, with a connection that stays open as that of a service. */
function dataFolder() {
  const folder = temporaryFolder();
  const { db, store } = openSqliteStore(folder, MIGRATIONS, 'writing');
  const add = (text: string): IncidentId => {
    const id = acceptAlarm(store, { nowMs: NOW });
    store.putFile(id, 'report.html', 'text/html', Buffer.from(text));
    return id;
  };
  return { folder, db, store, add };
}

const to = (folder: string, into: string) => backUp(folder, into, MIGRATIONS, never);
const hashOf = (folder: string) => readdirSync(join(folder, 'artifacts'), { recursive: true }).map(String);

test('a backup has the incidents and files of the moment, and a service can work on it', async () => {
  const { folder, db, add } = dataFolder();
  const id = add('first');
  const into = join(temporaryFolder(), 'new', 'backup');
  mkdirSync(join(into, '..'));
  const done = await to(folder, into);
  assert.deepEqual([done.files, done.copied, done.copiedBytes, done.removed], [1, 1, 5, 0]);
  assert.deepEqual([done.missing, done.damaged], [[], []]);
  assert.deepEqual(readdirSync(into).sort(), ['artifacts', 'smokejumper.sqlite']);
  const later = add('later');
  const copy = openSqliteStore(into, MIGRATIONS, 'writing');
  assert.equal(Buffer.from(copy.store.file(id, 'report.html')?.content ?? '').toString(), 'first');
  assert.equal(copy.store.incident(later), undefined);
  acceptAlarm(copy.store, { nowMs: NOW + 1 });
  copy.db.close();
  db.close();
});

test('the next one copies what is new, and lets go of what was deleted', async () => {
  const { folder, db, add } = dataFolder();
  const [first] = [add('first'), add('second')];
  const into = temporaryFolder();
  await to(folder, into);
  db.prepare('DELETE FROM artifact WHERE incident_id = ?').run(first);
  add('third');
  const done = await to(folder, into);
  assert.deepEqual([done.files, done.copied, done.removed], [2, 1, 1]);
  db.close();
});

test('a file that is gone, or not what it was, is named, and the rest is kept', async () => {
  const { folder, db, add } = dataFolder();
  for (const text of ['whole', 'gone', 'spoilt']) add(text);
  const files = hashOf(folder).filter((name) => name.length > 3);
  const [gone = '', spoilt = ''] = files;
  rmSync(join(folder, 'artifacts', gone));
  appendFileSync(join(folder, 'artifacts', spoilt), '!');
  const { missing, damaged, copied } = await to(folder, temporaryFolder());
  const name = (path: string) => path.split('/')[1];
  assert.deepEqual([missing, damaged, copied], [[name(gone)], [name(spoilt)], 1]);
  db.close();
});

test('a folder that holds anything else is not touched', async () => {
  const { folder, db, add } = dataFolder();
  add('first');
  const code = 'BACKUP_FOLDER_USED';
  await assert.rejects(to(folder, folder), { code, message: /it is the data folder itself/ });
  const into = temporaryFolder();
  writeFileSync(join(into, 'letter.txt'), 'dear');
  await assert.rejects(to(folder, into), { code, message: /it holds "letter\.txt"/ });
  assert.deepEqual(readdirSync(into), ['letter.txt']);
  const worked = temporaryFolder();
  await to(folder, worked);
  writeFileSync(join(worked, 'smokejumper.sqlite-wal'), '');
  await assert.rejects(to(folder, worked), { code, message: /a service has worked on it/ });
  db.close();
});

test('an earlier backup stays as it was where the new one cannot be finished', async () => {
  const { folder, db, add } = dataFolder();
  const first = add('first');
  const into = temporaryFolder();
  await to(folder, into);
  add('second');
  await assert.rejects(backUp(folder, into, MIGRATIONS, AbortSignal.abort()), { name: 'AbortError' });
  rmSync(join(into, 'artifacts'), { recursive: true });
  writeFileSync(join(into, 'artifacts'), 'no folder');
  await assert.rejects(to(folder, into), { code: 'BACKUP_UNWRITABLE', message: /was not finished: E/ });
  rmSync(join(into, 'artifacts'));
  rmSync(join(into, 'smokejumper.sqlite.part'), { force: true });
  const old = openSqliteStore(into, MIGRATIONS, 'looking');
  assert.ok(old.store.incident(first));
  assert.equal(old.store.list({ limit: 9 }).rows.length, 1);
  old.db.close();
  db.close();
});

test('what is no data folder cannot be backed up', async () => {
  const into = join(temporaryFolder(), 'backup');
  await assert.rejects(to(temporaryFolder(), into), { code: 'NO_DATABASE' });
  assert.equal(existsSync(into), false);
});

test('a database with destroyed pages is not taken for a backup; the earlier one is as it was', async () => {
  const { folder, db, add } = dataFolder();
  for (let i = 0; i < 50; i++) add(`file ${i}`);
  db.pragma('wal_checkpoint(TRUNCATE)');
  const into = temporaryFolder();
  await to(folder, into);
  db.close();
  const path = join(folder, 'smokejumper.sqlite');
  const before = readFileSync(join(into, 'smokejumper.sqlite'));
  const bytes = readFileSync(path);
  // Behind what is read when it is opened.
  bytes.fill(0xa5, Math.floor(bytes.length * 0.6));
  writeFileSync(path, bytes);
  await assert.rejects(to(folder, into), { code: 'BACKUP_DAMAGED', hint: /restore that/ });
  assert.ok(before.equals(readFileSync(join(into, 'smokejumper.sqlite'))));
});
