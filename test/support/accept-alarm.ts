import type { Alarm } from '../../service/alarms/alarm.ts';
import type { GroupName, IncidentId, InstanceId } from '../../service/shared/ids.ts';
import { randomId } from '../../service/shared/random-id.ts';
import type { SqliteStore } from '../../service/store/sqlite-store.ts';

/** A CPU alarm of the group `web-prod`, as the parser would make it. */
export function cpuAlarm(nowMs: number, changes: Partial<Alarm> = {}): Alarm {
  return {
    key: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:web CPU',
    name: 'web CPU',
    description: null,
    arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:web CPU',
    accountId: '123456789012',
    otherAccounts: [],
    region: 'us-east-1',
    state: 'ALARM',
    previousState: 'OK',
    reason:
      'Threshold Crossed: 1 out of the last 1 datapoints [71.0 (23/11/26 02:59:00)] was greater than the ' +
      'threshold (50.0).',
    changedAtMs: nowMs - 1000,
    afterMuteWindow: false,
    metric: { namespace: 'AWS/EC2', name: 'CPUUtilization' },
    threshold: 50,
    comparison: 'GreaterThanThreshold',
    observed: 71,
    periodSeconds: 60,
    targets: { instanceIds: [], groups: ['web-prod' as GroupName], hosts: [] },
    contributor: null,
    composite: null,
    isCpu: true,
    cpuWhenAlarm: 'high',
    ...changes,
  };
}

export const HOT = 'i-0aaaaaaaaaaaaaaaa' as InstanceId;
export const PEER = 'i-0bbbbbbbbbbbbbbbb' as InstanceId;

/** Puts an accepted incident into the store and returns its id. */
export function acceptAlarm(
  store: SqliteStore,
  options: { readonly nowMs: number; readonly alarm?: Alarm },
): IncidentId {
  const incidentId = randomId('inc') as IncidentId;
  store.accept(
    {
      receivedAtMs: options.nowMs,
      messageId: randomId('msg'),
      topicArn: 'arn:aws:sns:us-east-1:123456789012:cpu',
      body: '{}',
      alarm: options.alarm ?? cpuAlarm(options.nowMs),
      incidentId,
    },
    () => ({ outcome: 'accepted', supersedes: null, reason: 'first of its group' }),
  );
  return incidentId;
}
