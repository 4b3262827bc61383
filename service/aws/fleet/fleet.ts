import {
  type AutoScalingClient,
  type AutoScalingInstanceDetails,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
} from '@aws-sdk/client-auto-scaling';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EC2Client, Instance } from '@aws-sdk/client-ec2';
import { paginateDescribeInstanceInformation, type SSMClient } from '@aws-sdk/client-ssm';
import type { GroupMember } from '../../fleet/member.ts';
import type { FleetPort } from '../../incidents/ports.ts';
import { AppError } from '../../shared/errors.ts';
import { asInstanceId, type GroupName, type InstanceId } from '../../shared/ids.ts';
import { type AwsCall, callAws } from '../call.ts';
import { departures, groupLeft } from './departures.ts';
import { cpusOf, describeInstances, instancesOfHost, tagsOf } from './instances.ts';
import { cpu, series } from './metrics.ts';
import { isTagGroup, tagGroupMembers, tagGroupOf } from './tag-group.ts';

export interface FleetClients {
  readonly autoScaling: AutoScalingClient;
  readonly cloudWatch: CloudWatchClient;
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
}

/** The filter of DescribeInstanceInformation takes at most 100 values. */
const FILTER_VALUES = 100;
/** DescribeAutoScalingInstances takes at most 50 ids. */
const SCALING_INSTANCES = 50;
/** AWS puts it on what a group launches, and takes it off what is detached. */
const GROUP_TAG = 'aws:autoscaling:groupName';

/**
 * `FleetPort` over Auto Scaling, EC2, SSM and CloudWatch. `periodSeconds`: resolution asked of CloudWatch (60 with
 * detailed monitoring). `peerTag`: its values are groups of instances that no Auto Scaling group has.
 */
export function createFleet(
  clients: FleetClients,
  options: { readonly periodSeconds: number; readonly ms?: number; readonly peerTag?: string | undefined },
): FleetPort {
  const { ms, periodSeconds, peerTag } = options;
  return {
    instancesOfHost: (host, signal) => instancesOfHost(clients.ec2, host, { ms, signal }),
    tags: (instanceId, signal) => tagsOf(clients.ec2, instanceId, { ms, signal }),
    groupOf: (instanceId, signal) => groupOf(clients, instanceId, peerTag, { ms, signal }),
    members: (group, signal) =>
      isTagGroup(group, peerTag)
        ? taggedMembers(clients, group, peerTag, { ms, signal })
        : members(clients, group, { ms, signal }),
    outsiders: (group, ids, signal) => outsiders(clients, group, ids, { ms, signal }),
    departures: async (group, sinceMs, signal) =>
      isTagGroup(group, peerTag) ? [] : departures(clients.autoScaling, group, sinceMs, { ms, signal }),
    cpu: (instances, fromMs, toMs, signal) =>
      cpu(clients.cloudWatch, instances, { fromMs, toMs, periodSeconds }, { ms, signal }),
    series: (queries, span, signal) => series(clients.cloudWatch, queries, span, { ms, signal }),
  };
}

type Limits = Pick<AwsCall, 'ms' | 'signal'>;

/** One that is detached or terminated is in no group any more; what it was is told by its tag, or by the activities. */
async function groupOf(
  clients: FleetClients,
  instanceId: InstanceId,
  peerTag: string | undefined,
  limits: Limits,
): Promise<GroupName | undefined> {
  const doing = `Looking up the Auto Scaling group of ${instanceId}`;
  const [member] = await scalingInstances(clients, [instanceId], doing, limits);
  if (member?.AutoScalingGroupName !== undefined) return member.AutoScalingGroupName as GroupName;
  const machine = (await describeInstances(clients.ec2, [instanceId], doing, limits)).get(instanceId);
  if (machine === undefined) return undefined;
  const tag = machine.Tags?.find(({ Key }) => Key === GROUP_TAG)?.Value;
  if (tag !== undefined) return tag as GroupName;
  return tagGroupOf(machine, peerTag) ?? groupLeft(clients.autoScaling, instanceId, limits);
}

async function taggedMembers(
  clients: FleetClients,
  group: GroupName,
  peerTag: string,
  limits: Limits,
): Promise<GroupMember[]> {
  const found = await tagGroupMembers(clients.ec2, group, peerTag, limits);
  const ids = found.map(({ instanceId }) => instanceId);
  const online = await onlineInstances(clients, ids, limits);
  return found.map((member) => ({ ...member, online: online.has(member.instanceId) }));
}

async function scalingInstances(
  clients: FleetClients,
  ids: readonly InstanceId[],
  doing: string,
  limits: Limits,
): Promise<AutoScalingInstanceDetails[]> {
  const call = { code: 'GROUP_LOOKUP_FAILED', doing, api: 'DescribeAutoScalingInstances', ...limits };
  const command = new DescribeAutoScalingInstancesCommand({ InstanceIds: ids.slice(0, SCALING_INSTANCES) });
  const answer = await callAws(call, (sending) => clients.autoScaling.send(command, sending));
  return answer.AutoScalingInstances ?? [];
}

