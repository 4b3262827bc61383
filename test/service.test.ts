import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import Database from 'better-sqlite3';
import { readConfig } from '../service/config.ts';
import { startService } from '../service/main.ts';
import { ArtifactFolder } from '../service/store/artifact-folder.ts';
import { openDatabase } from '../service/store/database.ts';
import { SqliteStore } from '../service/store/sqlite-store.ts';
import { acceptAlarm } from './support/accept-alarm.ts';
import { MIGRATIONS, temporaryFolder } from './support/open-test-store.ts';
import { until } from './support/until.ts';

test('a port that is taken is said, and the data folder is let go of', async () => {
  const other = createServer().listen(0, '127.0.0.1').unref();
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const config = (PORT: string) =>
    readConfig({
      HOST: '127.0.0.1',
      PORT,
      DATA_DIR: folder,
      LOG_LEVEL: 'silent',
      SNS_TOPIC_ARNS: 'arn:aws:sns:us-east-1:123456789012:cpu',
    });
  const folder = temporaryFolder();
  await assert.rejects(startService(config(`${port}`)), {
    code: 'CANNOT_LISTEN',
    message: `Cannot listen on 127.0.0.1:${port}: another program is listening there (EADDRINUSE).`,
    hint: 'Set HOST and PORT.',
  });
  await new Promise((resolve) => other.close(resolve));
  const service = await startService(config('0'));
  assert.match(service.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.deepEqual(await service.close(), { hung: [] });
});

test('a database that another program holds, and a disk that is nearly full, are told by /readyz', async (t) => {
  const folder = temporaryFolder();
  const service = await startService(
    readConfig({
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: folder,
      LOG_LEVEL: 'silent',
      SNS_TOPIC_ARNS: 'arn:aws:sns:us-east-1:123456789012:cpu',
      // More than any disk has.
      MIN_FREE_MB: '1000000000',
    }),
  );
  t.after(() => service.close());
  const reasons = async () => {
    const answer = await fetch(`${service.url}/readyz`);
    return ((await answer.json()) as { reasons: string[] }).reasons.map((words) => words.replaceAll(/\d+ MB/g, 'N MB'));
  };
  const full = 'The disk with DATA_DIR has N MB left; below N MB it is nearly full.';
  assert.deepEqual(await reasons(), [full]);
  const other = new Database(join(folder, 'smokejumper.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  assert.deepEqual(await reasons(), ['The database did not answer within 2 s.', full]);
  assert.equal((await fetch(`${service.url}/healthz`)).status, 200);
  other.close();
  assert.deepEqual(await reasons(), [full]);
});

/** As on a disk that is full just then: reading works, and what is written fails. */
const NOTHING_WRITTEN = `CREATE TRIGGER full BEFORE UPDATE OF lease_owner ON incident
  BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`;

test('a service that cannot take over the work of the previous one when it starts works on all the same', async (t) => {
  const folder = temporaryFolder();
  const file = join(folder, 'smokejumper.sqlite');
  const before = openDatabase(file, MIGRATIONS);
  acceptAlarm(new SqliteStore(before, new ArtifactFolder(join(folder, 'artifacts'))), { nowMs: Date.now() });
  before.exec(`UPDATE incident SET lease_owner = 'service-gone', lease_until_ms = 0; ${NOTHING_WRITTEN}`);
  before.close();
  const service = await startService(
    readConfig({
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: folder,
      LOG_LEVEL: 'silent',
      SNS_TOPIC_ARNS: 'arn:aws:sns:us-east-1:123456789012:cpu',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      MIN_FREE_MB: '1',
    }),
  );
  t.after(() => service.close());
  const other = new Database(file);
  t.after(() => other.close());
  other.exec('DROP TRIGGER full');
  // A lane has claimed it: it is at work.
  const owner = other.prepare("SELECT lease_owner FROM incident WHERE lease_owner IS NOT 'service-gone'");
  await until(20_000, 'the lane takes the incident', async () => owner.get());
});
