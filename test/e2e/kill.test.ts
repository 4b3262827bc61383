/** kill -9 at each state of one incident: nothing is lost, nothing is profiled or mailed twice. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { ListCommandsCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DEMO_CREDENTIALS } from '../../sandbox/aws/credentials.ts';
import { ALARM_NAME, startDemoEnvironment } from '../../sandbox/demo/demo-environment.ts';
import { type DemoIncident, getJson } from '../../sandbox/demo/incident-api.ts';
import { type ServiceProcess, startServiceProcess } from '../../sandbox/demo/service-process.ts';
import { SKIP_PERF } from '../support/perf-present.ts';
import { reportMails } from '../support/sandbox/report-mails.ts';
import { until } from '../support/until.ts';

test('an incident survives a kill -9 of the service at each of its states', { skip: SKIP_PERF }, async (context) => {
  const demo = await startDemoEnvironment({ port: 0, say: () => undefined, environment: { CAPTURE_SECONDS: '3' } });
  let service: ServiceProcess = demo.service;
  context.after(async () => {
    await service.kill();
    await demo.close();
  });
  await demo.cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName: ALARM_NAME, StateValue: 'ALARM', StateReason: 'a person tries it' }),
  );
  const killedAt = new Set<string>();
  // At each state a lease of the service that was killed must end first; there are seven, and a busy machine.
  const incident = await until(420_000, 'the incident is notified', async () => {
    const { incidents } = await getJson<{ incidents: { id: string; state: string }[] }>(
      `${service.url}/api/v1/incidents`,
    );
    const [row] = incidents;
    if (row === undefined) return undefined;
    if (row.state === 'notified') return getJson<DemoIncident>(`${service.url}/api/v1/incidents/${row.id}`);
    if (killedAt.has(row.state)) return undefined;
    killedAt.add(row.state);
    await service.kill();
    service = await startServiceProcess(demo.serviceEnvironment);
    return undefined;
  });
  assert.ok(killedAt.size >= 1, 'it was killed at least once');
  context.diagnostic(`killed at: ${[...killedAt].join(', ')}`);
  assert.deepEqual(
    incident.events.map((event) => event.state),
    ['accepted', 'targeted', 'dispatched', 'collected', 'analyzed', 'reported', 'notified'],
  );
  assert.deepEqual(incident.report?.shortcomings, []);
  // Killed in the moment between the server's yes and our note of it, a mail goes out again: the very same.
  const mails = reportMails(demo.sandbox.mailbox()).map(({ raw }) => raw.toString('latin1'));
  assert.equal(new Set(mails.map((mail) => /^Message-ID: (\S+)/im.exec(mail)?.[1])).size, 1);
  assert.ok(mails.length <= 2, `${mails.length} mails`);
  const ssm = new SSMClient({
    region: demo.sandbox.region,
    endpoint: demo.sandbox.endpoint,
    credentials: DEMO_CREDENTIALS,
  });
  const { Commands: commands = [] } = await ssm.send(new ListCommandsCommand({}));
  const captures = commands.filter((command) => /^cap-\w+$/.test(command.Comment ?? ''));
  assert.equal(captures.length, 2, 'one capture command per instance');
});
