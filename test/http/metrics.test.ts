import assert from 'node:assert/strict';
import test from 'node:test';
import { Router } from 'express';
import { createApp } from '../../service/http/app.ts';
import { prometheusText } from '../../service/http/metrics/prometheus-text.ts';
import { createMetrics } from '../../service/http/metrics/service-metrics.ts';
import type { UpkeepDeps } from '../../service/http/metrics/upkeep-metrics.ts';
import type { LaneHealth } from '../../service/incidents/lanes/lane.ts';
import { observeSteps } from '../../service/incidents/observe-steps.ts';
import { createQueries } from '../../service/incidents/queries.ts';
import type { QueueFacts } from '../../service/incidents/queue/queue-poller.ts';
import type { Step } from '../../service/incidents/step.ts';
import { silentLog } from '../../service/shared/log.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { filesOf } from '../support/inline-analysis.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { serveApp } from '../support/serve-app.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);

const LANES: readonly LaneHealth[] = [
  { name: 'capture', due: 3, oldestDueMs: NOW, lastMovedMs: NOW },
  { name: 'outbox', due: 0, oldestDueMs: null, lastMovedMs: NOW },
];
const HOUSEKEEPING = {
  pruned: { incidents: 4, notifications: 30, bodies: 20, files: 8, fileBytes: 5_000 },
  runs: 3,
  failures: 1,
  lastRunMs: NOW,
};

async function setUp(upkeep: Partial<UpkeepDeps & { queues: () => readonly QueueFacts[] }> = {}) {
  const store = openTestStore();
  const metrics = createMetrics({
    version: '0.1.0',
    unrecorded: () => 7,
    queues: () => [],
    longestHoldMs: () => 250,
    now: () => NOW + 90_000,
    lanes: async () => LANES,
    housekeeping: () => HOUSEKEEPING,
    disk: async () => ({ freeBytes: 7e9, totalBytes: 20e9 }),
    ...upkeep,
  });
  const app = createApp({
    log: silentLog,
    intake: async () => ({ status: 403 }),
    refuse: async () => undefined,
    topicArns: [],
    hosts: [],
    trustProxy: [],
    queries: createQueries(localStore(store), { source: true, files: filesOf(localStore(store)) }),
    whyNotReady: async () => [],
    counts: async () => store.counts(),
    families: metrics.families,
    pages: Router(),
  });
  const base = await serveApp(app);
  const scrape = async () => {
    const answer = await fetch(`${base}/metrics`);
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    return readMetrics(await answer.text());
  };
  return { base, store, metrics, scrape };
}

test('an empty service has zeros, so that rates and alerts have something to start from', async () => {
  const { scrape } = await setUp();
  const series = await scrape();
  for (const name of [
    'smokejumper_incidents{state="notified"}',
    'smokejumper_incidents{state="failed"}',
    'smokejumper_notifications{outcome="rejected"}',
    'smokejumper_notifications{outcome="throttled"}',
    'smokejumper_incidents_burning',
    'smokejumper_incidents_retrying',
    'smokejumper_oldest_unfinished_incident_seconds',
    'smokejumper_artifact_bytes',
  ]) {
    assert.equal(series.get(name), 0, name);
  }
  assert.equal(series.get('smokejumper_rejected_unrecorded_total'), 7);
  assert.equal(series.get('nodejs_eventloop_lag_max_seconds'), 0.25);
  assert.equal(series.has('smokejumper_last_notification_timestamp_seconds'), false);
  assert.equal(series.get(`smokejumper_build_info{version="0.1.0",node="${process.version}"}`), 1);
  assert.ok((series.get('process_resident_memory_bytes') ?? 0) > 10e6);
});

test('a queue shows what came through it, and for how long it has been silent', async () => {
  const counts = { received: 9, deleted: 5, refused: 3, returned: 1, failures: 2 };
  const { scrape } = await setUp({ queues: () => [{ name: 'cpu-alarms', ...counts, silentMs: 21_500 }] });
  const series = await scrape();
  for (const [count, value] of Object.entries(counts)) {
    assert.equal(series.get(`smokejumper_queue_${count}_total{queue="cpu-alarms"}`), value);
  }
  assert.equal(series.get('smokejumper_queue_silent_seconds{queue="cpu-alarms"}'), 21.5);
  const without = await (await setUp()).scrape();
  assert.deepEqual(
    [...without.keys()].filter((name) => name.includes('queue')),
    [],
  );
});

test('an incident that is stuck shows: its age, its retries, its captures', async () => {
  const { store, scrape } = await setUp();
  const id = acceptAlarm(store, { nowMs: NOW });
  store.claim({
    states: ['accepted'],
    caps: { atOnce: 1, perGroup: 1, perAccount: 1 },
    owner: 'test',
    nowMs: NOW,
    leaseUntilMs: NOW + 1000,
  });
  store.postpone({ id: id, owner: 'test', attempts: 3, nextMs: NOW + 1000, note: 'AWS does not answer' });
  store.putFile(id, 'hot.svg', 'image/svg+xml', new Uint8Array(1234));
  const series = await scrape();
  assert.equal(series.get('smokejumper_oldest_unfinished_incident_seconds'), 90);
  assert.equal(series.get('smokejumper_incidents_retrying'), 1);
  assert.equal(series.get('smokejumper_incidents_burning'), 1);
  assert.equal(series.get('smokejumper_last_notification_timestamp_seconds'), NOW / 1000);
  assert.equal(series.get('smokejumper_artifact_bytes'), 1234);
  const retry = { attempts: 3, reason: 'AWS does not answer', nextAtMs: NOW + 1000 };
  assert.deepEqual(store.row(id)?.retry, retry, 'the page says it in words');
});

