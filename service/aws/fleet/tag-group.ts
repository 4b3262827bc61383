/**
 * Groups without Auto Scaling: the running instances with the same value of one tag. Their names are `tag:KEY=VALUE`;
 * that of an Auto Scaling group has no colon.
 */
import type { EC2Client, Instance } from '@aws-sdk/client-ec2';
import type { GroupMember } from '../../fleet/member.ts';
import { asInstanceId, type GroupName } from '../../shared/ids.ts';
import type { AwsCall } from '../call.ts';
import { cpusOf, runningInstances } from './instances.ts';

export function tagGroupOf(instance: Instance, key: string | undefined): GroupName | undefined {
  const value = instance.Tags?.find((tag) => tag.Key === key)?.Value;
  return key === undefined || !value ? undefined : (`${prefix(key)}${value}` as GroupName);
}

export function isTagGroup(group: GroupName, key: string | undefined): key is string {
  return key !== undefined && group.startsWith(prefix(key));
}

/** Each is in service: nobody takes it out but whoever stops it. Whether its agent is online is for SSM to say. */
export async function tagGroupMembers(
  ec2: EC2Client,
  group: GroupName,
  key: string,
  limits: Pick<AwsCall, 'ms' | 'signal'>,
): Promise<Omit<GroupMember, 'online'>[]> {
  // Filters take `*` and `?` for any characters.
  const value = group.slice(prefix(key).length).replaceAll(/[*?\\]/g, '\\$&');
  const doing = `Looking up the instances of the group ${group}`;
  const machines = await runningInstances(ec2, { Name: `tag:${key}`, Values: [value] }, doing, limits);
  return machines.flatMap((machine) => {
    const instanceId = asInstanceId(machine.InstanceId ?? '');
    if (instanceId === undefined) return [];
    return {
      ...{ instanceId, group, lifecycle: 'InService', healthy: true },
      instanceType: machine.InstanceType ?? null,
      cpus: cpusOf(machine),
      zone: machine.Placement?.AvailabilityZone ?? null,
      launchedBy: machine.ImageId === undefined ? null : `image ${machine.ImageId}`,
      launchedAtMs: machine.LaunchTime?.getTime() ?? null,
    };
  });
}

function prefix(key: string): string {
  return `tag:${key}=`;
}
