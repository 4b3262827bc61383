import type { Alarm } from './alarm.ts';
import type { RawMetric } from './shapes/raw-alarm.ts';

type MetricName = Pick<RawMetric, 'namespace' | 'name'>;

/** Metrics with CPU in their name that no work of ours moves, and what they are instead. */
const OTHER_THAN_WORK: readonly (readonly [RegExp, string])[] = [
  [/credit/i, 'which says how much CPU may still be used, not how much is'],
  [/iowait|io_wait/i, 'the time that CPUs wait for disks, not CPU use'],
  [/steal/i, 'the time that the hypervisor gave to others, not CPU use'],
  [/(?:^|[^e])guest/i, 'the time that virtual machines got, not CPU use of this one'],
  [/limit|reserved|request|count/i, 'which is not CPU use'],
];

/**
 * Of a metric, when a CPU is busier: 1 it is higher, -1 lower, 0 it says nothing of CPU use. 1: AWS/EC2 CPUUtilization;
 * CWAgent cpu_usage_active, procstat_cpu_usage; ContainerInsights node_cpu_utilization; custom ones that say so.
 * -1: cpu_usage_idle. 0: credits, iowait, sizes and quotas (node_cpu_limit, pod_cpu_reserved_capacity).
 */
export function cpuDirection(metric: MetricName): 1 | -1 | 0 {
  if (!/cpu/i.test(metric.name) || whyNotWork(metric) !== null) return 0;
  return /idle/i.test(metric.name) ? -1 : 1;
}

/** For a metric that is about CPUs, but not about their use: what it is, as the rest of a sentence. */
export function whyNotWork({ name }: MetricName): string | null {
  if (!/cpu/i.test(name)) return null;
  return OTHER_THAN_WORK.find(([shape]) => shape.test(name))?.[1] ?? null;
}

/** CPU of a process, a container or one core says nothing about the host's; seconds and load are not percentages. */
const NOT_THE_HOST = /procstat|process|pod|container|task|service|core|second|load/i;

/** A percentage of all CPUs of a host. */
export function isHostCpu(metric: MetricName): boolean {
  return cpuDirection(metric) !== 0 && !NOT_THE_HOST.test(metric.name);
}

/** The datapoint that set an alarm off, where that is a percentage of all CPUs of a host; else null. */
export function alarmCpuPercent({
  cpuPercent,
  metric,
  observed,
}: Pick<Alarm, 'cpuPercent' | 'metric' | 'observed'>): number | null {
  if (cpuPercent !== undefined) return cpuPercent;
  if (metric === null || observed === null || !isHostCpu(metric)) return null;
  return cpuDirection(metric) === -1 ? 100 - observed : observed;
}
