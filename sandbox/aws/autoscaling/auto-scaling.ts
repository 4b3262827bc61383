import type { SandboxInstance } from '../../fleet/instance.ts';
import type { Context } from '../context.ts';
import type { Operation, Output, RpcService } from '../operation.ts';
import { page } from '../paging.ts';
import { type Activity, departure } from './activities.ts';
import { Membership } from './membership.ts';
import { groupOf, MIN_SIZE, standbyOperations } from './standby.ts';

const MAX_NAMES = 50;
const HEALTHS = ['Healthy', 'Unhealthy'] as const;

/** Auto Scaling: the groups are those that the instances of the fleet name. Who is terminated or detached has left. */
export function autoScalingService(context: Context): RpcService {
  const membership = new Membership(context);
  const activities: Activity[] = [];
  const operations: Record<string, Operation> = {
    DescribeAutoScalingGroups(input) {
      const wanted = input.texts('AutoScalingGroupNames');
      // A larger page takes more names.
      const most = input.integer('MaxRecords', 1, 100) ?? MAX_NAMES;
      if (wanted.length > most) throw input.invalid(`The number of group names exceeds the limit of ${most}.`);
      // A group outlives its instances.
      const names = [...new Set(membership.grouped().map((instance) => instance.groupName))];
      const found = names.filter((name) => wanted.length === 0 || wanted.includes(name)).sort();
      const { items, nextToken } = page(found, input, 'MaxRecords', 50, 100);
      return { AutoScalingGroups: items.map((name) => group(name, membership, context)), NextToken: nextToken };
    },
    DescribeScalingActivities(input) {
      const name = input.text('AutoScalingGroupName');
      const all = [...membership.grouped().flatMap((each) => departure(each, new Date(context.now()))), ...activities]
        .filter((each) => name === undefined || each.AutoScalingGroupName === name)
        .sort((one, other) => other.StartTime.getTime() - one.StartTime.getTime());
      const { items, nextToken } = page(all, input, 'MaxRecords', 100, 100);
      return { Activities: items, NextToken: nextToken };
    },
    DescribeAutoScalingInstances(input) {
      const ids = input.texts('InstanceIds');
      if (ids.length > MAX_NAMES) throw input.invalid(`The number of instance ids exceeds the limit of ${MAX_NAMES}.`);
      const found = membership.members().filter((instance) => ids.length === 0 || ids.includes(instance.id));
      const { items, nextToken } = page(found, input, 'MaxRecords', 50, 50);
      return {
        AutoScalingInstances: items.map((instance) => aloneInstance(instance, membership)),
        NextToken: nextToken,
      };
    },
    DescribeWarmPool(input) {
      const { warm } = membership.ofGroup(groupOf(input, membership));
      const { items, nextToken } = page(warm, input, 'MaxRecords', 50, 50);
      return {
        ...(warm.length > 0 ? { WarmPoolConfiguration: { MinSize: 0, PoolState: 'Stopped' } } : {}),
        Instances: items.map((instance) => groupInstance(instance, membership)),
        NextToken: nextToken,
      };
    },
    SetInstanceHealth(input) {
      const health = HEALTHS.find((each) => each === input.needText('HealthStatus'));
      if (!health) throw input.invalid('Value for parameter HealthStatus is invalid: it is Healthy or Unhealthy.');
      membership.setHealth(input.needText('InstanceId'), health);
      return {};
    },
    ...standbyOperations(membership, context, activities),
  };
  return {
    dialect: { missing: 'ValidationError', invalid: 'ValidationError' },
    operations: new Map(Object.entries(operations)),
  };
}

function group(name: string, membership: Membership, context: Context): Output {
  const { inside, warm } = membership.ofGroup(name);
  const desired = membership.capacity(name);
  return {
    AutoScalingGroupName: name,
    AutoScalingGroupARN:
      `arn:aws:autoscaling:${context.region}:${context.accountId}:autoScalingGroup:` +
      `00000000-0000-4000-8000-000000000000:autoScalingGroupName/${name}`,
    LaunchTemplate: launchTemplate(name, inside[0]?.launchTemplateVersion ?? '1'),
    MinSize: MIN_SIZE,
    MaxSize: Math.max(MIN_SIZE, inside.length),
    DesiredCapacity: desired,
    DefaultCooldown: 300,
    AvailabilityZones: [...new Set(inside.map((instance) => instance.zone))].sort(),
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    HealthCheckType: 'EC2',
    HealthCheckGracePeriod: 300,
    Instances: inside.map((instance) => groupInstance(instance, membership)),
    CreatedTime: new Date(Math.min(context.now(), ...inside.map((instance) => instance.launchedAt.getTime()))),
    SuspendedProcesses: [],
    Tags: [],
    ...(warm.length > 0 ? { WarmPoolSize: warm.length } : {}),
  };
}

function groupInstance(instance: SandboxInstance, membership: Membership): Output {
  return {
    InstanceId: instance.id,
    InstanceType: instance.instanceType,
    AvailabilityZone: instance.zone,
    LifecycleState: membership.lifecycle(instance),
    HealthStatus: membership.health(instance),
    ...launched(instance),
    ProtectedFromScaleIn: false,
  };
}

/** `HEALTHY` where instances are described, `Healthy` within groups: AWS's own difference. */
function aloneInstance(instance: SandboxInstance, membership: Membership): Output {
  return {
    ...groupInstance(instance, membership),
    AutoScalingGroupName: instance.groupName,
    HealthStatus: membership.health(instance).toUpperCase(),
  };
}

function launched({ launchConfiguration, groupName, launchTemplateVersion }: SandboxInstance): Output {
  if (launchConfiguration) return { LaunchConfigurationName: launchConfiguration };
  return { LaunchTemplate: launchTemplate(groupName, launchTemplateVersion) };
}

function launchTemplate(groupName: string, version: string): Output {
  return { LaunchTemplateId: 'lt-0123456789abcdef0', LaunchTemplateName: groupName, Version: version };
}
