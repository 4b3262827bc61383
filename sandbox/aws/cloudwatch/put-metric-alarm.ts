import type { Context } from '../context.ts';
import type { Fields } from '../fields.ts';
import {
  type AlarmConfiguration,
  COMPARISONS,
  type ComparisonOperator,
  MISSING_DATA,
  type TreatMissingData,
} from './alarm.ts';
import type { Dimension } from './metric-store.ts';
import { isStatistic, STATISTICS } from './statistics.ts';

/** Actions per state. */
const MAX_ACTIONS = 5;
/** EvaluationPeriods × Period must lie within a week. */
const MAX_RANGE_SECONDS = 7 * 86_400;

/**
 * Reads and checks the members of PutMetricAlarm for a single-metric alarm. `shortPeriod`: seconds, allowed besides
 * AWS's own periods.
 */
export function readAlarm(input: Fields, context: Context, shortPeriod: number): AlarmConfiguration {
  if (input.list('Metrics').length > 0)
    throw input.invalid('The sandbox evaluates only alarms on a single metric; Metrics is not supported.');
  const name = input.needText('AlarmName');
  if (name.length > 255) throw input.invalid('AlarmName may have at most 255 characters.');
  const period = periodOf(input, input.needNumber('Period'), shortPeriod);
  const evaluationPeriods = input.integer('EvaluationPeriods', 1, MAX_RANGE_SECONDS);
  if (evaluationPeriods === undefined) throw input.missing('EvaluationPeriods');
  if (period * evaluationPeriods > MAX_RANGE_SECONDS) {
    throw input.invalid(
      'Metrics cannot be checked across more than 7 days (EvaluationPeriods * Period must be <= 604800).',
    );
  }
  return {
    name,
    arn: `arn:aws:cloudwatch:${context.region}:${context.accountId}:alarm:${name}`,
    description: input.text('AlarmDescription'),
    metric: {
      namespace: input.needText('Namespace'),
      name: input.needText('MetricName'),
      dimensions: readDimensions(input),
    },
    unit: input.text('Unit'),
    statistic: alarmStatistic(input),
    period,
    evaluationPeriods,
    datapointsToAlarm: input.integer('DatapointsToAlarm', 1, evaluationPeriods),
    comparison:
      oneOf(input, 'ComparisonOperator', Object.keys(COMPARISONS) as ComparisonOperator[]) ??
      missing(input, 'ComparisonOperator'),
    threshold: input.needNumber('Threshold'),
    treatMissingData: oneOf<TreatMissingData>(input, 'TreatMissingData', MISSING_DATA),
    actionsEnabled: input.flag('ActionsEnabled') ?? true,
    actions: {
      OK: actionsOf(input, 'OKActions'),
      ALARM: actionsOf(input, 'AlarmActions'),
      INSUFFICIENT_DATA: actionsOf(input, 'InsufficientDataActions'),
    },
    updatedAt: new Date(context.now()),
  };
}

/** `Dimensions` of any CloudWatch request. */
export function readDimensions(input: Fields): Dimension[] {
  return input.list('Dimensions').map((each) => ({ name: each.needText('Name'), value: each.needText('Value') }));
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

function actionsOf(input: Fields, name: string): readonly string[] {
  const actions = input.texts(name);
  if (actions.length > MAX_ACTIONS) throw input.invalid(`${name} may hold at most ${MAX_ACTIONS} actions.`);
  for (const action of actions) {
    if (!action.startsWith('arn:')) throw input.invalid(`Invalid arn syntax: ${action}`);
  }
  return actions;
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
