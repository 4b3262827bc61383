/** What AWS takes at most in one request, and what its words mean. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createAlarmTargets } from '../../service/aws/alarm-targets.ts';
import { createClients } from '../../service/aws/clients.ts';
import { createCommands } from '../../service/aws/commands.ts';
import { createFleet } from '../../service/aws/fleet.ts';
import { cleanCall } from '../../service/capture/capture-script.ts';
import { sentDocument } from '../../service/compose.ts';
import type { GroupName, InstanceId } from '../../service/shared/ids.ts';
import { HOT } from '../support/accept-alarm.ts';
import { answering } from '../support/answering-client.ts';

const aws = createClients('us-east-1');
const DOCUMENT = sentDocument('AWS-RunShellScript');
const IDS = Array.from({ length: 1_100 }, (_, at) => `i-${at.toString(16).padStart(17, '0')}` as InstanceId);

test('each status of SSM has one meaning here; one that is not known has not ended', async () => {
  const meanings = {
    Pending: 'pending',
    Delayed: 'pending',
    InProgress: 'running',
    Cancelling: 'running',
    Success: 'success',
    Cancelled: 'cancelled',
    TimedOut: 'timed-out',
    Failed: 'failed',
    Invented: 'running',
  };
  for (const [Status, meaning] of Object.entries(meanings)) {
    const ssm = answering(aws.ssm, () => ({ Status, StatusDetails: Status, ResponseCode: -1 }));
    const { status, detail } = await createCommands(ssm, { document: DOCUMENT, deliverySeconds: 60 }).result(HOT, 'c');
    assert.deepEqual([status, detail], [meaning, Status]);
  }
});

test('SSM has the time to deliver that is asked for, but no less than its minimum of 30 s', async () => {
  const sent: object[] = [];
  const ssm = answering(aws.ssm, (input) => {
    sent.push(input);
    return { Command: { CommandId: 'c' } };
  });
  const request = { instanceId: HOT, label: 'x', call: cleanCall({ captureId: 'cap-1' }), timeoutSeconds: 20 };
  for (const deliverySeconds of [5, 60])
    await createCommands(ssm, { document: DOCUMENT, deliverySeconds }).send(request);
  assert.deepEqual(
    sent.map((input) => (input as { TimeoutSeconds: number }).TimeoutSeconds),
    [30, 60],
  );
});

test('a large group is asked about in requests that AWS takes: 100 ids, 500 queries', async () => {
  const sizes: Record<string, number[]> = { ec2: [], ssm: [], cloudWatch: [] };
  const clients = {
    autoScaling: answering(aws.autoScaling, () => ({
      AutoScalingGroups: [{ Instances: IDS.slice(0, 250).map((InstanceId) => ({ InstanceId })) }],
    })),
    ec2: answering(aws.ec2, (input) => {
      sizes.ec2?.push((input as { Filters: { Values: [] }[] }).Filters[0]?.Values.length ?? 0);
      return {};
    }),
    ssm: answering(aws.ssm, (input) => {
      sizes.ssm?.push((input as { Filters: { Values: [] }[] }).Filters[0]?.Values.length ?? 0);
      return {};
    }),
    cloudWatch: answering(aws.cloudWatch, (input) => {
      sizes.cloudWatch?.push((input as { MetricDataQueries: [] }).MetricDataQueries.length);
      return {};
    }),
  };
  const fleet = createFleet(clients, { periodSeconds: 60 });
  assert.equal((await fleet.members('web' as GroupName)).length, 250);
  assert.equal((await fleet.cpu(IDS, 0, 60_000)).size, 1_100);
  assert.deepEqual(sizes, { ec2: [100, 100, 50], ssm: [100, 100, 50], cloudWatch: [500, 500, 100] });
});

test('composite alarms that hold each other without end are walked four deep, 100 names at once', async () => {
  let most = 0;
  let looks = 0;
  const names = Array.from({ length: 150 }, (_, at) => ({ AlarmName: `child-${at}` }));
  const cloudWatch = answering(aws.cloudWatch, (input) => {
    const { AlarmNames } = input as { AlarmNames?: string[] };
    if (AlarmNames === undefined) return { CompositeAlarms: names };
    looks++;
    most = Math.max(most, AlarmNames.length);
    return { CompositeAlarms: [{ AlarmName: 'itself', StateValue: 'ALARM' }] };
  });
  await createAlarmTargets(cloudWatch).targetsOf([], 'tree');
  assert.deepEqual([looks, most], [4, 100]);
});
