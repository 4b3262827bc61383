import type { Context } from '../context.ts';
import type { Fields } from '../fields.ts';
import {
  type AlarmConfiguration,
  COMPARISONS,
  type ComparisonOperator,
  MISSING_DATA,
  type TreatMissingData,
} from './alarm.ts';
import { validationFault } from './faults.ts';
import { isInsights, parseInsights } from './insights/insights-query.ts';
import type { Dimension } from './metric-store.ts';
import { readCommon } from './read-common.ts';
import { isStatistic, STATISTICS } from './statistics.ts';

const MAX_DIMENSIONS = 30;
/** EvaluationPeriods × Period must lie within a week. */
const MAX_RANGE_SECONDS = 7 * 86_400;

/** Reads and checks the members of PutMetricAlarm. `shortPeriod`: seconds, allowed besides AWS's own periods. */
export function readAlarm(input: Fields, context: Context, shortPeriod: number): AlarmConfiguration {
  const watched = input.has('Metrics') ? readQuery(input) : readMetric(input);
  const period = periodOf(input, watched.period, shortPeriod);
  const evaluationPeriods = input.integer('EvaluationPeriods', 1, MAX_RANGE_SECONDS);
  if (evaluationPeriods === undefined) throw input.missing('EvaluationPeriods');
  if (period * evaluationPeriods > MAX_RANGE_SECONDS) {
    throw input.invalid(
      'Metrics cannot be checked across more than 7 days (EvaluationPeriods * Period must be <= 604800).',
    );
  }
  return {
    ...readCommon(input, context),
    ...watched,
    period,
    evaluationPeriods,
    datapointsToAlarm: input.integer('DatapointsToAlarm', 1, evaluationPeriods),
    comparison:
      oneOf(input, 'ComparisonOperator', Object.keys(COMPARISONS) as ComparisonOperator[]) ??
      missing(input, 'ComparisonOperator'),
    threshold: input.needNumber('Threshold'),
    treatMissingData: oneOf<TreatMissingData>(input, 'TreatMissingData', MISSING_DATA),
  };
}

function readMetric(input: Fields) {
  return {
    metric: {
      namespace: input.needText('Namespace'),
      name: input.needText('MetricName'),
      dimensions: readDimensions(input),
    },
    query: undefined,
    unit: input.text('Unit'),
    statistic: alarmStatistic(input),
    period: input.needNumber('Period'),
  };
}

/** Members that say of one metric what `Metrics` says of all. */
const OF_ONE_METRIC = ['MetricName', 'Namespace', 'Dimensions', 'Period', 'Unit', 'Statistic', 'ExtendedStatistic'];

/** Of `Metrics`, a single query of Metrics Insights. */
function readQuery(input: Fields) {
  const beside = OF_ONE_METRIC.filter((name) => input.has(name));
  if (beside.length > 0)
    throw validationFault(`When Metrics is specified, ${beside.join(', ')} must not be specified.`);
  const [only, ...others] = input.list('Metrics');
  const expression = only?.text('Expression') ?? '';
  if (!only || others.length > 0 || !isInsights(expression))
    throw input.invalid('The sandbox evaluates Metrics only of a single query (SELECT …), not other expressions.');
  const query = parseInsights(only.needText('Id'), only.text('Label'), expression);
  return {
    metric: { namespace: query.namespace, name: query.metricName, dimensions: [] },
    query,
    unit: undefined,
    statistic: query.statistic,
    period: only.needNumber('Period'),
  };
}

/** `Dimensions` of any CloudWatch request. */
export function readDimensions(input: Fields): Dimension[] {
  const dimensions = input.list('Dimensions');
  if (dimensions.length > MAX_DIMENSIONS)
    throw input.invalid(`The collection Dimensions must not have a size greater than ${MAX_DIMENSIONS}.`);
  return dimensions.map((each) => ({ name: each.needText('Name'), value: each.needText('Value') }));
}

/** 10, 20, 30 or a multiple of 60 seconds; the sandbox also takes multiples of its own metric period. */
function periodOf(input: Fields, period: number, shortPeriod: number): number {
  const known = [10, 20, 30].includes(period) || (period > 0 && (period % 60 === 0 || period % shortPeriod === 0));
  if (known && Number.isInteger(period)) return period;
  throw input.invalid('Period must be 10, 20, 30 or a multiple of 60.');
}

function alarmStatistic(input: Fields): string {
  const simple = oneOf(input, 'Statistic', STATISTICS);
  const extended = input.text('ExtendedStatistic');
  if (simple !== undefined && extended !== undefined)
    throw input.invalid('Specify either Statistic or ExtendedStatistic, not both.');
  const statistic = simple ?? extended ?? missing(input, 'Statistic');
  if (!isStatistic(statistic))
    throw input.invalid(`The value ${statistic} for parameter ExtendedStatistic is not supported.`);
  return statistic;
}

const ANOMALY_OPERATORS = [
  'LessThanLowerOrGreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'GreaterThanUpperThreshold',
];

function oneOf<T extends string>(input: Fields, name: string, choices: readonly T[]): T | undefined {
  const text = input.text(name);
  const choice = choices.find((each) => each === text);
  if (text === undefined || choice !== undefined) return choice;
  // Values that AWS knows, for alarms on anomalies, which the sandbox does not support.
  if (ANOMALY_OPERATORS.includes(text))
    throw input.invalid(`The value ${text} for parameter ${name} is not supported.`);
  throw input.notOneOf(name, choices);
}

function missing(input: Fields, name: string): never {
  throw input.missing(name);
}
