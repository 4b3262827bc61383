/** What the store knows of baselines. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { NewBaseline } from '../../service/incidents/baseline/baseline.ts';
import type { CaptureId, GroupName, IncidentId } from '../../service/shared/ids.ts';
import type { SqliteStore } from '../../service/store/sqlite-store.ts';
import { acceptAlarm, cpuAlarm, PEER } from '../support/accept-alarm.ts';
import { openTestDatabase } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const GROUP = 'web-prod' as GroupName;
const KEPT = { incidentMs: null, fileBytes: null, notificationMs: null, bodyMs: null };
const id = (name: string) => `cap-baseline-${name}` as CaptureId;

function baseline(name: string, changes: Partial<NewBaseline> = {}): NewBaseline {
  return {
    ...{ id: id(name), group: GROUP, accountId: '123456789012', region: 'us-east-1', instanceId: PEER },
    ...{ launchedBy: 'launch template web v7', cpuPercent: 12.5, seconds: 10, hz: 99, begunAtMs: NOW, failure: null },
    ...changes,
  };
}

/** With the file that came back. */
function recorded(store: SqliteStore, name: string, changes: Partial<NewBaseline> = {}): void {
  assert.ok(store.beginBaseline(baseline(name, changes)));
  store.putBaseline(id(name), new TextEncoder().encode(`recording ${name}`));
  store.endBaseline(id(name), 'collected', null);
}

/** Nothing is to be done any more for its incident. */
function ended() {
  const { db, store, artifacts } = openTestDatabase();
  const incident = acceptAlarm(store, { nowMs: NOW });
  db.prepare(`UPDATE incident SET state = 'notified', closed_at_ms = ? WHERE id = ?`).run(NOW + 60_000, incident);
  return { db, store, artifacts, incident };
}

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());

test('groups that alarmed are known with their newest alarm, and since when it is quiet', () => {
  const { db, store } = ended();
  const facts = () => store.baselineFacts(NOW - DAY, 10);
  assert.deepEqual(facts(), {
    ...{ alarmGoesFirst: false, lastTryMs: null },
    groups: [
      {
        ...{ group: GROUP, accountId: '123456789012', region: 'us-east-1', alarm: cpuAlarm(NOW) },
        ...{ openSinceMs: null, lastMovedMs: NOW + 60_000, lastTryMs: null },
      },
    ],
  });
  recorded(store, 'a', { begunAtMs: NOW + HOUR });
  assert.deepEqual([facts().lastTryMs, facts().groups[0]?.lastTryMs], [NOW + HOUR, NOW + HOUR]);
  const next = acceptAlarm(store, { nowMs: NOW + 2 * HOUR });
  const [group] = facts().groups;
  assert.deepEqual(
    [facts().alarmGoesFirst, group?.openSinceMs, group?.lastMovedMs],
    [true, NOW + 2 * HOUR, NOW + 2 * HOUR],
  );
  assert.deepEqual(store.baselineFacts(NOW + 3 * HOUR, 10).groups, []);
  assert.deepEqual(store.baselineFacts(NOW - DAY, 0).groups, []);
  db.prepare(`UPDATE incident SET state = 'throttled' WHERE id = ?`).run(next);
  assert.equal(facts().groups[0]?.openSinceMs, null);
});

test('groups of the same name in two regions are two, and a drill makes none', () => {
  const { db, store } = ended();
  acceptAlarm(store, { nowMs: NOW, alarm: cpuAlarm(NOW, { region: 'eu-west-1' }) });
  const drill = acceptAlarm(store, { nowMs: NOW, alarm: cpuAlarm(NOW, { region: 'eu-north-1' }) });
  db.prepare('INSERT INTO drill (seq) SELECT seq FROM incident WHERE id = ?').run(drill);
  const regions = store.baselineFacts(NOW - DAY, 10).groups.map(({ region }) => region);
  assert.deepEqual(regions.sort(), ['eu-west-1', 'us-east-1']);
});

test('one at a time, and none while an alarm waits or is captured', () => {
  const { db, store } = ended();
  assert.equal(store.beginBaseline(baseline('a')), true);
  assert.equal(store.beginBaseline(baseline('b')), false);
  store.endBaseline(id('a'), 'failed', null);
  const waiting = acceptAlarm(store, { nowMs: NOW });
  assert.equal(store.beginBaseline(baseline('c')), false);
  db.prepare(`UPDATE incident SET state = 'collected' WHERE id = ?`).run(waiting);
  assert.equal(store.beginBaseline(baseline('d', { begunAtMs: NOW + 1 })), true);
  assert.deepEqual(
    store.baselines(GROUP, 5).map((one) => one.id),
    [id('d'), id('a')],
  );
});

test('whoever works on it holds its lease, until he gives it back or dies', () => {
  const { store } = ended();
  store.beginBaseline(baseline('a'));
  const claim = (owner: string, nowMs: number) => store.claimBaseline(owner, nowMs, nowMs + 1000)?.id;
  assert.deepEqual([claim('one', NOW), claim('two', NOW)], [id('a'), undefined]);
  assert.equal(store.nextBaselineMs(NOW), NOW + 1000);
  assert.deepEqual(
    [store.renewBaseline(id('a'), 'two', NOW), store.renewBaseline(id('a'), 'one', NOW + 5000)],
    [false, true],
  );
  assert.equal(claim('two', NOW + 4999), undefined);
  assert.equal(store.postponeBaseline(id('a'), 'two', 1, NOW), false);
  assert.equal(store.postponeBaseline(id('a'), 'one', 1, NOW + 9000), true);
  assert.deepEqual([claim('two', NOW + 8999), claim('two', NOW + 9000)], [undefined, id('a')]);
  assert.deepEqual([store.releaseLeases('tw'), claim('three', NOW + 9000)], [1, id('a')]);
  store.shiftTimes(HOUR);
  assert.equal(store.nextBaselineMs(NOW + 9000), NOW + 10_000 + HOUR);
  store.endBaseline(id('a'), 'failed', { code: 'X', message: 'No.', hint: null });
  assert.equal(store.postponeBaseline(id('a'), 'three', 1, NOW), false);
  assert.equal(store.nextBaselineMs(NOW), undefined);
  assert.deepEqual([store.baseline(id('a'))?.outcome, store.baseline(id('a'))?.failure?.code], ['failed', 'X']);
});

