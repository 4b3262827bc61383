import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openSqliteStore } from '../../service/store/open-store.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { MIGRATIONS, temporaryFolder } from '../support/open-test-store.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');

function run(dataDir: string, ...args: readonly string[]) {
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir };
  return spawnSync(process.execPath, [CLI, 'backup', ...args], { encoding: 'utf8', env });
}

test('backup says what it copied, as words and as JSON, and ends with 1 where a file is gone', () => {
  const [data, into] = [temporaryFolder(), join(temporaryFolder(), 'backup')];
  const { db, store } = openSqliteStore(data, MIGRATIONS, 'writing');
  const id = acceptAlarm(store, { nowMs: Date.now() });
  store.putFile(id, 'report.html', 'text/html', Buffer.from('x'.repeat(200_000)));
  const first = run(data, into);
  assert.match(
    first.stdout,
    /backup: the database \(\d\.\d MB\), 1 files copied \(0\.2 MB\), 0 there before, 0 of deleted/,
  );
  assert.equal(first.status, 0);
  const again = JSON.parse(run(data, into, '--json').stdout) as Record<string, unknown>;
  assert.deepEqual([again.folder, again.files, again.copied], [into, 1, 0]);
  const [folder = ''] = readdirSync(join(data, 'artifacts'));
  rmSync(join(data, 'artifacts', folder), { recursive: true });
  const { status, stderr } = run(data, join(temporaryFolder(), 'other'));
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`^Missing in .*: ${folder}[0-9a-f]{62}$`, 'm'));
  assert.equal(run(data).status, 2);
  db.close();
});
