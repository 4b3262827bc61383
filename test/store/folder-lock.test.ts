import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { AppError } from '../../service/shared/errors.ts';
import { openDatabase } from '../../service/store/database.ts';
import { lockFolder } from '../../service/store/folder-lock.ts';
import { MIGRATIONS, temporaryFolder } from '../support/open-test-store.ts';

const FOLDER_LOCK = join(import.meta.dirname, '../../service/store/folder-lock.ts');
const HOLDER = `
  const { lockFolder } = await import(${JSON.stringify(FOLDER_LOCK)});
  lockFolder(process.argv[1]);
  console.log('held');
  setInterval(() => undefined, 1000);`;

function fails(code: string, words: RegExp) {
  return (error: unknown) => error instanceof AppError && error.code === code && words.test(error.message);
}

test('two services cannot use one data folder; the lock ends with its process, even on SIGKILL', async () => {
  const folder = join(temporaryFolder(), 'data');
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', HOLDER, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  assert.throws(() => lockFolder(folder, 0), fails('DATA_DIR_IN_USE', /Another Smokejumper/));
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const lock = lockFolder(folder, 0);
  assert.throws(() => lockFolder(folder, 0), fails('DATA_DIR_IN_USE', /Another Smokejumper/));
  lock.release();
  lockFolder(folder, 0).release();
});

test('a data folder that cannot be used says why', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'file');
  writeFileSync(file, 'not a database, but longer than the hundred bytes of a header of SQLite: '.repeat(20));
  assert.throws(() => openDatabase(file, MIGRATIONS), fails('DATABASE_UNUSABLE', /not a SQLite database/));
  assert.throws(() => openDatabase(join(file, 'x.sqlite'), MIGRATIONS), fails('DATABASE_UNUSABLE', /not a folder/));
  assert.throws(() => lockFolder(join(file, 'data'), 0), fails('DATABASE_UNUSABLE', /not a folder/));
  assert.throws(() => openDatabase(folder, MIGRATIONS), fails('DATABASE_UNUSABLE', /may not write|is a folder/));
});
