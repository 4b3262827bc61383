import type { GroupName, IncidentId, InstanceId } from '../shared/ids.ts';
import type { CpuQuery } from './cpu-query.ts';

export type AlarmState = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';

/** One change of state of a CloudWatch alarm, whatever road it came by. Texts are untrusted: escape them. */
export interface Alarm {
  /**
   * The same for all messages of one alarm (and one contributor of it): the ARN, or region/account/name, then `#` and
   * the contributor.
   */
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  /** Null in messages of 2019 and before. */
  readonly arn: string | null;
  readonly accountId: string | null;
  /** Accounts other than its own whose metrics it watches. */
  readonly otherAccounts: readonly string[];
  /** Whether it watches metrics of its own account; absent in older incidents: only where it names no other. */
  readonly watchesOwn?: boolean;
  /** Code, never the display name: `eu-west-1`. */
  readonly region: string | null;
  readonly state: AlarmState;
  readonly previousState: AlarmState | null;
  /** Free text; `set-alarm-state` puts the words of a person here. */
  readonly reason: string;
  readonly changedAtMs: number;
  /**
   * The action waited for the end of a mute window, so `changedAtMs` may be hours old while the alarm is still on.
   */
  readonly afterMuteWindow: boolean;
  /** What it watches; null for composites and for expressions over several metrics none of which measures CPU. */
  readonly metric: { readonly namespace: string; readonly name: string } | null;
  /** Null for anomaly bands and composites. */
  readonly threshold: number | null;
  /** `GreaterThanThreshold`, … */
  readonly comparison: string | null;
  /** The newest datapoint that the reason quotes. */
  readonly observed: number | null;
  readonly periodSeconds: number | null;
  /** Whom it names, without repeats, in the order of the message. All empty for composites. */
  readonly targets: {
    readonly instanceIds: readonly InstanceId[];
    readonly groups: readonly GroupName[];
    /** Of these groups, those that one of its metrics names without an instance. Absent in older incidents. */
    readonly wholeGroups?: readonly GroupName[];
    /**
     * Host names that stand for an instance, where a metric has no more than that: `host` of the CloudWatch agent,
     * `NodeName` of Container Insights.
     */
    readonly hosts: readonly string[];
  };
  /** The one time series of a multi-series alarm that this message is about. */
  readonly contributor: { readonly id: string; readonly attributes: Readonly<Record<string, string>> } | null;
  /** Its targets are those of its children. `childrenArns` are the children that set it off; may be empty. */
  readonly composite: { readonly rule: string; readonly childrenArns: readonly string[] } | null;
  /**
   * At least one of its metrics measures CPU use. False for composites: the message does not say what children watch.
   */
  readonly isCpu: boolean;
  /** What the state ALARM means for the CPU: a `low` alarm (for scaling in) is not a fire. Null when unknown. */
  readonly cpuWhenAlarm: 'high' | 'low' | null;
  /**
   * Why ALARM is no sign of a busy CPU, or does not tell: the rest of a sentence that begins with the name. Null where
   * `isCpu` and `cpuWhenAlarm` say it. Absent in older incidents, as are the next two.
   */
  readonly noFire?: string | null;
  /** It went to ALARM because data was missing and counts as breaching: there is no datapoint. */
  readonly isMissingData?: boolean;
  /** What was observed, as percent of all CPUs of a host; null where it is something else. */
  readonly cpuPercent?: number | null;
  /** How to ask for that of each instance; null where it cannot be. Absent in older incidents. */
  readonly cpuQuery?: CpuQuery | null;
  /** The start of the period of that datapoint. Absent in older incidents. */
  readonly observedAtMs?: number | null;
  /** No alarm went off: somebody tries the chain out. Absent in what CloudWatch sent. */
  readonly drill?: Drill;
  /** It is still on: an incident is recorded once more. Absent in what CloudWatch sent. */
  readonly second?: SecondCapture;
  /** It was found in ALARM under a composite one. Absent in what CloudWatch sent. */
  readonly under?: UnderComposite;
}

/** What somebody wishes who tries the chain out. */
export interface Drill {
  readonly seconds: number;
  /** Who gets the report; empty: nobody. */
  readonly mailTo: readonly string[];
}

/** Of a second recording: the incident that it is of. */
export interface SecondCapture {
  readonly of: IncidentId;
  /** From the report of that. */
  readonly afterMs: number;
}

/** What stands for an alarm in a second recording. */
export interface SecondAlarm extends Alarm {
  readonly second: SecondCapture;
}

/** Of a child of a composite alarm that was looked for when that one was captured. */
export interface UnderComposite {
  /** Of the composite alarm. */
  readonly incidentId: IncidentId;
  readonly alarmName: string;
  /** Instances whose own alarms are in ALARM under it: none of them is healthy. */
  readonly inAlarm: readonly InstanceId[];
}

/** A child of a composite alarm, to be decided on as if it had come itself. */
export interface TiedAlarm extends Alarm {
  readonly under: UnderComposite;
}

/** What stands for an alarm in a drill. */
export interface DrillAlarm extends Alarm {
  readonly drill: Drill;
}

/** `other`: a message that is not for us, and why, in a sentence for the notification log. */
export type AlarmReading =
  | { readonly kind: 'alarm'; readonly alarm: Alarm }
  | { readonly kind: 'other'; readonly reason: string };