test('it makes way for an alarm of its group, and for one of which the group is not known', () => {
  const { db, store } = ended();
  store.beginBaseline(baseline('a'));
  const makesWay = () => {
    const claimed = store.claimBaseline('me', NOW, NOW + 1000);
    store.postponeBaseline(id('a'), 'me', 0, NOW);
    return claimed?.makesWay;
  };
  assert.equal(makesWay(), false);
  const other = acceptAlarm(store, { nowMs: NOW });
  const known = db.prepare('UPDATE incident SET group_name = ? WHERE id = ?');
  known.run('api', other);
  assert.equal(makesWay(), false);
  for (const group of [GROUP, null]) {
    known.run(group, other);
    assert.equal(makesWay(), true);
  }
});

test('the newest three of a group are kept with their files, and all files count', () => {
  const { store, artifacts } = ended();
  for (const [at, name] of ['a', 'b', 'c', 'd'].entries()) recorded(store, name, { begunAtMs: NOW + at });
  for (const name of ['w', 'x', 'y', 'z']) {
    store.beginBaseline(baseline(name, { instanceId: null, failure: { code: 'X', message: 'No.', hint: null } }));
  }
  recorded(store, 'other', { group: 'api' as GroupName });
  assert.deepEqual(store.counts().baselines, { collected: 5, failed: 4 });
  assert.equal(files(artifacts).length, 5);
  const bytes = store.counts().artifactBytes;
  const pruned = store.prune(KEPT, NOW, 100);
  assert.deepEqual([pruned.files, pruned.fileBytes, pruned.more], [1, 'recording a'.length, false]);
  assert.equal(store.counts().artifactBytes, bytes - 'recording a'.length);
  const left = store.baselines(GROUP, 10);
  assert.deepEqual(
    left.filter(({ outcome }) => outcome === 'collected').map((one) => one.id),
    ['d', 'c', 'b'].map(id),
  );
  assert.equal(left.filter(({ outcome }) => outcome === 'failed').length, 3);
  assert.equal(store.baselines('api', 10).length, 1);
  // Not by a sweep, while a row refers to them.
  for (let folder = 0; folder < 256; folder++) store.sweepFiles(folder, NOW + 100 * DAY);
  assert.equal(files(artifacts).length, 4);
  assert.equal(store.prune({ ...KEPT, incidentMs: DAY }, NOW + 2 * DAY, 100).files, 4);
  assert.deepEqual(store.baselines(GROUP, 10), []);
});

test('an incident adopts the newest one of its group, once, and keeps it when the baseline goes', () => {
  const { db, store, artifacts, incident } = ended();
  recorded(store, 'old', { begunAtMs: NOW - 2 * DAY });
  recorded(store, 'new', { begunAtMs: NOW - DAY });
  recorded(store, 'foreign', { begunAtMs: NOW, region: 'eu-west-1' });
  recorded(store, 'other', { begunAtMs: NOW, group: 'api' as GroupName });
  const adopt = (name: string, sinceMs: number) => store.adoptBaseline(incident, name as CaptureId, sinceMs);
  assert.equal(adopt('cap-0', NOW - DAY), undefined);
  const adopted = adopt('cap-1', NOW - 3 * DAY);
  assert.deepEqual(adopted, {
    ...{ id: 'cap-1', incidentId: incident, instanceId: PEER, role: 'peer', seconds: 10, hz: 99 },
    ...{ startAtMs: NOW - DAY, commandId: null, outcome: 'collected', failure: null },
    baseline: { launchedBy: 'launch template web v7', cpuPercent: 12.5 },
  });
  assert.deepEqual(adopt('cap-2', NOW - 3 * DAY), adopted);
  assert.deepEqual(store.captures(incident), [adopted]);
  db.exec('DELETE FROM baseline');
  for (let folder = 0; folder < 256; folder++) store.sweepFiles(folder, NOW + 100 * DAY);
  assert.equal(new TextDecoder().decode(store.file(incident, 'cap-1.capture.gz')?.content), 'recording new');
  assert.equal(files(artifacts).length, 1);
});

test('one of which the file is gone is adopted only where there is no other', () => {
  const { store, artifacts, incident } = ended();
  recorded(store, 'old', { begunAtMs: NOW - 2 * DAY });
  rmSync(artifacts, { recursive: true });
  recorded(store, 'lost', { begunAtMs: NOW - DAY });
  const other = acceptAlarm(store, { nowMs: NOW });
  assert.equal(store.adoptBaseline(other, 'cap-1' as CaptureId, 0)?.startAtMs, NOW - DAY);
  rmSync(join(artifacts), { recursive: true });
  assert.equal(store.adoptBaseline(incident, 'cap-2' as CaptureId, 0)?.startAtMs, NOW - DAY);
  assert.throws(() => store.file(incident, 'cap-2.capture.gz'), { code: 'ARTIFACT_MISSING' });
  assert.equal(store.adoptBaseline('inc-none' as IncidentId, 'cap-3' as CaptureId, 0), undefined);
});