async function members(clients: FleetClients, group: GroupName, limits: Limits): Promise<GroupMember[]> {
  const described = await describeGroup(clients, group, limits);
  const ids = described.flatMap((instance) => asInstanceId(instance.InstanceId ?? '') ?? []);
  const [machines, online] = await machinesOf(clients, ids, limits);
  return described.flatMap((instance) => {
    const instanceId = asInstanceId(instance.InstanceId ?? '');
    if (instanceId === undefined) return [];
    return toMember(instanceId, group, {
      instance,
      machine: machines.get(instanceId),
      isOnline: online.has(instanceId),
    });
  });
}

/** In a warm pool, a member that is none; or no member any more. */
async function outsiders(
  clients: FleetClients,
  group: GroupName,
  ids: readonly InstanceId[],
  limits: Limits,
): Promise<GroupMember[]> {
  if (ids.length === 0) return [];
  const doing = `Looking up instances outside of the group ${group}`;
  const [known, [machines, online]] = await Promise.all([
    scalingInstances(clients, ids, doing, limits),
    machinesOf(clients, ids, limits),
  ]);
  return ids.flatMap((instanceId) => {
    const machine = machines.get(instanceId);
    if (machine === undefined) return [];
    const instance = known.find((one) => one.InstanceId === instanceId);
    const member = toMember(instanceId, group, { instance, machine, isOnline: online.has(instanceId) });
    const state = machine.State?.Name ?? 'unknown';
    const outside = state === 'running' ? 'Detached' : state;
    return { ...member, lifecycle: instance?.LifecycleState ?? outside };
  });
}

function machinesOf(clients: FleetClients, ids: readonly InstanceId[], limits: Limits) {
  const doing = 'Describing the instances of the group';
  return Promise.all([describeInstances(clients.ec2, ids, doing, limits), onlineInstances(clients, ids, limits)]);
}

interface Described {
  readonly instance: Partial<AutoScalingInstanceDetails> | undefined;
  readonly machine: Instance | undefined;
  readonly isOnline: boolean;
}

function toMember(instanceId: InstanceId, group: GroupName, { instance, machine, isOnline }: Described): GroupMember {
  return {
    instanceId,
    group,
    lifecycle: instance?.LifecycleState ?? 'unknown',
    // `Healthy` in groups, `HEALTHY` in DescribeAutoScalingInstances.
    healthy: (instance?.HealthStatus ?? '').toLowerCase() === 'healthy',
    instanceType: instance?.InstanceType ?? machine?.InstanceType ?? null,
    cpus: machine === undefined ? null : cpusOf(machine),
    zone: instance?.AvailabilityZone ?? machine?.Placement?.AvailabilityZone ?? null,
    launchedBy: launchedBy(instance),
    launchedAtMs: machine?.LaunchTime?.getTime() ?? null,
    online: isOnline,
  };
}

/** Old groups have a launch configuration, which has no versions: each change is another name. */
function launchedBy(instance: Described['instance']): string | null {
  const template = instance?.LaunchTemplate;
  if (template)
    return `launch template ${template.LaunchTemplateName ?? template.LaunchTemplateId} v${template.Version}`;
  const configuration = instance?.LaunchConfigurationName;
  return configuration ? `launch configuration ${configuration}` : null;
}

async function describeGroup(clients: FleetClients, group: GroupName, limits: Limits) {
  const doing = `Reading the Auto Scaling group ${group}`;
  const call = { code: 'GROUP_LOOKUP_FAILED', doing, api: 'DescribeAutoScalingGroups', ...limits };
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] });
  const answer = await callAws(call, (sending) => clients.autoScaling.send(command, sending));
  const found = answer.AutoScalingGroups?.[0];
  if (found) return found.Instances ?? [];
  throw new AppError('GROUP_NOT_FOUND', `There is no Auto Scaling group ${group} in this account and region.`, {
    hint: 'Check that the service runs in the region of the alarm.',
  });
}

async function onlineInstances(
  clients: FleetClients,
  ids: readonly InstanceId[],
  limits: Limits,
): Promise<Set<string>> {
  const online = new Set<string>();
  const call = {
    code: 'SSM_LOOKUP_FAILED',
    doing: 'Asking SSM which instances are online',
    api: 'DescribeInstanceInformation',
    ...limits,
  };
  await callAws(call, async (sending) => {
    for (const some of slices(ids, FILTER_VALUES)) {
      const filter = { Key: 'InstanceIds', Values: [...some] };
      const of = { client: clients.ssm, pageSize: 50 };
      for await (const page of paginateDescribeInstanceInformation(of, { Filters: [filter] }, sending)) {
        for (const { InstanceId: id, PingStatus } of page.InstanceInformationList ?? []) {
          if (id && PingStatus === 'Online') online.add(id);
        }
      }
    }
  });
  return online;
}

function* slices<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}
