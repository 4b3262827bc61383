import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  type Dimension,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmState } from '../alarms/alarm.ts';
import type { AlarmName, AlarmTargetsPort } from '../incidents/ports.ts';
import { asInstanceId, type GroupName, type InstanceId } from '../shared/ids.ts';
import { callAws, type Sending } from './call.ts';

/** Composite alarms may hold composites; deeper nests than this are not walked. */
const MAX_DEPTH = 4;
/** DescribeAlarms takes at most 100 names. */
const NAMES = 100;

/** `AlarmTargetsPort` over DescribeAlarms: the instances and groups that the children of a composite alarm watch. */
export function createAlarmTargets(cloudWatch: CloudWatchClient, ms?: number): AlarmTargetsPort {
  return {
    targetsOf(childrenArns, parentName, signal) {
      const doing = `Reading the alarms under ${parentName}`;
      return callAws({ code: 'ALARM_LOOKUP_FAILED', doing, api: 'DescribeAlarms', ms, signal }, (sending) =>
        walk(cloudWatch, childrenArns, parentName, sending),
      );
    },
    stateOf(alarm, signal) {
      const doing = `Asking for the state of the alarm ${alarm.name}`;
      return callAws({ code: 'ALARM_LOOKUP_FAILED', doing, api: 'DescribeAlarms', ms, signal }, (sending) =>
        stateOf(cloudWatch, alarm, sending),
      );
    },
  };
}

/** Names are unique in an account and region only: an alarm with another ARN is another alarm. */
async function stateOf(
  cloudWatch: CloudWatchClient,
  { name, arn }: AlarmName,
  sending: Sending,
): Promise<AlarmState | null> {
  const answer = await cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    sending,
  );
  const found = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])][0];
  if (found === undefined || (arn !== null && found.AlarmArn !== arn)) return null;
  return found.StateValue ?? null;
}

async function walk(
  cloudWatch: CloudWatchClient,
  childrenArns: readonly string[],
  parentName: string,
  sending: Sending,
): ReturnType<AlarmTargetsPort['targetsOf']> {
  const instanceIds = new Set<InstanceId>();
  const groups = new Set<GroupName>();
  let names = childrenArns.map((arn) => arn.split(':').slice(6).join(':')).filter((name) => name !== '');
  if (names.length === 0) names = await childrenOf(cloudWatch, parentName, sending);
  for (let depth = 0; names.length > 0 && depth < MAX_DEPTH; depth++) {
    const answer = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: names.slice(0, NAMES), AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
      sending,
    );
    for (const alarm of answer.MetricAlarms ?? []) collect(alarm, instanceIds, groups);
    const nested = (answer.CompositeAlarms ?? []).filter((alarm) => alarm.StateValue === 'ALARM');
    names = (await Promise.all(nested.map(({ AlarmName }) => childrenOf(cloudWatch, AlarmName ?? '', sending)))).flat();
  }
  return { instanceIds: [...instanceIds], groups: [...groups] };
}

async function childrenOf(cloudWatch: CloudWatchClient, name: string, sending: Sending): Promise<string[]> {
  const answer = await cloudWatch.send(
    new DescribeAlarmsCommand({ ChildrenOfAlarmName: name, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    sending,
  );
  // AWS answers ChildrenOfAlarmName with names only, whatever their state.
  return [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])].flatMap((alarm) => alarm.AlarmName ?? []);
}

/** A metric that names an instance is about that one; its group says no more. */
function collect(alarm: MetricAlarm, instanceIds: Set<InstanceId>, groups: Set<GroupName>): void {
  if (alarm.StateValue !== 'ALARM') return;
  const metrics: Dimension[][] = [
    alarm.Dimensions ?? [],
    ...(alarm.Metrics ?? []).map((metric) => metric.MetricStat?.Metric?.Dimensions ?? []),
  ];
  for (const dimensions of metrics) {
    const of = (name: string) => dimensions.flatMap(({ Name, Value }) => (Name === name && Value ? [Value] : []));
    const named = of('InstanceId').flatMap((value) => asInstanceId(value) ?? []);
    for (const id of named) instanceIds.add(id);
    if (named.length === 0) for (const group of of('AutoScalingGroupName')) groups.add(group as GroupName);
  }
}
