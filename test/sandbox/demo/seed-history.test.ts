import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SEEDED, seedHistory, seedPlan } from '../../../sandbox/demo/history/seed-history.ts';
import { openSqliteStore } from '../../../service/store/open-store.ts';
import { MIGRATIONS, temporaryFolder } from '../../support/open-test-store.ts';

const HISTORY = join(import.meta.dirname, '../../../sandbox/demo/history/recorded');
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 27, 0, 30);

test('the history of the demo is three months long, in order, and all of it past', () => {
  const times = seedPlan(NOW).map(({ at }) => Date.parse(at));
  assert.ok(times.length >= 20 && times.length <= 50, `${times.length} incidents`);
  assert.deepEqual(
    times,
    times.toSorted((one, other) => one - other),
  );
  assert.equal(new Set(times).size, times.length);
  assert.ok(
    (times.at(-1) ?? NOW) < NOW && (times[0] ?? 0) > NOW - 92 * DAY_MS && (times[0] ?? NOW) < NOW - 80 * DAY_MS,
  );
});

test('what it is made of is small, and says that it is seeded', () => {
  const files = readdirSync(HISTORY, { recursive: true, encoding: 'utf8' }).map((name) => join(HISTORY, name));
  const bytes = files.map((file) => statSync(file)).reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
  assert.ok(bytes < 600_000, `${bytes} bytes`);
  for (const file of files.filter((name) => name.endsWith('incident.json'))) {
    const { report } = JSON.parse(readFileSync(file, 'utf8')) as { report: { alarm: { description: string } } };
    assert.match(report.alarm.description, /Seeded: .* its date is made up\./);
  }
});

test('seeding fills a store with labelled incidents that are over, and stores no capture twice', async () => {
  const folder = temporaryFolder();
  const count = await seedHistory(folder);
  const { db, store } = openSqliteStore(folder, MIGRATIONS, 'looking');
  try {
    const { rows } = store.list({ limit: 100, label: SEEDED });
    assert.equal(rows.length, count);
    assert.equal(new Set(rows.map(({ id }) => id)).size, count);
    assert.deepEqual(
      rows.map(({ openedAtMs }) => openedAtMs),
      rows.map(({ openedAtMs }) => openedAtMs).toSorted((a, b) => b - a),
    );
    assert.ok(rows.every(({ state, closedAtMs }) => state === 'notified' && closedAtMs !== null));
    const newest = rows.find(({ headline }) => headline?.includes('parseHTML'));
    assert.ok(newest !== undefined && (store.seenBefore(newest.id)?.times ?? 0) > 10);
    const group = store.groupHistory('web-prod', Date.now());
    assert.equal(group?.total, count);
    assert.ok((group?.culprits.length ?? 0) >= 2);
    const hashes = db.prepare('SELECT COUNT(DISTINCT hash) FROM artifact').pluck().get() as number;
    assert.ok(hashes < 4 * count, `${hashes} files`);
  } finally {
    db.close();
  }
});