test('what waits, what was deleted and what room is left can be watched', async () => {
  const { scrape } = await setUp();
  const series = await scrape();
  const expected: Record<string, number> = {
    'smokejumper_lane_due{lane="capture"}': 3,
    'smokejumper_lane_due{lane="outbox"}': 0,
    'smokejumper_lane_oldest_due_seconds{lane="capture"}': 90,
    'smokejumper_lane_oldest_due_seconds{lane="outbox"}': 0,
    smokejumper_housekeeping_last_run_timestamp_seconds: NOW / 1000,
    smokejumper_housekeeping_runs_total: 3,
    smokejumper_housekeeping_failures_total: 1,
    'smokejumper_deleted_total{what="incidents"}': 4,
    'smokejumper_deleted_total{what="notifications"}': 30,
    'smokejumper_deleted_total{what="bodies"}': 20,
    'smokejumper_deleted_total{what="files"}': 8,
    smokejumper_deleted_file_bytes_total: 5_000,
    smokejumper_disk_free_bytes: 7e9,
    smokejumper_disk_size_bytes: 20e9,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(series.get(name), value, name);
});

test('what cannot be asked is absent, and so is the time of a run before the first; all else is there', async () => {
  const fails = () => Promise.reject(new Error('the database is locked'));
  const { scrape } = await setUp({
    lanes: fails,
    disk: fails,
    housekeeping: () => ({ ...HOUSEKEEPING, lastRunMs: null }),
  });
  const series = await scrape();
  const names = [...series.keys()].map((name) => name.split('{')[0]);
  for (const name of ['smokejumper_lane_due', 'smokejumper_disk_free_bytes']) assert.ok(!names.includes(name), name);
  assert.ok(!names.includes('smokejumper_housekeeping_last_run_timestamp_seconds'));
  assert.equal(series.get('smokejumper_housekeeping_failures_total'), 1);
});

test('runs of steps are counted by outcome, and timed except for those that only waited', async () => {
  const { store, metrics, scrape } = await setUp();
  const id = acceptAlarm(store, { nowMs: NOW });
  const incident = store.incident(id);
  assert.ok(incident);
  let ms = 0;
  const outcomes: (() => ReturnType<Step>)[] = [
    async () => ({ kind: 'wait', ms: 1 }),
    async () => ({ kind: 'advance', to: 'collected', detail: '' }),
    async () => {
      throw new Error('AWS does not answer');
    },
  ];
  const { signal } = new AbortController();
  const times = [0, 7, 0, 40_000, 0, 200_000];
  const { dispatched } = observeSteps(
    { dispatched: () => (outcomes.shift() ?? assert.fail)() },
    () => (ms = times.shift() ?? ms),
    metrics.step,
  );
  assert.deepEqual(await dispatched?.(incident, signal), { kind: 'wait', ms: 1 });
  await dispatched?.(incident, signal);
  await assert.rejects(async () => dispatched?.(incident, signal), /AWS does not answer/);
  const series = await scrape();
  for (const outcome of ['waited', 'advanced', 'failed']) {
    assert.equal(series.get(`smokejumper_step_runs_total{state="dispatched",outcome="${outcome}"}`), 1);
  }
  const at = (le: string) => series.get(`smokejumper_step_duration_seconds_bucket{state="dispatched",le="${le}"}`);
  assert.deepEqual([at('30'), at('60'), at('120'), at('+Inf')], [0, 1, 1, 2]);
  assert.equal(series.get('smokejumper_step_duration_seconds_count{state="dispatched"}'), 2);
  assert.equal(series.get('smokejumper_step_duration_seconds_sum{state="dispatched"}'), 240);
});

test('answers are counted by kind and status; what strangers type creates no new series', async () => {
  const { base, scrape } = await setUp();
  await fetch(`${base}/sns`, { method: 'POST', body: '{}' });
  for (const path of ['/a', '/b/c', '/wp-login.php', '/constructor', '/__proto__']) await fetch(base + path);
  await fetch(`${base}/api/v1/incidents`);
  await scrape();
  const series = await scrape();
  assert.equal(series.get('smokejumper_http_requests_total{route="sns",status="403"}'), 1);
  assert.equal(series.get('smokejumper_http_requests_total{route="api",status="200"}'), 1);
  assert.equal(series.get('smokejumper_http_requests_total{route="other",status="404"}'), 5);
  assert.equal(series.get('smokejumper_http_requests_total{route="health",status="200"}'), 1);
});

test('labels are escaped', () => {
  const text = prometheusText([
    {
      name: 'x',
      help: 'a\\b\nc',
      type: 'gauge',
      samples: [{ labels: { l: 'q"\\\n{}' }, value: Number.POSITIVE_INFINITY }],
    },
  ]);
  assert.equal(text, '# HELP x a\\\\b\\nc\n# TYPE x gauge\nx{l="q\\"\\\\\\n{}"} +Inf\n');
});
