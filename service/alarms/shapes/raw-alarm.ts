/**
 * An alarm message with its dialect taken off: SNS actions (`AlarmName`, dimensions as a list) and EventBridge events
 * (`alarmName`, dimensions as a map) say the same things. Texts are clipped, numbers finite; nothing else is checked.
 */
export interface RawAlarm {
  readonly name: string;
  readonly description: string | null;
  readonly arn: string | null;
  readonly accountId: string | null;
  readonly region: string | null;
  readonly state: string | null;
  readonly previousState: string | null;
  readonly reason: string;
  readonly changedAt: string | null;
  readonly afterMuteWindow: boolean;
  /** Why the owner of the alarm wants no action now, in words; null when action is wanted. */
  readonly suppressedBy: string | null;
  readonly threshold: number | null;
  readonly comparison: string | null;
  readonly periodSeconds: number | null;
  readonly metrics: readonly RawMetric[];
  /** Of metric math and Metrics Insights. */
  readonly expressions: readonly RawExpression[];
  /** Ids of the metrics and expressions whose data the alarm looks at (`ReturnData`). */
  readonly returned: readonly string[];
  readonly contributor: { readonly id: string; readonly attributes: Readonly<Record<string, string>> } | null;
  readonly composite: { readonly rule: string; readonly childrenArns: readonly string[] } | null;
}

export interface RawExpression {
  readonly id: string;
  readonly text: string;
}

export interface RawMetric {
  /** What expressions call it: `m1`. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  readonly periodSeconds: number | null;
  /** `Average`, `p99`; null when it is not known. */
  readonly stat: string | null;
  /** Where another account than the alarm's has it. */
  readonly accountId: string | null;
}

export interface Dimension {
  readonly name: string;
  readonly value: string;
}
