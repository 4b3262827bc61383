import type { AlarmState } from './alarm-state.ts';
import type { AlarmRule } from './composite/alarm-rule.ts';
import type { InsightsQuery } from './insights/insights-query.ts';
import type { MetricId } from './metric-store.ts';

export type { AlarmState } from './alarm-state.ts';

/** Operators of single-metric alarms and their words in NewStateReason. */
export const COMPARISONS = {
  GreaterThanThreshold: { test: (value: number, threshold: number) => value > threshold, words: 'greater than' },
  GreaterThanOrEqualToThreshold: {
    test: (value: number, threshold: number) => value >= threshold,
    words: 'greater than or equal to',
  },
  LessThanThreshold: { test: (value: number, threshold: number) => value < threshold, words: 'less than' },
  LessThanOrEqualToThreshold: {
    test: (value: number, threshold: number) => value <= threshold,
    words: 'less than or equal to',
  },
} as const;
export type ComparisonOperator = keyof typeof COMPARISONS;

export const MISSING_DATA = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
export type TreatMissingData = (typeof MISSING_DATA)[number];

/** What metric and composite alarms have in common. */
interface CommonConfiguration {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly actionsEnabled: boolean;
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
  readonly updatedAt: Date;
}

/** An alarm on a metric, or on a query over many, as PutMetricAlarm configures it. */
export interface AlarmConfiguration extends CommonConfiguration {
  /** Of an alarm on a query, without dimensions. */
  readonly metric: MetricId;
  readonly query: InsightsQuery | undefined;
  readonly unit: string | undefined;
  /** `Average` … or `p99`. */
  readonly statistic: string;
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  /** Undefined when not given: then all of them. */
  readonly datapointsToAlarm: number | undefined;
  readonly comparison: ComparisonOperator;
  readonly threshold: number;
  /** Undefined when not given: then `missing`. */
  readonly treatMissingData: TreatMissingData | undefined;
}

/** A composite alarm as PutCompositeAlarm configures it. */
export interface CompositeConfiguration extends CommonConfiguration {
  /** The rule as it was given, and as it is read: it names alarms by name alone. */
  readonly ruleText: string;
  readonly rule: AlarmRule;
}

/** One of the time series that an alarm watches. */
export interface Contributor {
  /** 16 hex digits. */
  readonly id: string;
  /** The values of GROUP BY. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly state: 'OK' | 'ALARM';
  readonly reason: string;
  readonly since: Date;
}

/** A child whose state made a composite alarm change its own. */
export interface TriggeringChild {
  readonly arn: string;
  readonly state: AlarmState;
  readonly since: Date;
}

export interface AlarmStatus {
  readonly value: AlarmState;
  readonly reason: string;
  /** JSON text, `undefined` for a fresh alarm. */
  readonly reasonData: string | undefined;
  readonly updatedAt: Date;
}

export interface MetricAlarm {
  readonly type: 'MetricAlarm';
  configuration: AlarmConfiguration;
  status: AlarmStatus;
  /** Of an alarm on a query with GROUP BY: what each of its time series was when it was looked at. */
  contributors: readonly Contributor[];
}

export interface CompositeAlarm {
  readonly type: 'CompositeAlarm';
  configuration: CompositeConfiguration;
  status: AlarmStatus;
  /** Of the last change; none when somebody set the state. */
  triggering: readonly TriggeringChild[];
}

export type Alarm = MetricAlarm | CompositeAlarm;
export type AlarmType = Alarm['type'];
