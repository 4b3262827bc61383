import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  type Dimension,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmState } from '../alarms/alarm.ts';
import type { AlarmName, AlarmTargetsPort } from '../incidents/ports.ts';
import { asInstanceId, type GroupName, type InstanceId } from '../shared/ids.ts';
import { awsError } from './errors.ts';

/** Composite alarms may hold composites; deeper nests than this are not walked. */
const MAX_DEPTH = 4;
/** DescribeAlarms takes at most 100 names. */
const NAMES = 100;

/** `AlarmTargetsPort` over DescribeAlarms: the instances and groups that the children of a composite alarm watch. */
export function createAlarmTargets(cloudWatch: CloudWatchClient): AlarmTargetsPort {
  return {
    async targetsOf(childrenArns, parentName) {
      const instanceIds = new Set<InstanceId>();
      const groups = new Set<GroupName>();
      let names = childrenArns.map((arn) => arn.split(':').slice(6).join(':')).filter((name) => name !== '');
      try {
        if (names.length === 0) names = await childrenOf(cloudWatch, parentName);
        for (let depth = 0; names.length > 0 && depth < MAX_DEPTH; depth++) {
          const answer = await cloudWatch.send(
            new DescribeAlarmsCommand({
              AlarmNames: names.slice(0, NAMES),
              AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
            }),
          );
          for (const alarm of answer.MetricAlarms ?? []) collect(alarm, instanceIds, groups);
          const nested = (answer.CompositeAlarms ?? []).filter((alarm) => alarm.StateValue === 'ALARM');
          names = (await Promise.all(nested.map((alarm) => childrenOf(cloudWatch, alarm.AlarmName ?? '')))).flat();
        }
      } catch (cause) {
        throw awsError('ALARM_LOOKUP_FAILED', `Reading the alarms under ${parentName}`, cause);
      }
      return { instanceIds: [...instanceIds], groups: [...groups] };
    },
    stateOf: (alarm, signal) => stateOf(cloudWatch, alarm, signal),
  };
}

/** Names are unique in an account and region only: an alarm with another ARN is another alarm. */
async function stateOf(
  cloudWatch: CloudWatchClient,
  { name, arn }: AlarmName,
  signal?: AbortSignal,
): Promise<AlarmState | null> {
  try {
    const answer = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    const found = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])][0];
    if (found === undefined || (arn !== null && found.AlarmArn !== arn)) return null;
    return found.StateValue ?? null;
  } catch (cause) {
    throw awsError('ALARM_LOOKUP_FAILED', `Asking for the state of the alarm ${name}`, cause);
  }
}

async function childrenOf(cloudWatch: CloudWatchClient, name: string): Promise<string[]> {
  const answer = await cloudWatch.send(
    new DescribeAlarmsCommand({ ChildrenOfAlarmName: name, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
  );
  // AWS answers ChildrenOfAlarmName with names only, whatever their state.
  return [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])].flatMap((alarm) => alarm.AlarmName ?? []);
}

function collect(alarm: MetricAlarm, instanceIds: Set<InstanceId>, groups: Set<GroupName>): void {
  if (alarm.StateValue !== 'ALARM') return;
  const dimensions: Dimension[] = [
    ...(alarm.Dimensions ?? []),
    ...(alarm.Metrics ?? []).flatMap((metric) => metric.MetricStat?.Metric?.Dimensions ?? []),
  ];
  for (const dimension of dimensions) {
    if (dimension.Name === 'InstanceId') {
      const id = asInstanceId(dimension.Value ?? '');
      if (id !== undefined) instanceIds.add(id);
    } else if (dimension.Name === 'AutoScalingGroupName' && dimension.Value) groups.add(dimension.Value as GroupName);
  }
}
