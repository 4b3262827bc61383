import {
  type CloudWatchClient,
  DescribeAlarmContributorsCommand,
  DescribeAlarmsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmState } from '../alarms/alarm.ts';
import type { RawAlarm } from '../alarms/shapes/raw-alarm.ts';
import type { AlarmName, AlarmTargetsPort } from '../incidents/ports.ts';
import { callAws, type Sending } from './call.ts';
import { toRawAlarm } from './described-alarm.ts';

/** Composite alarms may hold composites; deeper nests than this are not walked. */
const MAX_DEPTH = 4;
/** DescribeAlarms takes at most 100 names, a rule names at most 100 children, and a page of 50 is the default. */
const NAMES = 100;

/** `AlarmTargetsPort` over DescribeAlarms and DescribeAlarmContributors. */
export function createAlarmTargets(cloudWatch: CloudWatchClient, ms?: number): AlarmTargetsPort {
  return {
    childrenOf(childrenArns, parentName, signal) {
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
): Promise<RawAlarm[]> {
  const inAlarm = new Map<string, MetricAlarm>();
  const named = childrenArns.map((arn) => arn.split(':').slice(6).join(':')).filter((name) => name !== '');
  // A message names the children whose change made the rule hold; others may have been in ALARM before.
  let names = [...new Set([...named, ...(await childrenOf(cloudWatch, parentName, sending))])];
  for (let depth = 0; names.length > 0 && depth < MAX_DEPTH; depth++) {
    const AlarmNames = names.slice(0, NAMES);
    const answer = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: NAMES }),
      sending,
    );
    for (const alarm of answer.MetricAlarms ?? []) {
      if (alarm.StateValue === 'ALARM') inAlarm.set(alarm.AlarmName ?? '', alarm);
    }
    const nested = (answer.CompositeAlarms ?? []).filter((alarm) => alarm.StateValue === 'ALARM');
    names = (await Promise.all(nested.map(({ AlarmName }) => childrenOf(cloudWatch, AlarmName ?? '', sending)))).flat();
  }
  const read = await Promise.all([...inAlarm.values()].map((alarm) => withContributors(cloudWatch, alarm, sending)));
  return read.flat();
}

/** An alarm over many time series does not say which of them are high; its contributors are those. */
async function withContributors(
  cloudWatch: CloudWatchClient,
  alarm: MetricAlarm,
  sending: Sending,
): Promise<RawAlarm[]> {
  const isGrouped = (alarm.Metrics ?? []).some(({ Expression }) => /\sGROUP\s+BY\s/i.test(Expression ?? ''));
  if (!isGrouped) return [toRawAlarm(alarm)];
  const command = new DescribeAlarmContributorsCommand({ AlarmName: alarm.AlarmName });
  const { AlarmContributors = [] } = await cloudWatch.send(command, sending);
  if (AlarmContributors.length === 0) return [toRawAlarm(alarm)];
  return AlarmContributors.map((contributor) => toRawAlarm(alarm, contributor));
}

async function childrenOf(cloudWatch: CloudWatchClient, name: string, sending: Sending): Promise<string[]> {
  // AWS refuses other members beside ChildrenOfAlarmName, and answers with names and states only, of both types.
  const answer = await cloudWatch.send(
    new DescribeAlarmsCommand({ ChildrenOfAlarmName: name, MaxRecords: NAMES }),
    sending,
  );
  return [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])].flatMap((alarm) => alarm.AlarmName ?? []);
}
