import { type AlarmConfiguration, type AlarmState, COMPARISONS } from './alarm.ts';
import type { MetricPoint } from './metric-store.ts';
import { bucketsOf, statisticOf } from './statistics.ts';

interface Datapoint {
  readonly atMs: number;
  readonly value: number;
}

/** What the last periods say; `state` undefined: too little is known, the alarm stays as it is. */
export interface Evaluation {
  readonly state: AlarmState | undefined;
  /** Points that were judged, newest first. */
  readonly datapoints: readonly Datapoint[];
  /** How many of them cross the threshold. */
  readonly breaching: number;
  /** Periods that had no point and were filled in as TreatMissingData says. */
  readonly missing: number;
}

/** CloudWatch looks a little further back than EvaluationPeriods before it calls a point missing. */
const EXTRA_PERIODS = 2;

/**
 * Judges an alarm by the complete periods before `nowMs`, with missing points as CloudWatch treats them
 * (user guide, "Configuring how CloudWatch alarms treat missing data").
 */
export function evaluate(alarm: AlarmConfiguration, points: readonly MetricPoint[], nowMs: number): Evaluation {
  const periodMs = alarm.period * 1000;
  const endMs = Math.floor(nowMs / periodMs) * periodMs;
  const startMs = endMs - (alarm.evaluationPeriods + EXTRA_PERIODS) * periodMs;
  const datapoints = bucketsOf(points, startMs, endMs, alarm.period)
    .map((bucket) => ({ atMs: bucket.atMs, value: statisticOf(alarm.statistic, bucket.points) }))
    .reverse()
    .slice(0, alarm.evaluationPeriods);
  const crosses = (point: Datapoint) => COMPARISONS[alarm.comparison].test(point.value, alarm.threshold);
  const breaching = datapoints.filter(crosses).length;
  const missing = alarm.evaluationPeriods - datapoints.length;
  const periodsSinceOldest = (endMs - (datapoints.at(-1)?.atMs ?? endMs)) / periodMs;
  return {
    state: judge(alarm, datapoints.length, breaching, missing, periodsSinceOldest),
    datapoints,
    breaching,
    missing,
  };
}

function judge(
  alarm: AlarmConfiguration,
  present: number,
  breaching: number,
  missing: number,
  periodsSinceOldest: number,
): AlarmState | undefined {
  const needed = alarm.datapointsToAlarm ?? alarm.evaluationPeriods;
  if (breaching >= needed) return 'ALARM';
  const treat = alarm.treatMissingData ?? 'missing';
  if (missing === 0 || treat === 'notBreaching') return 'OK';
  if (treat === 'breaching') return breaching + missing >= needed ? 'ALARM' : 'OK';
  if (present === 0) return treat === 'missing' ? 'INSUFFICIENT_DATA' : undefined;
  if (breaching < present) return 'OK';
  // Every known point crosses the threshold. It is an alarm once the oldest is as old as the points that are needed.
  return treat === 'missing' && periodsSinceOldest >= needed ? 'ALARM' : undefined;
}
