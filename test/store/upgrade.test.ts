/** A database of an earlier schema keeps what is in it. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { IncidentFilter } from '../../service/incidents/incident-filter.ts';
import { culpritOf } from '../../service/incidents/triage/earlier.ts';
import type { ReportData } from '../../service/report/report-data.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { ArtifactFolder } from '../../service/store/artifact-folder.ts';
import { openDatabase } from '../../service/store/database.ts';
import { SqliteStore } from '../../service/store/sqlite-store.ts';
import { cpuAlarm, HOT } from '../support/accept-alarm.ts';
import { MIGRATIONS, temporaryFolder } from '../support/open-test-store.ts';
import { completeReport } from '../support/sample-report.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const CAPS = { atOnce: 4, perGroup: 4, perAccount: 4 };
const claim = (nowMs: number) =>
  ({ states: ['accepted'], caps: CAPS, owner: 'me', nowMs, leaseUntilMs: nowMs + 1000 }) as const;

/** As the first release wrote it: a report, an incident under way, a throttled alarm. */
function oldDatabase(): string {
  const folder = temporaryFolder();
  const first = temporaryFolder();
  copyFileSync(join(MIGRATIONS, '0001_incidents.sql'), join(first, '0001_incidents.sql'));
  const path = join(folder, 'old.sqlite');
  const db = openDatabase(path, first);
  const incident = db.prepare(
    `INSERT INTO incident (id, state, alarm_key, alarm_name, alarm_json, changed_at_ms, scope, group_name, hot_instance,
                           headline, verdict_class, report_json, opened_at_ms, closed_at_ms, next_attempt_at_ms)
     VALUES (:id, :state, 'key', 'web CPU', :alarm, :at, 'group web-prod', 'web-prod', :hot, :headline, :verdict,
             :report, :at, :closed, :at)`,
  );
  const alarm = JSON.stringify(cpuAlarm(NOW));
  const nothing = { headline: null, verdict: null, report: null, hot: null, closed: null, alarm };
  incident.run({ ...nothing, id: 'inc-new', state: 'accepted', at: NOW });
  incident.run({ ...nothing, id: 'inc-throttled', state: 'throttled', at: NOW - 1000, report: 'no JSON' });
  const saved = JSON.stringify(completeReport);
  const report = { headline: 'parseHTML 0.02 → 1.41 cores', verdict: 'hot path', report: saved };
  incident.run({
    ...nothing,
    ...report,
    id: 'inc-old',
    state: 'notified',
    hot: HOT,
    at: NOW - 9000,
    closed: NOW - 5000,
  });
  db.exec(`
    INSERT INTO incident_event (incident_id, at_ms, state, detail) VALUES ('inc-old', 1, 'accepted', 'as it was');
    INSERT INTO notification (received_at_ms, message_id, outcome, reason, incident_id, body)
    VALUES (${NOW}, 'm1', 'accepted', 'first', 'inc-old', '{}'), (${NOW + 1}, NULL, 'rejected', 'forged', NULL, '');
    INSERT INTO capture (id, incident_id, position, instance_id, role, seconds, hz, outcome)
    VALUES ('cap-1', 'inc-old', 0, '${HOT}', 'hot', 30, 99, 'collected');
    INSERT INTO artifact (incident_id, name, content_type, bytes, hash)
    VALUES ('inc-old', 'hot.svg', 'x', 12, 'abc');`);
  db.close();
  return path;
}

test('incidents, events, captures, files and the log of the first schema are all there, and counted', (t) => {
  const path = oldDatabase();
  const db = openDatabase(path, MIGRATIONS);
  t.after(() => db.close());
  const store = new SqliteStore(db, new ArtifactFolder(temporaryFolder()));
  assert.deepEqual(
    store.list({ limit: 10 }).rows.map(({ id, state }) => `${id} ${state}`),
    ['inc-new accepted', 'inc-throttled throttled', 'inc-old notified'],
  );
  const old = 'inc-old' as IncidentId;
  assert.equal(store.row(old)?.headline, 'parseHTML 0.02 → 1.41 cores');
  assert.deepEqual(store.events(old), [{ atMs: 1, state: 'accepted', detail: 'as it was' }]);
  assert.equal(store.captures(old)[0]?.instanceId, HOT);
  assert.deepEqual(store.files(old), [{ name: 'hot.svg', bytes: 12 }]);
  assert.deepEqual(store.counts(), {
    incidents: { accepted: 1, throttled: 1, notified: 1 },
    notifications: { accepted: 1, rejected: 1 },
    captures: [{ role: 'hot', outcome: 'collected', n: 1 }],
    baselines: {},
    burning: 1,
    retrying: 0,
    oldestUnfinishedMs: NOW,
    lastNotificationMs: NOW,
    artifactBytes: 12,
  });
  assert.equal(store.claim(claim(NOW))?.id, 'inc-new');
});

