import { AwsFault } from '../aws-fault.ts';
import type { Context } from '../context.ts';
import type { Fields } from '../fields.ts';
import type { Operation, Output } from '../operation.ts';
import { page } from '../paging.ts';
import { validationFault } from './faults.ts';
import type { MetricId, MetricPoint, MetricStore } from './metric-store.ts';
import { readDimensions } from './put-metric-alarm.ts';
import { pointOf } from './sampler.ts';
import { type Bucket, bucketsOf, isStatistic, STATISTICS, statisticOf } from './statistics.ts';

/** Limits of one call. */
const MAX_QUERIES = 500;
const MAX_DATAPOINTS = 100_800;
const MAX_STATISTICS_DATAPOINTS = 1440;
const MAX_PUT = 1000;
const SCANS: readonly string[] = ['TimestampDescending', 'TimestampAscending'];
/** Points may be two weeks late and two hours early. */
const LATE_MS = 14 * 86_400_000;
const EARLY_MS = 2 * 3_600_000;

/** The operations on metrics. `shortPeriod`: seconds, allowed besides AWS's own periods. */
export function metricOperations(store: MetricStore, context: Context, shortPeriod: number): Record<string, Operation> {
  return {
    PutMetricData(input) {
      const data = input.list('MetricData');
      if (data.length > MAX_PUT)
        throw input.invalid(`The collection MetricData must not have a size greater than ${MAX_PUT}.`);
      const namespace = input.needText('Namespace');
      if (namespace.startsWith('AWS/')) throw input.invalid('The value AWS/ for parameter Namespace is invalid.');
      for (const { id, point, unit } of data.map((datum) => readDatum(datum, namespace, context.now()))) {
        if (!store.add(id, point, unit))
          throw new AwsFault('LimitExceeded', 'The sandbox cannot hold any more metrics.');
      }
      return {};
    },
    ListMetrics(input) {
      const filters = input
        .list('Dimensions')
        .map((each) => ({ name: each.needText('Name'), value: each.text('Value') }));
      const [namespace, name] = [input.text('Namespace'), input.text('MetricName')];
      const matching = store.all().filter((metric) => {
        const dimensions = filters.every((filter) =>
          metric.dimensions.some((each) => each.name === filter.name && (filter.value ?? each.value) === each.value),
        );
        return (
          dimensions && (namespace ?? metric.namespace) === metric.namespace && (name ?? metric.name) === metric.name
        );
      });
      const { items, nextToken } = page(matching, input, 'MaxResults', 500, 500);
      return { Metrics: items.map(metricOutput), NextToken: nextToken };
    },
    GetMetricStatistics: (input) => metricStatistics(store, input, shortPeriod),
    GetMetricData: (input) => metricData(store, input, shortPeriod),
  };
}

function readDatum(
  datum: Fields,
  namespace: string,
  nowMs: number,
): { id: MetricId; point: MetricPoint; unit: string | undefined } {
  const id = { namespace, name: datum.needText('MetricName'), dimensions: readDimensions(datum) };
  const atMs = datum.time('Timestamp')?.getTime() ?? nowMs;
  if (atMs < nowMs - LATE_MS || atMs > nowMs + EARLY_MS) {
    throw datum.invalid(
      'The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks and the next ' +
        'two hours.',
    );
  }
  const unit = datum.text('Unit');
  const set = datum.structure('StatisticValues');
  if (set) {
    const point = {
      atMs,
      sum: set.needNumber('Sum'),
      minimum: set.needNumber('Minimum'),
      maximum: set.needNumber('Maximum'),
      count: set.needNumber('SampleCount'),
      values: [],
    };
    return { id, point, unit };
  }
  const values = datum.has('Values') ? datum.numbers('Values') : [datum.needNumber('Value')];
  const counts = datum.numbers('Counts');
  if (values.length === 0 || (counts.length > 0 && counts.length !== values.length)) {
    throw datum.invalid('Values and Counts must have the same number of entries.');
  }
  return {
    id,
    point: pointOf(
      atMs,
      values.map((value, index) => [value, counts[index] ?? 1] as const),
    ),
    unit,
  };
}

function metricOutput(metric: MetricId): Output {
  return {
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: metric.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
  };
}

/** 1, 5, 10, 20, 30 or a multiple of 60 seconds; the sandbox also takes multiples of its own metric period. */
function periodOf(input: Fields, shortPeriod: number): number {
  const period = input.needNumber('Period');
  const known =
    [1, 5, 10, 20, 30].includes(period) || (period > 0 && (period % 60 === 0 || period % shortPeriod === 0));
  if (known && Number.isInteger(period)) return period;
  throw input.invalid('The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.');
}

function rangeOf(input: Fields): { fromMs: number; toMs: number } {
  const from = input.time('StartTime');
  const to = input.time('EndTime');
  if (!from || !to) throw input.missing(from ? 'EndTime' : 'StartTime');
  if (from >= to) throw input.invalid('The parameter StartTime must be less than the parameter EndTime.');
  return { fromMs: from.getTime(), toMs: to.getTime() };
}

