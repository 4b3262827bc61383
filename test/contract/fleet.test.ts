import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DEMO_CREDENTIALS } from '../../sandbox/aws/credentials.ts';
import { startSandbox } from '../../sandbox/aws/server.ts';
import { createFleet } from '../../service/aws/fleet/fleet.ts';
import type { HostMatch } from '../../service/fleet/member.ts';
import type { GroupName, InstanceId } from '../../service/shared/ids.ts';
import { FakeFleet, member } from '../support/fakes/fake-fleet.ts';
import { LocalInstance, localFleet } from '../support/sandbox/local-fleet.ts';
import { fleetContract } from './fleet-contract.ts';

const GROUP = 'web-prod' as GroupName;
const IDS = [1, 2, 3].map((number) => `i-0000000000000000${number}` as InstanceId);
const [FIRST, SECOND, THIRD] = IDS as [InstanceId, InstanceId, InstanceId];
const GONE = 'i-00000000000000004' as InstanceId;
const DETACHED = 'i-00000000000000005' as InstanceId;
const CPU = new Map([
  [FIRST, 80],
  [SECOND, 10],
  [THIRD, 20],
]);

fleetContract('the fake', async () => {
  const nowMs = Date.UTC(2026, 10, 23);
  const fleet = new FakeFleet(
    [member(FIRST, GROUP), member(SECOND, GROUP), member(THIRD, GROUP, { online: false })],
    CPU,
  );
  fleet.departed = [
    { instanceId: GONE, atMs: nowMs - 60_000, how: 'terminated', group: GROUP },
    { instanceId: DETACHED, atMs: nowMs - 120_000, how: 'detached', group: GROUP },
  ];
  fleet.tagged = { [FIRST]: { Name: 'web-prod' } };
  fleet.outside = [member(DETACHED, GROUP, { lifecycle: 'Detached' })];
  fleet.figures = { 'AWS/EC2 CPUUtilization Maximum': CPU, 'AWS/EC2 CPUUtilization p99': CPU };
  const match = (instanceId: InstanceId, by: HostMatch['by']) => ({ instanceId, by });
  fleet.hosts = {
    'ip-10-0-0-1.ec2.internal': [match(FIRST, 'private DNS name')],
    'ip-10-0-0-1': [match(FIRST, 'private DNS name')],
    'ip-10-0-0-2.corp.example': [match(SECOND, 'private address')],
    'web-prod': IDS.map((id) => match(id, 'Name tag')),
  };
  return { fleet, group: GROUP, instances: IDS, gone: GONE, detached: DETACHED, nowMs };
});

fleetContract('AWS', async () => {
  const fourth = new LocalInstance(4, GROUP);
  const fifth = new LocalInstance(5, GROUP);
  const local = { instances: [...localFleet().instances, fourth, fifth] };
  let now = Date.UTC(2026, 10, 23, 3, 0, 0);
  const sandbox = await startSandbox({
    fleet: local,
    manualTicks: true,
    metricPeriodSeconds: 60,
    timeScale: 0.1,
    now: () => now,
  });
  after(() => sandbox.close());
  for (let minute = 0; minute < 3; minute++) {
    sandbox.tick();
    now += 60_000;
    // Percent of two vCPUs over a minute.
    for (const instance of local.instances)
      instance.cpuUsed += ((CPU.get(instance.id as InstanceId) ?? 0) / 100) * 2 * 60;
  }
  sandbox.tick();
  const third = local.instances[2];
  if (third) third.state = 'offline';
  fourth.state = 'terminated';
  fourth.terminatedAt = new Date(now - 60_000);
  fifth.detachedAt = new Date(now - 120_000);
  const client = { region: sandbox.region, endpoint: sandbox.endpoint, credentials: DEMO_CREDENTIALS };
  const clients = {
    autoScaling: new AutoScalingClient(client),
    cloudWatch: new CloudWatchClient(client),
    ec2: new EC2Client(client),
    ssm: new SSMClient(client),
  };
  const fleet = createFleet(clients, { periodSeconds: 60 });
  return { fleet, group: GROUP, instances: IDS, gone: GONE, detached: DETACHED, nowMs: now };
});

test('AWS: instances of no Auto Scaling group are grouped by the value of a tag, whatever it is', async () => {
  const values = ['we*b', 'we*b', 'web', undefined];
  const alone = values.map((value, at) => {
    const instance = new LocalInstance(at + 1, '');
    instance.tags = value === undefined ? {} : { Service: value };
    return instance;
  });
  const [first, second, , untagged] = alone.map(({ id }) => id as InstanceId) as [
    InstanceId,
    InstanceId,
    InstanceId,
    InstanceId,
  ];
  const stopped = new LocalInstance(5, '');
  stopped.tags = { Service: 'we*b' };
  stopped.state = 'terminated';
  const sandbox = await startSandbox({ fleet: { instances: [...alone, stopped] }, manualTicks: true });
  after(() => sandbox.close());
  const client = { region: sandbox.region, endpoint: sandbox.endpoint, credentials: DEMO_CREDENTIALS };
  const clients = {
    autoScaling: new AutoScalingClient(client),
    cloudWatch: new CloudWatchClient(client),
    ec2: new EC2Client(client),
    ssm: new SSMClient(client),
  };
  const fleet = createFleet(clients, { periodSeconds: 60, peerTag: 'Service' });
  const group = await fleet.groupOf(first);
  assert.equal(group, 'tag:Service=we*b');
  assert.equal(await fleet.groupOf(untagged), undefined);
  const members = await fleet.members(group as GroupName);
  assert.deepEqual(members.map(({ instanceId }) => instanceId).sort(), [first, second]);
  for (const one of members) {
    assert.deepEqual([one.group, one.lifecycle, one.healthy, one.online], [group, 'InService', true, true]);
    assert.deepEqual([one.instanceType, one.launchedBy], ['m7g.large', 'image ami-00000000000000001']);
  }
  assert.deepEqual(await fleet.departures(group as GroupName, 0), []);
  assert.equal(await createFleet(clients, { periodSeconds: 60 }).groupOf(first), undefined);
});
