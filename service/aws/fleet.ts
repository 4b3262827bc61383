import {
  type AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  type CloudWatchClient,
  type MetricDataQuery,
  type MetricDataResult,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { type EC2Client, type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { paginateDescribeInstanceInformation, type SSMClient } from '@aws-sdk/client-ssm';
import type { CpuPoint, GroupMember } from '../fleet/member.ts';
import type { FleetPort } from '../incidents/ports.ts';
import { AppError } from '../shared/errors.ts';
import { asInstanceId, type GroupName, type InstanceId } from '../shared/ids.ts';
import { type AwsCall, callAws } from './call.ts';
import { departures } from './departures.ts';

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

/**
 * `FleetPort` over Auto Scaling, EC2, SSM and CloudWatch. `periodSeconds`: resolution asked of CloudWatch (60 with
 * detailed monitoring).
 */
export function createFleet(
  clients: FleetClients,
  options: { readonly periodSeconds: number; readonly ms?: number },
): FleetPort {
  const { ms, periodSeconds } = options;
  return {
    groupOf: (instanceId, signal) => groupOf(clients, instanceId, { ms, signal }),
    members: (group, signal) => members(clients, group, { ms, signal }),
    departures: (group, sinceMs, signal) => departures(clients.autoScaling, group, sinceMs, { ms, signal }),
    cpu: (instances, fromMs, toMs, signal) => cpu(clients, instances, { fromMs, toMs, periodSeconds }, { ms, signal }),
  };
}

type Limits = Pick<AwsCall, 'ms' | 'signal'>;

async function groupOf(clients: FleetClients, instanceId: InstanceId, limits: Limits): Promise<GroupName | undefined> {
  const doing = `Looking up the Auto Scaling group of ${instanceId}`;
  const call = { code: 'GROUP_LOOKUP_FAILED', doing, api: 'DescribeAutoScalingInstances', ...limits };
  const command = new DescribeAutoScalingInstancesCommand({ InstanceIds: [instanceId] });
  const answer = await callAws(call, (sending) => clients.autoScaling.send(command, sending));
  return answer.AutoScalingInstances?.[0]?.AutoScalingGroupName as GroupName | undefined;
}

async function members(clients: FleetClients, group: GroupName, limits: Limits): Promise<GroupMember[]> {
  const described = await describeGroup(clients, group, limits);
  const ids = described.flatMap((instance) => asInstanceId(instance.InstanceId ?? '') ?? []);
  const [machines, online] = await Promise.all([
    describeInstances(clients, ids, limits),
    onlineInstances(clients, ids, limits),
  ]);
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

/** By filter, not by id: one unknown id would fail the whole call. */
async function describeInstances(
  clients: FleetClients,
  ids: readonly InstanceId[],
  limits: Limits,
): Promise<Map<string, Instance>> {
  const found = new Map<string, Instance>();
  const doing = 'Describing the instances of the group';
  await callAws({ code: 'INSTANCE_LOOKUP_FAILED', doing, api: 'DescribeInstances', ...limits }, async (sending) => {
    for (const some of slices(ids, FILTER_VALUES)) {
      const filter = { Name: 'instance-id', Values: [...some] };
      for await (const page of paginateDescribeInstances({ client: clients.ec2 }, { Filters: [filter] }, sending)) {
        const instances = (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
        for (const instance of instances) if (instance.InstanceId) found.set(instance.InstanceId, instance);
      }
    }
  });
  return found;
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

async function cpu(
  clients: FleetClients,
  instances: readonly InstanceId[],
  { fromMs, toMs, periodSeconds }: { readonly fromMs: number; readonly toMs: number; readonly periodSeconds: number },
  limits: Limits,
): Promise<Map<InstanceId, CpuPoint[]>> {
  const points = new Map<InstanceId, CpuPoint[]>(instances.map((id) => [id, []]));
  const span = { StartTime: new Date(fromMs), EndTime: new Date(toMs), ScanBy: 'TimestampAscending' } as const;
  const call = {
    code: 'METRICS_FAILED',
    doing: 'Reading CPUUtilization from CloudWatch',
    api: 'GetMetricData',
    ...limits,
  };
  await callAws(call, async (sending) => {
    for (const some of slices(instances, QUERIES)) {
      const queries = some.map((id, index) => cpuQuery(id, index, periodSeconds));
      const input = { ...span, MetricDataQueries: queries };
      for await (const page of paginateGetMetricData({ client: clients.cloudWatch }, input, sending)) {
        for (const result of page.MetricDataResults ?? []) addPoints(points, some, result);
      }
    }
  });
  for (const list of points.values()) list.sort((a, b) => a.atMs - b.atMs);
  return points;
}

/** Ids of queries begin with a lower-case letter: `m0`. */
function cpuQuery(id: InstanceId, index: number, periodSeconds: number): MetricDataQuery {
  const Dimensions = [{ Name: 'InstanceId', Value: id }];
  const Metric = { Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Dimensions };
  return { Id: `m${index}`, MetricStat: { Metric, Period: periodSeconds, Stat: 'Average' } };
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