/** CloudWatch moves the start down to a whole period. */
function bucketsIn(store: MetricStore, id: MetricId, fromMs: number, toMs: number, period: number): Bucket[] {
  const start = Math.floor(fromMs / (period * 1000)) * period * 1000;
  return bucketsOf(store.find(id)?.points ?? [], start, toMs, period);
}

function metricStatistics(store: MetricStore, input: Fields, shortPeriod: number): Output {
  const name = input.needText('MetricName');
  const id = { namespace: input.needText('Namespace'), name, dimensions: readDimensions(input) };
  const { fromMs, toMs } = rangeOf(input);
  const period = periodOf(input, shortPeriod);
  const wanted = STATISTICS.filter((statistic) => input.texts('Statistics').includes(statistic));
  const extended = input.texts('ExtendedStatistics').filter(isStatistic);
  if (wanted.length + extended.length === 0) throw input.missing('Statistics');
  if ((toMs - fromMs) / 1000 / period > MAX_STATISTICS_DATAPOINTS) {
    throw new AwsFault(
      'InvalidParameterCombination',
      `You have requested more than ${MAX_STATISTICS_DATAPOINTS} datapoints.`,
      {
        shape: 'InvalidParameterCombinationException',
      },
    );
  }
  const unit = store.find(id)?.unit ?? 'None';
  return {
    Label: name,
    Datapoints: bucketsIn(store, id, fromMs, toMs, period).map((bucket) => ({
      Timestamp: new Date(bucket.atMs),
      ...Object.fromEntries(wanted.map((statistic) => [statistic, statisticOf(statistic, bucket.points)])),
      ...(extended.length > 0
        ? {
            ExtendedStatistics: new Map(
              extended.map((statistic) => [statistic, statisticOf(statistic, bucket.points)]),
            ),
          }
        : {}),
      Unit: unit,
    })),
  };
}

function metricData(store: MetricStore, input: Fields, shortPeriod: number): Output {
  const { fromMs, toMs } = rangeOf(input);
  const queries = input.list('MetricDataQueries');
  if (queries.length === 0) throw input.missing('MetricDataQueries');
  if (queries.length > MAX_QUERIES)
    throw validationFault(`The collection MetricDataQueries must not have a size greater than ${MAX_QUERIES}.`);
  const ids = queries.map((query) => query.needText('Id'));
  for (const id of ids) {
    if (!/^[a-z][a-zA-Z0-9_]{0,254}$/.test(id)) {
      throw validationFault(
        `The value ${id} for parameter MetricDataQueries.member.1.Id is not matching the expected pattern ` +
          '^[a-z][a-zA-Z0-9_]*$.',
      );
    }
  }
  if (new Set(ids).size < ids.length)
    throw validationFault('The values for parameter id in MetricDataQueries are not unique.');
  const scanBy = input.text('ScanBy') ?? 'TimestampDescending';
  if (!SCANS.includes(scanBy)) throw input.notOneOf('ScanBy', SCANS);
  const ascending = scanBy === 'TimestampAscending';
  let left = Math.min(MAX_DATAPOINTS, input.integer('MaxDatapoints', 1, MAX_DATAPOINTS) ?? MAX_DATAPOINTS);
  const results = queries
    .filter((query) => query.flag('ReturnData') ?? true)
    .map((query) => {
      const { label, points } = readQuery(store, query, fromMs, toMs, shortPeriod);
      const ordered = (ascending ? points : points.toReversed()).slice(0, left);
      left -= ordered.length;
      return {
        Id: query.needText('Id'),
        Label: label,
        Timestamps: ordered.map((point) => new Date(point.atMs)),
        Values: ordered.map((point) => point.value),
        StatusCode: ordered.length < points.length ? 'PartialData' : 'Complete',
      };
    });
  return { MetricDataResults: results, Messages: [] };
}

function readQuery(store: MetricStore, query: Fields, fromMs: number, toMs: number, shortPeriod: number) {
  const stat = query.structure('MetricStat');
  const metric = stat?.structure('Metric');
  if (!stat || !metric) throw query.invalid('The sandbox supports only MetricStat queries, not expressions.');
  const name = metric.needText('MetricName');
  const id = { namespace: metric.needText('Namespace'), name, dimensions: readDimensions(metric) };
  const statistic = stat.needText('Stat');
  if (!isStatistic(statistic))
    throw query.invalid(
      `The value ${statistic} for parameter MetricDataQueries.member.1.MetricStat.Stat is not supported.`,
    );
  const points = bucketsIn(store, id, fromMs, toMs, periodOf(stat, shortPeriod)).map((bucket) => ({
    atMs: bucket.atMs,
    value: statisticOf(statistic, bucket.points),
  }));
  return { label: query.text('Label') ?? name, points };
}
