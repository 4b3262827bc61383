import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { openSqliteStore } from '../../service/store/open-store.ts';
import { MIGRATIONS, temporaryFolder } from '../support/open-test-store.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');

function run(dataFolder: string, ...args: readonly string[]) {
  const result = spawnSync(process.execPath, [CLI, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, DATA_DIR: dataFolder },
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

test('a group is muted and unmuted while another process has the database open', (t) => {
  const folder = temporaryFolder();
  const { db, store } = openSqliteStore(folder, MIGRATIONS, 'writing');
  t.after(() => db.close());
  const before = Date.now();
  const muted = run(folder, 'mute', 'web-prod', '2h', '--reason', 'deploy of 2.3', '--as', 'ann');
  assert.equal(muted.code, 0, muted.err);
  assert.match(muted.out, /^The group "web-prod" is muted until \S+ \S+ UTC by "ann": "deploy of 2\.3"\.\n$/);
  assert.match(muted.err, /No group of this name has had an incident yet/);
  const [mute] = store.mutes(before);
  assert.ok(mute !== undefined && mute.untilMs - before >= 7_200_000 && mute.untilMs - before < 7_260_000);
  assert.equal(run(folder, 'mute', '--list').out, muted.out);
  assert.deepEqual(run(folder, 'mute', 'web-prod', 'off', '--as', 'bob'), {
    ...{ code: 0, err: '' },
    out: 'The group "web-prod" is not muted any more.\n',
  });
  assert.deepEqual(run(folder, 'mute', '--list'), { code: 0, out: '', err: '' });
  const again = run(folder, 'unmute', 'web-prod');
  assert.deepEqual([again.code, again.out], [1, '']);
  assert.match(again.err, /The group web-prod is not muted/);
  assert.deepEqual(
    store.operations(9).map(({ who, what }) => `${who} ${what}`),
    ['bob unmute', 'ann mute'],
  );
});

test('--json says the same with names and times', (t) => {
  const folder = temporaryFolder();
  const { db } = openSqliteStore(folder, MIGRATIONS, 'writing');
  t.after(() => db.close());
  const json = (...args: readonly string[]) => JSON.parse(run(folder, 'mute', ...args, '--json').out);
  const { mutes } = json('web', '2h', '--as', 'ann', '--reason', 'deploy');
  const [{ group, by, reason, atMs, untilMs }] = mutes;
  assert.deepEqual(
    { group, by, reason, ms: untilMs - atMs },
    { group: 'web', by: 'ann', reason: 'deploy', ms: 7_200_000 },
  );
  assert.deepEqual(json('--list'), { mutes });
  assert.deepEqual(json('web', 'off'), { mutes: [] });
});

test('without --as the user of the machine is named', (t) => {
  const folder = temporaryFolder();
  const { db, store } = openSqliteStore(folder, MIGRATIONS, 'writing');
  t.after(() => db.close());
  assert.equal(run(folder, 'mute', 'web', '30m').code, 0);
  assert.match(store.mutes(Date.now())[0]?.by ?? '', /command line/);
});

test('what cannot be read is wrong usage; without a database nothing is made', () => {
  const folder = temporaryFolder();
  for (const args of [
    ['mute'],
    ['mute', 'web'],
    ['mute', 'web', 'soon'],
    ['mute', 'web', '31d'],
    ['unmute'],
    ['mute', '--list', 'x'],
  ]) {
    assert.equal(run(folder, ...args).code, 2, args.join(' '));
  }
  const none = run(folder, 'mute', 'web', '2h');
  assert.equal(none.code, 1);
  assert.match(none.err, /There is no database in/, 'NOTHING_TO_MUTE');
});
