/** What AWS takes at most in one request, and what its words mean. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createAlarmTargets } from '../../service/aws/alarm-targets.ts';
import { createClients } from '../../service/aws/clients.ts';
import { createCommands } from '../../service/aws/commands.ts';
import { createFleet } from '../../service/aws/fleet/fleet.ts';
import { cleanCall } from '../../service/capture/capture-script.ts';
import { sentDocument } from '../../service/engine.ts';
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
  await createAlarmTargets(cloudWatch).childrenOf([], 'tree');
  assert.deepEqual([looks, most], [4, 100]);
});

test('children of a composite alarm are read with what they watch; a grouped query by its contributors', async () => {
  const at = new Date('2026-11-23T03:00:00Z');
  const state = { StateValue: 'ALARM', StateReason: 'why', StateTransitionedTimestamp: at } as const;
  const Dimensions = [{ Name: 'InstanceId', Value: HOT }];
  const alone = {
    AlarmName: 'alone',
    Namespace: 'CWAgent',
    MetricName: 'cpu_usage_active',
    Dimensions,
    Period: 60,
    Statistic: 'Maximum' as const,
  };
  const Metric = { Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Dimensions };
  const math = [
    { Id: 'm1', MetricStat: { Metric, Period: 60, Stat: 'Average' }, ReturnData: false, AccountId: '999999999999' },
    { Id: 'e1', Expression: 'FILL(m1, 0)', ReturnData: true },
  ];
  const query = [{ Id: 'q1', Expression: 'SELECT AVG(CPUUtilization) FROM "AWS/EC2" GROUP BY InstanceId', Period: 60 }];
  const MetricAlarms = [
    { ...alone, ...state, Threshold: 80, ComparisonOperator: 'GreaterThanThreshold' },
    { AlarmName: 'math', Metrics: math, ...state },
    { AlarmName: 'query', Metrics: query, ...state },
    { ...alone, ...state, AlarmName: 'calm', StateValue: 'OK' },
  ];
  const AlarmContributors = [
    { ContributorId: 'c1', ContributorAttributes: { InstanceId: HOT }, StateReason: 'its own' },
  ];
  const asked: object[] = [];
  const cloudWatch = answering(aws.cloudWatch, (input) => {
    asked.push(input);
    if ('ChildrenOfAlarmName' in input) return { MetricAlarms: [{ AlarmName: 'alone' }, { AlarmName: 'math' }] };
    return 'AlarmName' in input ? { AlarmContributors } : { MetricAlarms };
  });
  const children = await createAlarmTargets(cloudWatch).childrenOf(['a:b:c:d:e:f:alone'], 'tree');
  assert.deepEqual(asked.slice(0, 2), [
    { ChildrenOfAlarmName: 'tree', MaxRecords: 100 },
    { AlarmNames: ['alone', 'math'], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 },
  ]);
  assert.deepEqual(
    children.map(({ name, reason, periodSeconds, returned }) => [name, reason, periodSeconds, returned]),
    [
      ['alone', 'why', 60, ['m1']],
      ['math', 'why', null, ['e1']],
      ['query', 'its own', 60, []],
    ],
  );
  const [first, second, third] = children;
  const dimensions = [{ name: 'InstanceId', value: HOT }];
  assert.deepEqual(first?.metrics, [
    {
      id: 'm1',
      namespace: 'CWAgent',
      name: 'cpu_usage_active',
      dimensions,
      periodSeconds: 60,
      stat: 'Maximum',
      accountId: null,
    },
  ]);
  assert.deepEqual(
    [first?.comparison, first?.threshold, first?.changedAt],
    ['GreaterThanThreshold', 80, at.toISOString()],
  );
  assert.deepEqual(
    [second?.metrics[0]?.accountId, second?.expressions],
    ['999999999999', [{ id: 'e1', text: 'FILL(m1, 0)' }]],
  );
  assert.deepEqual(third?.contributor, { id: 'c1', attributes: { InstanceId: HOT } });
});

test('a role that may not ask for scaling activities has instances without a group, as before', async () => {
  const autoScaling = answering(aws.autoScaling, (input) => {
    if ('InstanceIds' in input) return { AutoScalingInstances: [] };
    throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
  });
  const ec2 = answering(aws.ec2, () => ({ Reservations: [{ Instances: [{ InstanceId: HOT }] }] }));
  const fleet = createFleet({ ...aws, autoScaling, ec2 }, { periodSeconds: 60 });
  assert.equal(await fleet.groupOf(HOT), undefined);
});
