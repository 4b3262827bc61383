import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeScalingActivitiesCommand,
  DescribeWarmPoolCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
  SetInstanceHealthCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { type LocalInstance, localFleet } from '../../support/sandbox/local-fleet.ts';

describe('Auto Scaling, EC2 and STS of the sandbox', () => {
  let sandbox: Sandbox;
  let autoScaling: AutoScalingClient;
  let ec2: EC2Client;
  let client: { region: string; endpoint: string; credentials: typeof DEMO_CREDENTIALS; maxAttempts: number };
  const fleet = localFleet();
  const [first, second, gone] = fleet.instances as [LocalInstance, LocalInstance, LocalInstance];

  before(async () => {
    gone.state = 'terminated';
    sandbox = await startSandbox({ fleet, manualTicks: true, accountId: '123456789012', region: 'eu-central-1' });
    client = { region: sandbox.region, endpoint: sandbox.endpoint, credentials: DEMO_CREDENTIALS, maxAttempts: 1 };
    autoScaling = new AutoScalingClient(client);
    ec2 = new EC2Client(client);
  });
  after(async () => {
    autoScaling.destroy();
    ec2.destroy();
    await sandbox.close();
  });

  it('describes groups with the members that are still alive', async () => {
    const { AutoScalingGroups = [] } = await autoScaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['web-prod', 'other'] }),
    );
    assert.equal(AutoScalingGroups.length, 1);
    assert.deepEqual(
      AutoScalingGroups[0]?.Instances?.map((each) => [
        each.InstanceId,
        each.LifecycleState,
        each.HealthStatus,
        each.LaunchTemplate?.Version,
      ]),
      [
        [first.id, 'InService', 'Healthy', '7'],
        [second.id, 'InService', 'Healthy', '7'],
      ],
    );
  });

  it('describes instances by id and leaves unknown ones out', async () => {
    const { AutoScalingInstances = [] } = await autoScaling.send(
      new DescribeAutoScalingInstancesCommand({ InstanceIds: [second.id, 'i-0ffffffffffffffff'] }),
    );
    assert.deepEqual(
      AutoScalingInstances.map((each) => [each.InstanceId, each.AutoScalingGroupName, each.HealthStatus]),
      [[second.id, 'web-prod', 'HEALTHY']],
    );
  });

  it('shows what instances are in their group, and keeps warm ones apart from it', async (t) => {
    Object.assign(first, { lifecycle: 'Terminating:Wait', healthStatus: 'Unhealthy' });
    Object.assign(second, { lifecycle: 'Warmed:Running' });
    t.after(() =>
      [first, second].map((each) => Object.assign(each, { lifecycle: undefined, healthStatus: undefined })),
    );
    const [{ AutoScalingGroups: [group] = [] }, { AutoScalingInstances = [] }, { Instances = [] }] = await Promise.all([
      autoScaling.send(new DescribeAutoScalingGroupsCommand({})),
      autoScaling.send(new DescribeAutoScalingInstancesCommand({})),
      autoScaling.send(new DescribeWarmPoolCommand({ AutoScalingGroupName: 'web-prod' })),
    ]);
    const stateOf = (each: { LifecycleState?: string | undefined; HealthStatus?: string | undefined }) =>
      `${each.LifecycleState} ${each.HealthStatus}`;
    assert.deepEqual(group?.Instances?.map(stateOf), ['Terminating:Wait Unhealthy']);
    assert.equal(group?.WarmPoolSize, 1);
    assert.deepEqual(Instances.map(stateOf), ['Warmed:Running Healthy']);
    assert.deepEqual(AutoScalingInstances.map(stateOf), ['Terminating:Wait UNHEALTHY', 'Warmed:Running HEALTHY']);
  });

  it('moves instances to standby and back, all that are named or none', async () => {
    const AutoScalingGroupName = 'web-prod';
    const enter = (ids: readonly string[], ShouldDecrementDesiredCapacity = true) =>
      autoScaling.send(
        new EnterStandbyCommand({ AutoScalingGroupName, InstanceIds: [...ids], ShouldDecrementDesiredCapacity }),
      );
    const exit = (id: string) => autoScaling.send(new ExitStandbyCommand({ AutoScalingGroupName, InstanceIds: [id] }));
    const group = async () => {
      const { AutoScalingGroups: [found] = [] } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
      return [found?.DesiredCapacity, ...(found?.Instances ?? []).map((each) => each.LifecycleState)];
    };
    const refused = (message: string) => ({ name: 'ValidationError', message });
    await assert.rejects(
      enter([first.id, gone.id], false),
      refused(`The instance ${gone.id} is not part of Auto Scaling group web-prod.`),
    );
    await assert.rejects(enter([first.id, second.id]), /has min-size=1, max-size=2, and desired-size=2. To place/);
    assert.deepEqual(await group(), [2, 'InService', 'InService']);
    const { Activities: [activity] = [] } = await enter([first.id]);
    assert.equal(activity?.Description, `Moving EC2 instance to Standby: ${first.id}`);
    assert.match(activity?.Cause ?? '', /was moved to standby in .*, shrinking the capacity from 2 to 1\.$/);
    assert.deepEqual(await group(), [1, 'Standby', 'InService']);
    await assert.rejects(enter([first.id], false), refused(`The instance ${first.id} is not in InService.`));
    await assert.rejects(exit(second.id), refused(`The instance ${second.id} is not in Standby.`));
    await exit(first.id);
    assert.deepEqual(await group(), [2, 'InService', 'InService']);
    const { Activities = [] } = await autoScaling.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName }));
    const moves = Activities.map(({ Description }) => Description).filter((text) => text?.startsWith('Moving'));
    assert.deepEqual(moves.toSorted(), [
      `Moving EC2 instance out of Standby: ${first.id}`,
      `Moving EC2 instance to Standby: ${first.id}`,
    ]);
  });

  it('takes what somebody says of the health of an instance', async () => {
    const say = (InstanceId: string, HealthStatus: string) =>
      autoScaling.send(new SetInstanceHealthCommand({ InstanceId, HealthStatus }));
    await say(second.id, 'Unhealthy');
    const { AutoScalingInstances: [found] = [] } = await autoScaling.send(
      new DescribeAutoScalingInstancesCommand({ InstanceIds: [second.id] }),
    );
    assert.equal(found?.HealthStatus, 'UNHEALTHY');
    await say(second.id, 'Healthy');
    await assert.rejects(say(second.id, 'Ill'), { name: 'ValidationError' });
    await assert.rejects(say(gone.id, 'Healthy'), /^ValidationError: Instance Id not found - No managed instance/);
    const nowhere = new DescribeWarmPoolCommand({ AutoScalingGroupName: 'nowhere' });
    await assert.rejects(autoScaling.send(nowhere), /AutoScalingGroup nowhere not found/);
  });

  it('filters instances by group tag, state and id', async () => {
    const { Reservations = [] } = await ec2.send(
      new DescribeInstancesCommand({
        Filters: [
          { Name: 'tag:aws:autoscaling:groupName', Values: ['web-prod'] },
          { Name: 'instance-state-name', Values: ['running'] },
          { Name: 'instance-id', Values: [first.id, gone.id] },
        ],
      }),
    );
    const instances = Reservations.flatMap((reservation) => reservation.Instances ?? []);
    assert.deepEqual(
      instances.map((each) => [each.InstanceId, each.State?.Name, each.LaunchTime?.getTime()]),
      [[first.id, 'running', first.launchedAt.getTime()]],
    );
    assert.equal(instances[0]?.Tags?.find((tag) => tag.Key === 'aws:autoscaling:groupName')?.Value, 'web-prod');
  });

  it('refuses pages that are too small, and more names than a page holds', async () => {
    await assert.rejects(ec2.send(new DescribeInstancesCommand({ MaxResults: 4 })), {
      name: 'InvalidParameterValue',
      message: 'Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.',
    });
    const AutoScalingGroupNames = Array.from({ length: 51 }, (_, at) => `group-${at}`);
    const ask = (MaxRecords?: number) =>
      autoScaling.send(
        new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames, ...(MaxRecords && { MaxRecords }) }),
      );
    await assert.rejects(ask(), { name: 'ValidationError' });
    assert.deepEqual((await ask(100)).AutoScalingGroups, []);
  });

  it('fails the whole call for one unknown instance', async () => {
    const ask = (id: string) => ec2.send(new DescribeInstancesCommand({ InstanceIds: [first.id, id] }));
    await assert.rejects(ask('i-0ffffffffffffffff'), { name: 'InvalidInstanceID.NotFound' });
    await assert.rejects(ask('i-xyz'), { name: 'InvalidInstanceID.Malformed' });
  });

  it('refuses clients configured for another region', async () => {
    const elsewhere = new EC2Client({ ...client, region: 'us-west-2' });
    await assert.rejects(elsewhere.send(new DescribeInstancesCommand({})), {
      name: 'SignatureDoesNotMatch',
      message: "Credential should be scoped to correct region: 'eu-central-1'.",
    });
    elsewhere.destroy();
  });

  it('knows who asks, and refuses a wrong secret in the words of each service', async () => {
    const sts = new STSClient(client);
    assert.equal((await sts.send(new GetCallerIdentityCommand({}))).Account, '123456789012');
    const wrong = { ...client, credentials: { ...DEMO_CREDENTIALS, secretAccessKey: 'wrong' } };
    const foreign = { ...client, credentials: { ...DEMO_CREDENTIALS, accessKeyId: 'AKIAFOREIGN000000000' } };
    const refused = async (each: STSClient | EC2Client, name: string) => {
      const call =
        each instanceof STSClient
          ? each.send(new GetCallerIdentityCommand({}))
          : each.send(new DescribeInstancesCommand({}));
      await assert.rejects(call, { name });
      each.destroy();
    };
    await refused(new STSClient(wrong), 'SignatureDoesNotMatch');
    await refused(new STSClient(foreign), 'InvalidClientTokenId');
    await refused(new EC2Client(wrong), 'SignatureDoesNotMatch');
    await refused(new EC2Client(foreign), 'AuthFailure');
    sts.destroy();
  });
});
