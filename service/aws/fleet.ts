import {
  type AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
} from '@aws-sdk/client-auto-scaling';
import { type CloudWatchClient, GetMetricDataCommand, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { DescribeInstancesCommand, type EC2Client, type Instance } from '@aws-sdk/client-ec2';
import { DescribeInstanceInformationCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { CpuPoint, GroupMember } from '../fleet/member.ts';
import type { FleetPort } from '../incidents/ports.ts';
import { AppError } from '../shared/errors.ts';
import { asInstanceId, type GroupName, type InstanceId } from '../shared/ids.ts';
import { awsError } from './errors.ts';

export interface FleetClients {
  readonly autoScaling: AutoScalingClient;
  readonly cloudWatch: CloudWatchClient;
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
}

/** DescribeInstanceInformation and DescribeInstances filters take at most 100 and 200 values. */
const FILTER_VALUES = 100;
/** GetMetricData takes at most 500 queries. */
const QUERIES = 500;

/** `FleetPort` over Auto Scaling, EC2, SSM and CloudWatch. `periodSeconds`: resolution asked of CloudWatch (60 with detailed monitoring). */
export function createFleet(clients: FleetClients, options: { readonly periodSeconds: number }): FleetPort {
  return {
    groupOf: (instanceId) => groupOf(clients, instanceId),
    members: (group) => members(clients, group),
    cpu: (instances, fromMs, toMs) => cpu(clients, instances, fromMs, toMs, options.periodSeconds),
  };
}

async function groupOf(clients: FleetClients, instanceId: InstanceId): Promise<GroupName | undefined> {
  try {
    const answer = await clients.autoScaling.send(
      new DescribeAutoScalingInstancesCommand({ InstanceIds: [instanceId] }),
    );
    return answer.AutoScalingInstances?.[0]?.AutoScalingGroupName as GroupName | undefined;
  } catch (cause) {
    throw awsError('GROUP_LOOKUP_FAILED', `Looking up the Auto Scaling group of ${instanceId}`, cause);
  }
}

async function members(clients: FleetClients, group: GroupName): Promise<GroupMember[]> {
  const described = await describeGroup(clients, group);
  const ids = described.flatMap((instance) => asInstanceId(instance.InstanceId ?? '') ?? []);
  const [machines, online] = await Promise.all([describeInstances(clients, ids), onlineInstances(clients, ids)]);
  return described.flatMap((instance) => {
    const instanceId = asInstanceId(instance.InstanceId ?? '');
    if (instanceId === undefined) return [];
    const machine = machines.get(instanceId);
    const template = instance.LaunchTemplate;
    return {
      instanceId,
      group,
      lifecycle: instance.LifecycleState ?? 'unknown',
      // `Healthy` in groups, `HEALTHY` in DescribeAutoScalingInstances.
      healthy: (instance.HealthStatus ?? '').toLowerCase() === 'healthy',
      instanceType: instance.InstanceType ?? machine?.InstanceType ?? null,
      zone: instance.AvailabilityZone ?? machine?.Placement?.AvailabilityZone ?? null,
      launchTemplate: template
        ? `${template.LaunchTemplateName ?? template.LaunchTemplateId} v${template.Version}`
        : null,
      launchedAtMs: machine?.LaunchTime?.getTime() ?? null,
      online: online.has(instanceId),
    };
  });
}

async function describeGroup(clients: FleetClients, group: GroupName) {
  try {
    const answer = await clients.autoScaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }),
    );
    const found = answer.AutoScalingGroups?.[0];
    if (found) return found.Instances ?? [];
  } catch (cause) {
    throw awsError('GROUP_LOOKUP_FAILED', `Reading the Auto Scaling group ${group}`, cause);
  }
  throw new AppError('GROUP_NOT_FOUND', `There is no Auto Scaling group ${group} in this account and region.`, {
    hint: 'Check that the service runs in the region of the alarm.',
  });
}

/** By filter, not by id: one unknown id would fail the whole call. */
async function describeInstances(clients: FleetClients, ids: readonly InstanceId[]): Promise<Map<string, Instance>> {
  const found = new Map<string, Instance>();
  try {
    for (const part of slices(ids, FILTER_VALUES)) {
      let token: string | undefined;
      do {
        const answer = await clients.ec2.send(
          new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [...part] }], NextToken: token }),
        );
        for (const reservation of answer.Reservations ?? []) {
          for (const instance of reservation.Instances ?? []) {
            if (instance.InstanceId) found.set(instance.InstanceId, instance);
          }
        }
        token = answer.NextToken;
      } while (token);
    }
  } catch (cause) {
    throw awsError('INSTANCE_LOOKUP_FAILED', 'Describing the instances of the group', cause);
  }
  return found;
}

async function onlineInstances(clients: FleetClients, ids: readonly InstanceId[]): Promise<Set<string>> {
  const online = new Set<string>();
  try {
    for (const part of slices(ids, FILTER_VALUES)) {
      let token: string | undefined;
      do {
        const answer = await clients.ssm.send(
          new DescribeInstanceInformationCommand({
            Filters: [{ Key: 'InstanceIds', Values: [...part] }],
            MaxResults: 50,
            NextToken: token,
          }),
        );
        for (const info of answer.InstanceInformationList ?? []) {
          if (info.InstanceId && info.PingStatus === 'Online') online.add(info.InstanceId);
        }
        token = answer.NextToken;
      } while (token);
    }
  } catch (cause) {
    throw awsError('SSM_LOOKUP_FAILED', 'Asking SSM which instances are online', cause);
  }
  return online;
}

async function cpu(
  clients: FleetClients,
  instances: readonly InstanceId[],
  fromMs: number,
  toMs: number,
  periodSeconds: number,
): Promise<Map<InstanceId, CpuPoint[]>> {
  const points = new Map<InstanceId, CpuPoint[]>(instances.map((id) => [id, []]));
  try {
    for (const part of slices(instances, QUERIES)) {
      let token: string | undefined;
      do {
        const answer = await clients.cloudWatch.send(
          new GetMetricDataCommand({
            StartTime: new Date(fromMs),
            EndTime: new Date(toMs),
            ScanBy: 'TimestampAscending',
            NextToken: token,
            MetricDataQueries: part.map((id, index) => ({
              Id: `m${index}`,
              MetricStat: {
                Metric: {
                  Namespace: 'AWS/EC2',
                  MetricName: 'CPUUtilization',
                  Dimensions: [{ Name: 'InstanceId', Value: id }],
                },
                Period: periodSeconds,
                Stat: 'Average',
              },
            })),
          }),
        );
        for (const result of answer.MetricDataResults ?? []) addPoints(points, part, result);
        token = answer.NextToken;
      } while (token);
    }
  } catch (cause) {
    throw awsError('METRICS_FAILED', 'Reading CPUUtilization from CloudWatch', cause);
  }
  for (const list of points.values()) list.sort((a, b) => a.atMs - b.atMs);
  return points;
}

function addPoints(points: Map<InstanceId, CpuPoint[]>, ids: readonly InstanceId[], result: MetricDataResult): void {
  const id = ids[Number(result.Id?.slice(1))];
  const list = id === undefined ? undefined : points.get(id);
  if (!list) return;
  for (const [index, at] of (result.Timestamps ?? []).entries()) {
    const percent = result.Values?.[index];
    if (percent !== undefined) list.push({ atMs: at.getTime(), percent });
  }
}

function* slices<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}
