import type { MetricId } from './metric-store.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

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

/** A single-metric alarm as PutMetricAlarm configures it. */
export interface AlarmConfiguration {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly metric: MetricId;
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
  readonly actionsEnabled: boolean;
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
  readonly updatedAt: Date;
}

export interface AlarmStatus {
  readonly value: AlarmState;
  readonly reason: string;
  /** JSON text, `undefined` for a fresh alarm. */
  readonly reasonData: string | undefined;
  readonly updatedAt: Date;
}

export interface Alarm {
  configuration: AlarmConfiguration;
  status: AlarmStatus;
}
