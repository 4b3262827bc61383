import type { Alarm, SecondAlarm } from '../../alarms/alarm.ts';
import type { GroupName, IncidentId, InstanceId } from '../../shared/ids.ts';

/** An incident that was reported, whose alarm is on as far as we know, and that was not looked at again. */
export interface DueSecond {
  readonly id: IncidentId;
  readonly alarm: Alarm;
  readonly group: GroupName | null;
  readonly hotInstance: InstanceId;
  /** When everybody had been told. */
  readonly reportedAtMs: number;
}

/** Whether an incident was recorded once more. */
export interface SecondLook {
  /** The recording, which is kept as an incident; null where none was made. */
  readonly captureId: IncidentId | null;
  /** Why it was made, or not. */
  readonly reason: string;
  readonly atMs: number;
}

/** What stands for an alarm in a second recording: the same hot instance, peers chosen anew. */
export function secondAlarm({ id, alarm, group, hotInstance, reportedAtMs }: DueSecond, nowMs: number): SecondAlarm {
  return {
    ...alarm,
    targets: { instanceIds: [hotInstance], groups: group === null ? [] : [group], hosts: [], wholeGroups: [] },
    // The datapoint of the first recording says nothing of now.
    periodSeconds: null,
    composite: null,
    second: { of: id, afterMs: nowMs - reportedAtMs },
  };
}
