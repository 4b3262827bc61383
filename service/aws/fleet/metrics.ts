import {
  type CloudWatchClient,
  type MetricDataQuery,
  type MetricDataResult,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import type { SeriesQuery } from '../../alarms/cpu-query.ts';
import type { CpuPoint } from '../../fleet/member.ts';
import type { SeriesSpan } from '../../incidents/ports.ts';
import type { InstanceId } from '../../shared/ids.ts';
import { type AwsCall, callAws } from '../call.ts';

type Limits = Pick<AwsCall, 'ms' | 'signal'>;

/** GetMetricData takes at most 500 queries. */
const QUERIES = 500;

export async function cpu(
  cloudWatch: CloudWatchClient,
  instances: readonly InstanceId[],
  span: SeriesSpan,
  limits: Limits,
): Promise<Map<InstanceId, CpuPoint[]>> {
  const queries = instances.map((id) => ({
    ...{ namespace: 'AWS/EC2', name: 'CPUUtilization', stat: 'Average' },
    dimensions: [{ name: 'InstanceId', value: id }],
  }));
  const points = await read(cloudWatch, queries, span, 'Reading CPUUtilization from CloudWatch', limits);
  return new Map(instances.map((id, at) => [id, points[at] ?? []]));
}

export function series(
  cloudWatch: CloudWatchClient,
  queries: readonly SeriesQuery[],
  span: SeriesSpan,
  limits: Limits,
): Promise<CpuPoint[][]> {
  return read(cloudWatch, queries, span, 'Reading the metrics of the alarm from CloudWatch', limits);
}

async function read(
  cloudWatch: CloudWatchClient,
  queries: readonly SeriesQuery[],
  { fromMs, toMs, periodSeconds }: SeriesSpan,
  doing: string,
  limits: Limits,
): Promise<CpuPoint[][]> {
  const points: CpuPoint[][] = queries.map(() => []);
  const times = { StartTime: new Date(fromMs), EndTime: new Date(toMs), ScanBy: 'TimestampAscending' } as const;
  await callAws({ code: 'METRICS_FAILED', doing, api: 'GetMetricData', ...limits }, async (sending) => {
    for (let from = 0; from < queries.length; from += QUERIES) {
      const some = queries.slice(from, from + QUERIES);
      const input = { ...times, MetricDataQueries: some.map((query, at) => toQuery(query, from + at, periodSeconds)) };
      for await (const page of paginateGetMetricData({ client: cloudWatch }, input, sending)) {
        for (const result of page.MetricDataResults ?? []) addPoints(points, result);
      }
    }
  });
  for (const list of points) list.sort((a, b) => a.atMs - b.atMs);
  return points;
}

/** Ids of queries begin with a lower-case letter: `m0`. */
function toQuery({ namespace, name, dimensions, stat }: SeriesQuery, at: number, Period: number): MetricDataQuery {
  const Dimensions = dimensions.map((one) => ({ Name: one.name, Value: one.value }));
  const Metric = { Namespace: namespace, MetricName: name, Dimensions };
  return { Id: `m${at}`, MetricStat: { Metric, Period, Stat: stat } };
}

function addPoints(points: readonly CpuPoint[][], result: MetricDataResult): void {
  const list = points[Number(result.Id?.slice(1))];
  if (!list) return;
  for (const [index, at] of (result.Timestamps ?? []).entries()) {
    const percent = result.Values?.[index];
    if (percent !== undefined) list.push({ atMs: at.getTime(), percent });
  }
}
