import type { RawMetric } from './shapes/raw-alarm.ts';

type MetricName = Pick<RawMetric, 'namespace' | 'name'>;

/**
 * Whether a metric measures CPU use. AWS/EC2 CPUUtilization; CWAgent cpu_usage_active, procstat_cpu_usage;
 * ContainerInsights node_cpu_utilization; custom ones that say so. Not: credits (CPUCreditBalance), sizes and quotas
 * (node_cpu_limit, pod_cpu_reserved_capacity).
 */
export function isCpuMetric({ name }: MetricName): boolean {
  return /cpu/i.test(name) && !/credit|limit|reserved|request|count/i.test(name);
}

/** cpu_usage_idle falls when the CPU is busy. */
function measuresIdle({ name }: MetricName): boolean {
  return /idle/i.test(name);
}

/**
 * What ALARM means for the CPU. `LessThan…` is an alarm for scaling in: when it fires, all is quiet. A two-sided
 * anomaly band is told by its reason, which quotes both edges. Null when it cannot be told.
 */
export function cpuWhenAlarm(
  metrics: readonly MetricName[],
  comparison: string | null,
  reason: string,
  observed: number | null,
): 'high' | 'low' | null {
  const cpu = metrics.filter(isCpuMetric);
  const side = comparisonSide(comparison) ?? bandSide(reason, observed) ?? reasonSide(reason);
  if (cpu.length === 0 || side === null) return null;
  if (!cpu.some(measuresIdle)) return side;
  // An expression over busy and idle figures may mean anything.
  return cpu.every(measuresIdle) ? (side === 'high' ? 'low' : 'high') : null;
}

function comparisonSide(comparison: string | null): 'high' | 'low' | null {
  if (comparison === null || comparison === 'LessThanLowerOrGreaterThanUpperThreshold') return null;
  if (comparison.startsWith('GreaterThan')) return 'high';
  return comparison.startsWith('LessThan') ? 'low' : null;
}

/** "… was less than the lower thresholds [0.02] or greater than the upper thresholds [0.30] …" */
function bandSide(reason: string, observed: number | null): 'high' | 'low' | null {
  const lower = /the lower thresholds? \[(-?[\d.]{1,40})/.exec(reason)?.[1];
  const upper = /the upper thresholds? \[(-?[\d.]{1,40})/.exec(reason)?.[1];
  if (observed === null || lower === undefined || upper === undefined) return null;
  if (observed < Number(lower)) return 'low';
  return observed > Number(upper) ? 'high' : null;
}

/** Events carry no comparison; their reason does: "… was greater than or equal to the threshold (80.0)". */
function reasonSide(reason: string): 'high' | 'low' | null {
  if (!/^Thresholds? Crossed: /.test(reason) || /\bor greater than\b/.test(reason)) return null;
  // An OK tells the opposite: "was not greater than" belongs to an alarm on high values, too.
  if (/ (?:was|were)(?: not)? greater than /.test(reason)) return 'high';
  return / (?:was|were)(?: not)? less than /.test(reason) ? 'low' : null;
}

/** CPU of a process, a container or one core says nothing about the host's; seconds and load are not percentages. */
const NOT_THE_HOST = /procstat|process|pod|container|task|service|core|second|load/i;

/** The datapoint that set the alarm off, where that is a percentage of all CPUs of a host; else null. */
export function hostCpuPercent(metric: MetricName | null, observed: number | null): number | null {
  if (metric === null || observed === null || !isCpuMetric(metric) || NOT_THE_HOST.test(metric.name)) return null;
  return measuresIdle(metric) ? 100 - observed : observed;
}
