/** The whole chain with real perf: a healthy member is recorded, and an incident without a peer is compared with it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import Database from 'better-sqlite3';
import { ALARM_NAME, startDemoEnvironment } from '../../sandbox/demo/demo-environment.ts';
import { type DemoIncident, getJson } from '../../sandbox/demo/incident-api.ts';
import { type ServiceProcess, startServiceProcess } from '../../sandbox/demo/service-process.ts';
import type { ReportData } from '../../service/report/report-data.ts';
import { SKIP_PERF } from '../support/perf-present.ts';
import { until } from '../support/until.ts';

const TWO_HOURS = 2 * 3_600_000;

interface Row {
  readonly id: string;
  readonly state: string;
  readonly closedAtMs: number | null;
}

test('an incident without a peer is compared with a member that was recorded when all was well', {
  skip: SKIP_PERF,
}, async (context) => {
  const environment = { CAPTURE_SECONDS: '5', SECOND_CAPTURE_MINUTES: '0' };
  const demo = await startDemoEnvironment({ port: 0, say: () => undefined, environment });
  let service: ServiceProcess = demo.service;
  context.after(async () => {
    await service.kill();
    await demo.close();
  });
  // The threshold says whether it burns: how much CPU a fire gets depends on what else this machine does.
  const burn = async (threshold: number) => {
    const names = { AlarmNames: [ALARM_NAME] };
    const { MetricAlarms: [alarm] = [] } = await demo.cloudWatch.send(new DescribeAlarmsCommand(names));
    const { AlarmName, ComparisonOperator, EvaluationPeriods, ...rest } = alarm ?? {};
    const needed = { AlarmName, ComparisonOperator, EvaluationPeriods };
    await demo.cloudWatch.send(new PutMetricAlarmCommand({ ...rest, ...needed, Threshold: threshold }));
  };
  const list = async () => (await getJson<{ incidents: Row[] }>(`${service.url}/api/v1/incidents`)).incidents;
  const restart = async (changes: Readonly<Record<string, string>>) => {
    await service.kill();
    service = await startServiceProcess({ ...demo.serviceEnvironment, ...changes });
  };
  const database = () => new Database(join(demo.serviceEnvironment.DATA_DIR ?? '', 'smokejumper.sqlite'));
  await burn(0);
  await until(180_000, 'the first incident is notified', async () =>
    (await list())[0]?.state === 'notified' ? true : undefined,
  );
  await burn(100);
  await until(120_000, 'it is over', async () => ((await list())[0]?.closedAtMs == null ? undefined : true));
  await service.kill();
  const db = database();
  db.prepare('UPDATE incident SET opened_at_ms = opened_at_ms - ?, closed_at_ms = closed_at_ms - ?').run(
    ...[TWO_HOURS, TWO_HOURS],
  );
  await restart({ BASELINE: 'daily' });
  const outcome = db.prepare('SELECT outcome, failure_json FROM baseline');
  context.after(() => db.close());
  const row = await until(180_000, 'a baseline is recorded', async () => {
    const found = outcome.get() as { readonly outcome: string; readonly failure_json: string | null } | undefined;
    return found === undefined || found.outcome === 'pending' ? undefined : found;
  });
  assert.equal(row.outcome, 'collected', row.failure_json ?? '');
  // Nobody is old enough to be a peer.
  await restart({ PEER_MIN_AGE_SECONDS: '86400' });
  await burn(0);
  const id = await until(180_000, 'the second incident is notified', async () => {
    const [newest, ...older] = await list();
    return older.length > 0 && newest?.state === 'notified' ? newest.id : undefined;
  });
  const { report } = await getJson<DemoIncident & { readonly report: ReportData }>(
    `${service.url}/api/v1/incidents/${id}`,
  );
  assert.deepEqual(report.peerInstances, []);
  assert.ok(report.baseline !== undefined && report.healthy !== null);
  assert.ok(report.quality.issues.some(({ code }) => code === 'baseline'));
  const page = await (await fetch(`${service.url}/incidents/${id}`)).text();
  assert.match(page, /Compared with/);
  assert.doesNotMatch(JSON.stringify([report.shortcomings, report.verdict]), /no (?:healthy )?peer/i);
});