test('the incidents of the first schema are found by what their findings name', (t) => {
  const db = openDatabase(oldDatabase(), MIGRATIONS);
  t.after(() => db.close());
  const store = new SqliteStore(db, new ArtifactFolder(temporaryFolder()));
  const words = db.prepare('SELECT words FROM incident WHERE id = ?').pluck();
  assert.equal(words.get('inc-new'), '');
  const before = words.get('inc-old') as string;
  store.saveReport('inc-old' as IncidentId, completeReport);
  const after = new Set((words.get('inc-old') as string).split('\n'));
  assert.deepEqual(
    before.split('\n').filter((word) => !after.has(word)),
    [],
  );
  for (const text of ['htmlparser2 decodeEnvelope', 'hot path', HOT]) {
    assert.deepEqual(
      store.list({ text, limit: 10 }).rows.map(({ id }) => id),
      ['inc-old'],
      text,
    );
  }
});

/** As a release before people could work on incidents wrote it. */
function secondDatabase(reports: readonly ReportData[]): string {
  const folder = temporaryFolder();
  for (const name of ['0001_incidents.sql', '0002_storm.sql']) copyFileSync(join(MIGRATIONS, name), join(folder, name));
  const path = join(temporaryFolder(), 'second.sqlite');
  const db = openDatabase(path, folder);
  const incident = db.prepare(
    `INSERT INTO incident (id, state, alarm_key, alarm_name, alarm_json, changed_at_ms, scope, group_name, opened_at_ms,
                           next_attempt_at_ms, pinned, report_json)
     VALUES (:id, 'notified', 'key', 'web CPU', '{}', 1, 'group web-prod', 'web-prod', 1, 1, 1, :report)`,
  );
  for (const [at, report] of reports.entries()) incident.run({ id: `inc-${at}`, report: JSON.stringify(report) });
  db.exec(`
    INSERT INTO pruned (id, alarm_name, opened_at_ms, pruned_at_ms) VALUES ('inc-gone', 'web CPU', 1, 2);
    INSERT INTO delivery (id, incident_id, channel, recipient, attempts, created_at_ms, next_attempt_at_ms)
    VALUES (7, 'inc-0', 'mail', 'oncall@example.com', 2, 3, 4);`);
  db.close();
  return path;
}

test('reports of the second schema are found by the function that they name; what is pinned or gone stays so', (t) => {
  const [finding] = completeReport.findings;
  assert.ok(finding);
  const files = ['/srv/releases/4/lib/Parser.js', 'Parser.js', '/a/a', 'a/', '', null];
  const reports = [
    ...files.map((file) => ({ ...completeReport, findings: [{ ...finding, file }] })),
    { ...completeReport, findings: [{ ...finding, package: null }] },
    { ...completeReport, findings: [] },
  ];
  const db = openDatabase(secondDatabase(reports), MIGRATIONS);
  t.after(() => db.close());
  const store = new SqliteStore(db, new ArtifactFolder(temporaryFolder()));
  const culprits = db.prepare('SELECT culprit FROM incident_culprit ORDER BY seq').pluck().all();
  assert.deepEqual(
    culprits,
    reports.map(culpritOf).filter((culprit) => culprit !== null),
  );
  assert.equal(store.triage('inc-0' as IncidentId, NOW).pinned, true);
  assert.equal(store.pruned('inc-gone' as IncidentId)?.deletedBy, null);
});

