import type { SandboxFleet, SandboxInstance } from '../../fleet/instance.ts';
import type { MetricPoint, MetricStore } from './metric-store.ts';

/** A shorter first window would be mostly noise. */
const LEAST_WINDOW = 0.2;
/** Timers fire a little early or late; a window belongs to the period that holds nearly all of it. */
const JITTER_MS = 50;

/** Measures CPUUtilization of the fleet, as EC2 does: per instance, and summed up over each group. */
export class CpuSampler {
  private readonly fleet: SandboxFleet;
  private readonly store: MetricStore;
  private readonly periodMs: number;
  private readonly last = new Map<string, { readonly atMs: number; readonly cpuSeconds: number }>();

  constructor(fleet: SandboxFleet, store: MetricStore, periodSeconds: number) {
    this.fleet = fleet;
    this.store = store;
    this.periodMs = periodSeconds * 1000;
  }

  /** Reads every instance and stores the CPU used since the last reading under the period in which that was. */
  sample(nowMs: number): void {
    const groups = new Map<string, Map<number, number[]>>();
    for (const instance of this.fleet.instances) {
      if (instance.state === 'terminated') continue;
      const measured = this.measure(instance, nowMs);
      if (!measured) continue;
      const { atMs, percent } = measured;
      this.put('InstanceId', instance.id, atMs, [percent]);
      if (instance.groupName === '') continue;
      const periods = groups.get(instance.groupName) ?? new Map<number, number[]>();
      groups.set(instance.groupName, periods.set(atMs, [...(periods.get(atMs) ?? []), percent]));
    }
    for (const [group, periods] of groups) {
      for (const [atMs, values] of periods) this.put('AutoScalingGroupName', group, atMs, values);
    }
  }

  private measure(instance: SandboxInstance, nowMs: number): { atMs: number; percent: number } | undefined {
    const cpuSeconds = instance.cpuSeconds();
    const last = this.last.get(instance.id);
    const seconds = last ? (nowMs - last.atMs) / 1000 : 0;
    if (last && seconds <= 0) return undefined;
    this.last.set(instance.id, { atMs: nowMs, cpuSeconds });
    if (!last || seconds * 1000 < this.periodMs * LEAST_WINDOW) return undefined;
    const share = (cpuSeconds - last.cpuSeconds) / (instance.cpus * seconds);
    return {
      atMs: Math.floor((last.atMs + JITTER_MS) / this.periodMs) * this.periodMs,
      percent: Math.min(100, Math.max(0, share * 100)),
    };
  }

  private put(dimension: string, value: string, atMs: number, values: readonly number[]): void {
    const id = { namespace: 'AWS/EC2', name: 'CPUUtilization', dimensions: [{ name: dimension, value }] };
    this.store.add(
      id,
      pointOf(
        atMs,
        values.map((each) => [each, 1] as const),
      ),
      'Percent',
    );
  }
}

/** A point from single values and how often each came. `values` must not be empty. */
export function pointOf(atMs: number, values: readonly (readonly [value: number, count: number])[]): MetricPoint {
  const numbers = values.map(([value]) => value);
  return {
    atMs,
    sum: values.reduce((sum, [value, count]) => sum + value * count, 0),
    minimum: Math.min(...numbers),
    maximum: Math.max(...numbers),
    count: values.reduce((sum, [, count]) => sum + count, 0),
    values,
  };
}
