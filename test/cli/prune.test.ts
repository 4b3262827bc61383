import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { IncidentId } from '../../service/shared/ids.ts';
import { openSqliteStore } from '../../service/store/open-store.ts';
import { cpuAlarm } from '../support/accept-alarm.ts';
import { MIGRATIONS, temporaryFolder } from '../support/open-test-store.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');
const DAY = 86_400_000;

function prune(dataFolder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const result = spawnSync(process.execPath, [CLI, 'prune', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, DATA_DIR: dataFolder, ...env },
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

test('prune says what it would delete, deletes it while another process has the database open, and is done', (t) => {
  const folder = temporaryFolder();
  const { db, store } = openSqliteStore(folder, MIGRATIONS, 'writing');
  t.after(() => db.close());
  for (const [name, days] of [
    ['old', 500],
    ['young', 35],
  ] as const) {
    const at = Date.now() - days * DAY;
    const id = `inc-${name}` as IncidentId;
    const alarm = cpuAlarm(at, { name });
    const entry = { receivedAtMs: at, messageId: name, topicArn: 'arn', body: 'body', alarm, incidentId: id };
    store.accept(entry, () => ({ outcome: 'throttled', reason: 'limit' }));
    store.putFile(id, 'a.txt', 'text/plain', new TextEncoder().encode(name.repeat(100_000)));
  }
  const told = '1 incidents with 1 files (0.3 MB), and 1 notifications; the bodies of';
  assert.deepEqual(prune(folder, ['--dry-run']), { code: 0, out: `Would delete ${told} 1 more.\n`, err: '' });
  assert.equal(store.list({ limit: 9 }).total, 2);
  assert.deepEqual(prune(folder, []), { code: 0, out: `Deleted ${told} 1 more.\n`, err: '' });
  assert.deepEqual(
    store.list({ limit: 9 }).rows.map((row) => row.alarmName),
    ['young'],
  );
  assert.match(prune(folder, []).out, /^Deleted 0 incidents with 0 files/);
  const kept = { RETENTION_DAYS: '0', NOTIFICATION_DAYS: '0', NOTIFICATION_BODY_DAYS: '0', RETENTION_MB: '0' };
  assert.match(prune(folder, ['--dry-run'], kept).out, /^Would delete 0 incidents/);
  assert.deepEqual(JSON.parse(prune(folder, ['--dry-run', '--json'], kept).out), {
    ...{ dryRun: true, incidents: 0, files: 0, fileBytes: 0, notifications: 0, bodies: 0 },
  });
  assert.match(prune(folder, ['--dry-run'], { RETENTION_DAYS: '30' }).out, /^Would delete 1 incidents with 1 files/);
});

test('prune makes no data folder, and takes no arguments', () => {
  const folder = join(temporaryFolder(), 'none');
  const { code, err } = prune(folder, []);
  assert.equal(code, 1);
  assert.match(err, /There is no database in .*Check DATA_DIR/, 'NOTHING_TO_PRUNE');
  assert.deepEqual(readdirSync(join(folder, '..')), []);
  assert.equal(prune(folder, ['now']).code, 2);
});
