/** Points of one time stamp, already summed up as CloudWatch's statistic sets are. */
export interface MetricPoint {
  readonly atMs: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly count: number;
  /** Single values with their counts, for percentiles; empty when only a statistic set came. */
  readonly values: readonly (readonly [value: number, count: number])[];
}

export interface Dimension {
  readonly name: string;
  readonly value: string;
}

export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

export interface Metric extends MetricId {
  readonly points: MetricPoint[];
  unit: string | undefined;
}

/** A day of 5 s points. */
const MAX_POINTS = 17_280;
const MAX_METRICS = 2000;

/** All metrics of the account, points in order of time. */
export class MetricStore {
  private readonly metrics = new Map<string, Metric>();

  /** False when the store is full and the metric new. */
  add(id: MetricId, point: MetricPoint, unit?: string): boolean {
    const key = keyOf(id);
    let metric = this.metrics.get(key);
    if (!metric) {
      if (this.metrics.size >= MAX_METRICS) return false;
      metric = { ...id, points: [], unit };
      this.metrics.set(key, metric);
    }
    metric.unit ??= unit;
    insert(metric.points, point);
    if (metric.points.length > MAX_POINTS) metric.points.shift();
    return true;
  }

  find(id: MetricId): Metric | undefined {
    return this.metrics.get(keyOf(id));
  }

  all(): readonly Metric[] {
    return [...this.metrics.values()];
  }
}

/** The order of dimensions does not matter. */
function keyOf(id: MetricId): string {
  const dimensions = id.dimensions.map(({ name, value }) => [name, value]).sort();
  return JSON.stringify([id.namespace, id.name, dimensions]);
}

/** Points nearly always come in order; a late one is sorted in. */
function insert(points: MetricPoint[], point: MetricPoint): void {
  let at = points.length;
  while (at > 0 && (points[at - 1]?.atMs ?? 0) > point.atMs) at--;
  points.splice(at, 0, point);
}