test('what the outbox of the second schema has not delivered is still to be delivered, as the same row', (t) => {
  const db = openDatabase(secondDatabase([completeReport]), MIGRATIONS);
  t.after(() => db.close());
  const store = new SqliteStore(db, new ArtifactFolder(temporaryFolder()));
  const recipient = { kind: 'report', channel: 'mail', recipient: 'oncall@example.com' };
  assert.deepEqual(store.claimDelivery('me', NOW, NOW + 1000), {
    ...recipient,
    ...{ id: 7, incidentId: 'inc-0', attempts: 2, createdAtMs: 3 },
  });
  assert.equal(store.settleDelivery({ id: 7, owner: 'me', state: 'sent', atMs: NOW, note: null }), true);
  assert.deepEqual(store.deliveries('inc-0' as IncidentId), [{ ...recipient, state: 'sent', note: null }]);
});

test('the incidents of the first schema are found by the filters that came later', (t) => {
  const db = openDatabase(oldDatabase(), MIGRATIONS);
  t.after(() => db.close());
  const store = new SqliteStore(db, new ArtifactFolder(temporaryFolder()));
  const found = (filter: IncidentFilter) => {
    const page = store.list({ ...filter, limit: 10 });
    assert.equal(page.total, page.rows.length, 'values are counted');
    return page.rows.map(({ id }) => id).join(' ');
  };
  assert.equal(found({ verdict: 'hot path' }), 'inc-old');
  assert.equal(found({ instance: HOT }), 'inc-old');
  assert.equal(found({ group: 'web-prod' }), 'inc-new inc-throttled inc-old');
  assert.equal(found({ account: '123456789012' }), 'inc-new inc-throttled inc-old');
  assert.equal(found({ region: 'us-east-1' }), 'inc-new inc-throttled inc-old');
  assert.deepEqual(db.prepare('SELECT DISTINCT region FROM incident').pluck().all(), ['us-east-1']);
  assert.equal(found({ state: 'burning' }), 'inc-new');
  assert.equal(found({ state: 'throttled' }), 'inc-throttled');
  assert.equal(found({ state: 'over' }), 'inc-old');
});

test('what reports of the first schema say of functions is noted in steps, once', (t) => {
  const db = openDatabase(oldDatabase(), MIGRATIONS);
  t.after(() => db.close());
  const store = new SqliteStore(db, new ArtifactFolder(temporaryFolder()));
  const found = (filter: IncidentFilter) => store.list({ ...filter, limit: 10 }).rows.map(({ id }) => id);
  assert.deepEqual(found({ function: 'parseHTML' }), []);
  assert.equal(store.fillHistory(1), true);
  assert.equal(store.fillHistory(2), false);
  assert.deepEqual(found({ function: 'parseHTML' }), ['inc-old']);
  assert.deepEqual(found({ package: 'fast-zip' }), ['inc-old']);
  assert.deepEqual(found({ text: 'ingestMail' }), ['inc-old'], 'and words that searches know now');
  assert.deepEqual(found({ cause: 'inc-old' }), ['inc-old']);
  assert.equal(db.prepare('SELECT COUNT(*) FROM history_due').pluck().get(), 0);
  assert.equal(store.fillHistory(2), false);
});

test('what refers to an incident still goes with it', (t) => {
  const db = openDatabase(oldDatabase(), MIGRATIONS);
  t.after(() => db.close());
  new SqliteStore(db, new ArtifactFolder(temporaryFolder())).fillHistory(10);
  assert.equal(db.prepare('SELECT COUNT(*) FROM incident_cause').pluck().get(), 1);
  db.exec("DELETE FROM incident WHERE id = 'inc-old'");
  for (const table of ['incident_event', 'capture', 'artifact', "incident_facet WHERE value = 'hot path'"]) {
    assert.equal(db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get(), 0, table);
  }
  for (const table of [
    'incident_function',
    'known_function',
    'incident_cause',
    'incident_trace',
    'history_due WHERE seq <> 2',
  ])
    assert.equal(db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get(), 0, table);
  assert.equal(db.prepare("SELECT incident_id FROM notification WHERE message_id = 'm1'").pluck().get(), null);
  assert.equal(db.prepare("SELECT n FROM tally WHERE kind = 'artifact'").pluck().get(), 0);
});
