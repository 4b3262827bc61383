import type { SandboxInstance } from '../../fleet/instance.ts';
import type { Context } from '../context.ts';
import type { Operation, Output, RpcService } from '../operation.ts';
import { page } from '../paging.ts';

const MAX_NAMES = 50;

/** Auto Scaling: the groups are those that the instances of the fleet name. Who is terminated or detached has left. */
export function autoScalingService(context: Context): RpcService {
  const grouped = () => context.fleet.instances.filter((instance) => instance.groupName !== '');
  const members = () => grouped().filter((instance) => instance.state !== 'terminated' && !instance.detachedAt);
  const operations: Record<string, Operation> = {
    DescribeAutoScalingGroups(input) {
      const wanted = input.texts('AutoScalingGroupNames');
      // A group outlives its instances.
      const names = [...new Set(grouped().map((instance) => instance.groupName))];
      const found = names.filter((name) => wanted.length === 0 || wanted.includes(name)).sort();
      const { items, nextToken } = page(found, input, 'MaxRecords', 50, 100);
      return {
        AutoScalingGroups: items.map((name) =>
          group(
            name,
            members().filter((each) => each.groupName === name),
            context,
          ),
        ),
        NextToken: nextToken,
      };
    },
    DescribeScalingActivities(input) {
      const name = input.text('AutoScalingGroupName');
      const gone = grouped()
        .filter((instance) => name === undefined || instance.groupName === name)
        .flatMap((instance) => departure(instance, new Date(context.now())))
        .sort((one, other) => other.StartTime.getTime() - one.StartTime.getTime());
      const { items, nextToken } = page(gone, input, 'MaxRecords', 100, 100);
      return { Activities: items, NextToken: nextToken };
    },
    DescribeAutoScalingInstances(input) {
      const ids = input.texts('InstanceIds');
      if (ids.length > MAX_NAMES) throw input.invalid(`The number of instance ids exceeds the limit of ${MAX_NAMES}.`);
      const found = members().filter((instance) => ids.length === 0 || ids.includes(instance.id));
      const { items, nextToken } = page(found, input, 'MaxRecords', 50, 50);
      return { AutoScalingInstances: items.map((instance) => groupInstance(instance, true)), NextToken: nextToken };
    },
  };
  return {
    dialect: { missing: 'ValidationError', invalid: 'ValidationError' },
    operations: new Map(Object.entries(operations)),
  };
}

function group(name: string, instances: readonly SandboxInstance[], context: Context): Output {
  return {
    AutoScalingGroupName: name,
    AutoScalingGroupARN:
      `arn:aws:autoscaling:${context.region}:${context.accountId}:autoScalingGroup:` +
      `00000000-0000-4000-8000-000000000000:autoScalingGroupName/${name}`,
    LaunchTemplate: launchTemplate(name, instances[0]?.launchTemplateVersion ?? '1'),
    MinSize: 1,
    MaxSize: Math.max(1, instances.length),
    DesiredCapacity: instances.length,
    DefaultCooldown: 300,
    AvailabilityZones: [...new Set(instances.map((instance) => instance.zone))].sort(),
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    HealthCheckType: 'EC2',
    HealthCheckGracePeriod: 300,
    Instances: instances.map((instance) => groupInstance(instance, false)),
    CreatedTime: new Date(Math.min(context.now(), ...instances.map((instance) => instance.launchedAt.getTime()))),
    SuspendedProcesses: [],
    Tags: [],
  };
}

function departure(instance: SandboxInstance, now: Date) {
  if (instance.detachedAt) return [activity(instance, 'Detaching', instance.detachedAt)];
  return instance.state === 'terminated' ? [activity(instance, 'Terminating', instance.terminatedAt ?? now)] : [];
}

/** The end of a membership, as Auto Scaling words it. */
function activity(instance: SandboxInstance, verb: 'Detaching' | 'Terminating', at: Date) {
  return {
    ActivityId: `00000000-0000-4000-8000-0${instance.id.slice(-11)}`,
    AutoScalingGroupName: instance.groupName,
    Description: `${verb} EC2 instance: ${instance.id}`,
    Cause: `At ${at.toISOString()} an instance was taken out of service in response to a user request.`,
    StartTime: at,
    EndTime: at,
    StatusCode: 'Successful',
    Progress: 100,
  };
}

/** `HEALTHY` where instances are described, `Healthy` within groups: AWS's own difference. */
function groupInstance(instance: SandboxInstance, alone: boolean): Output {
  return {
    InstanceId: instance.id,
    ...(alone ? { AutoScalingGroupName: instance.groupName } : {}),
    InstanceType: instance.instanceType,
    AvailabilityZone: instance.zone,
    LifecycleState: 'InService',
    HealthStatus: alone ? 'HEALTHY' : 'Healthy',
    ...launched(instance),
    ProtectedFromScaleIn: false,
  };
}

function launched({ launchConfiguration, groupName, launchTemplateVersion }: SandboxInstance): Output {
  if (launchConfiguration) return { LaunchConfigurationName: launchConfiguration };
  return { LaunchTemplate: launchTemplate(groupName, launchTemplateVersion) };
}

function launchTemplate(groupName: string, version: string): Output {
  return { LaunchTemplateId: 'lt-0123456789abcdef0', LaunchTemplateName: groupName, Version: version };
}
