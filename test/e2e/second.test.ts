/** A fire that goes on: the instance is recorded once more, by whichever process is there then. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { simpleParser } from 'mailparser';
import { ALARM_NAME, startDemoEnvironment } from '../../sandbox/demo/demo-environment.ts';
import { type DemoIncident, getJson } from '../../sandbox/demo/incident-api.ts';
import { type ServiceProcess, startServiceProcess } from '../../sandbox/demo/service-process.ts';
import { SKIP_PERF } from '../support/perf-present.ts';
import { until } from '../support/until.ts';

type Incident = DemoIncident & { readonly second?: { readonly captureId: string | null; readonly reason: string } };

test('while it burns there is one second report in the thread, also after a kill, and one all-clear', {
  skip: SKIP_PERF,
}, async (context) => {
  const environment = { CAPTURE_SECONDS: '5', SECOND_CAPTURE_MINUTES: '1' };
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
  const list = async () =>
    (await getJson<{ incidents: { id: string; state: string }[] }>(`${service.url}/api/v1/incidents`)).incidents;
  const view = (id: string) => getJson<Incident>(`${service.url}/api/v1/incidents/${id}`);
  await burn(0);
  const first = await until(180_000, 'the incident is notified', async () => {
    const [row] = await list();
    return row?.state === 'notified' ? row.id : undefined;
  });
  await service.kill();
  service = await startServiceProcess(demo.serviceEnvironment);
  const second = await until(240_000, 'it is recorded once more', async () => {
    const look = (await view(first)).second;
    assert.notEqual(look?.captureId, null, look?.reason);
    if (look?.captureId == null) return undefined;
    const again = await view(look.captureId);
    return again.state === 'notified' ? again : undefined;
  });
  assert.equal(second.report?.hotInstance, (await view(first)).report?.hotInstance);
  assert.match(second.report?.verdict.headline ?? '', /^\d min later: /);
  assert.deepEqual(
    (await list()).map(({ id }) => id),
    [first],
  );
  await burn(100);
  const mails = await until(240_000, 'the all-clear is told', async () => {
    const parsed = await Promise.all(demo.sandbox.mailbox().map(({ raw }) => simpleParser(Buffer.from(raw))));
    return parsed.some(({ subject }) => subject?.startsWith('Over after')) ? parsed : undefined;
  });
  assert.equal(mails.length, 3, mails.map(({ subject }) => subject).join('\n'));
  const [one] = mails;
  for (const mail of mails) assert.deepEqual(mail.references, one?.references);
  assert.match(mails[1]?.subject ?? '', /: \d min later: /);
});
