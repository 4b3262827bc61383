import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { watchHeadway } from '../../../bench/chaos/headway.ts';
import { ArtifactFolder } from '../../../service/store/artifact-folder.ts';
import { openDatabase } from '../../../service/store/database.ts';
import { SqliteStore } from '../../../service/store/sqlite-store.ts';
import { acceptAlarm } from '../../support/accept-alarm.ts';
import { MIGRATIONS, temporaryFolder } from '../../support/open-test-store.ts';

/** Every look finds what the one before found, or not: no time has to pass. */
const AT_ONCE = { lookMs: 1, stillMs: 0 };

function dataFolder(): { readonly dataDir: string; readonly accept: () => void; readonly settle: () => void } {
  const dataDir = temporaryFolder();
  const db = openDatabase(join(dataDir, 'smokejumper.sqlite'), MIGRATIONS);
  const store = new SqliteStore(db, new ArtifactFolder(join(dataDir, 'artifacts')));
  return {
    dataDir,
    accept: () => void acceptAlarm(store, { nowMs: Date.now() }),
    settle: () => void db.prepare("UPDATE incident SET state = 'notified'").run(),
  };
}

/** Looks until it is said that nothing moves, or five times. */
async function watched(dataDir: string, meanwhile: () => void): Promise<string | null> {
  const over = new AbortController();
  let looks = 0;
  const say = () => {
    meanwhile();
    if (++looks === 5) over.abort();
  };
  return await watchHeadway({ dataDir, signal: over.signal, say, ...AT_ONCE });
}

test('work that is left and not done is said', async () => {
  const { dataDir, accept } = dataFolder();
  accept();
  assert.match((await watched(dataDir, () => undefined)) ?? '', /^no step was done for 0 min, with 1 still to do$/);
});

test('steps are headway, and so is having nothing to do', async () => {
  const { dataDir, accept, settle } = dataFolder();
  accept();
  assert.equal(await watched(dataDir, accept), null);
  settle();
  assert.equal(await watched(dataDir, () => undefined), null);
});
