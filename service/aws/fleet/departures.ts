import { type Activity, type AutoScalingClient, DescribeScalingActivitiesCommand } from '@aws-sdk/client-auto-scaling';
import type { Departure } from '../../fleet/member.ts';
import { AppError } from '../../shared/errors.ts';
import { asInstanceId, type GroupName, type InstanceId } from '../../shared/ids.ts';
import { type AwsCall, callAws } from '../call.ts';

/** The most of a page; a group that does more within minutes is being rolled out. */
const ACTIVITIES = 100;
/** `Terminating EC2 instance: i-0abc… - Waiting For ELB Connection Draining.` */
const LEAVING = /^(Terminating|Detaching|Moving) EC2 instance(?: to Standby)?: (\S+)/;
const HOW: Readonly<Record<string, Departure['how']>> = {
  Terminating: 'terminated',
  Detaching: 'detached',
  Moving: 'moved to standby',
};

/** Who has left a group, by its scaling activities; AWS has the newest first. */
export async function departures(
  autoScaling: AutoScalingClient,
  group: GroupName,
  sinceMs: number,
  limits: Pick<AwsCall, 'ms' | 'signal'>,
): Promise<Departure[]> {
  const doing = `Asking who has left the Auto Scaling group ${group}`;
  const call = { code: 'GROUP_LOOKUP_FAILED', doing, api: 'DescribeScalingActivities', ...limits };
  const command = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: ACTIVITIES });
  const answer = await callAws(call, (sending) => autoScaling.send(command, sending));
  return (answer.Activities ?? []).flatMap((activity) => {
    const departure = departureOf(activity);
    return departure === undefined || departure.atMs < sinceMs ? [] : [departure];
  });
}

function departureOf({ Description, StartTime }: Activity): Departure | undefined {
  const [, verb, id] = LEAVING.exec(Description ?? '') ?? [];
  const [instanceId, how, atMs] = [asInstanceId(id ?? ''), HOW[verb ?? ''], StartTime?.getTime()];
  if (instanceId === undefined || how === undefined || atMs === undefined) return undefined;
  return { instanceId, how, atMs };
}

/**
 * The group that an instance has left, by the newest activities of all groups: AWS takes its tag with it. Undefined
 * also when that may not be asked for: a role of an older release has an instance without a group, as before.
 */
export async function groupLeft(
  autoScaling: AutoScalingClient,
  instanceId: InstanceId,
  limits: Pick<AwsCall, 'ms' | 'signal'>,
): Promise<GroupName | undefined> {
  const doing = `Asking which group ${instanceId} has left`;
  const call = { code: 'GROUP_LOOKUP_FAILED', doing, api: 'DescribeScalingActivities', ...limits };
  const command = new DescribeScalingActivitiesCommand({ MaxRecords: ACTIVITIES });
  const activities = await callAws(call, (sending) => autoScaling.send(command, sending)).then(
    (answer) => answer.Activities ?? [],
    (error: unknown) => {
      if (!(error instanceof AppError) || limits.signal?.aborted) throw error;
      return [];
    },
  );
  const left = activities.find((activity) => departureOf(activity)?.instanceId === instanceId);
  return left?.AutoScalingGroupName as GroupName | undefined;
}
