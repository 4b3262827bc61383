import type { MetricPoint } from './metric-store.ts';

export const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
const PERCENTILE = /^p(100|\d{1,2}(\.\d{1,10})?)$/;

/** `Average` … or `p95`, `p99.9`. */
export function isStatistic(text: string): boolean {
  return STATISTICS.some((statistic) => statistic === text) || PERCENTILE.test(text);
}

/** One period with at least one point. */
export interface Bucket {
  /** Start of the period, a multiple of it. */
  readonly atMs: number;
  readonly points: readonly MetricPoint[];
}

/** Points with `from ≤ time < to`, in periods, oldest first. */
export function bucketsOf(
  points: readonly MetricPoint[],
  fromMs: number,
  toMs: number,
  periodSeconds: number,
): Bucket[] {
  const periodMs = periodSeconds * 1000;
  const buckets = new Map<number, MetricPoint[]>();
  for (const point of points) {
    if (point.atMs < fromMs || point.atMs >= toMs) continue;
    const start = Math.floor(point.atMs / periodMs) * periodMs;
    const bucket = buckets.get(start);
    if (bucket) bucket.push(point);
    else buckets.set(start, [point]);
  }
  return [...buckets].map(([atMs, held]) => ({ atMs, points: held }));
}

/** The value of a statistic over the points of one bucket. */
export function statisticOf(statistic: string, points: readonly MetricPoint[]): number {
  const total = (read: (point: MetricPoint) => number) => points.reduce((sum, point) => sum + read(point), 0);
  const count = total((point) => point.count);
  switch (statistic) {
    case 'SampleCount':
      return count;
    case 'Sum':
      return total((point) => point.sum);
    case 'Average':
      return total((point) => point.sum) / count;
    case 'Minimum':
      return Math.min(...points.map((point) => point.minimum));
    case 'Maximum':
      return Math.max(...points.map((point) => point.maximum));
    default:
      return percentile(Number(statistic.slice(1)), points);
  }
}

/** Nearest rank; a statistic set without single values counts as its mean. */
function percentile(percent: number, points: readonly MetricPoint[]): number {
  const values = points
    .flatMap((point) => (point.values.length > 0 ? point.values : [[point.sum / point.count, point.count] as const]))
    .sort(([a], [b]) => a - b);
  const wanted = (percent / 100) * values.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [value, count] of values) {
    seen += count;
    if (seen >= wanted) return value;
  }
  return values.at(-1)?.[0] ?? Number.NaN;
}
