/** What an alarm says of the CPU: its expressions are followed down to the metrics. */
import type { Alarm } from './alarm.ts';
import { alarmSide } from './alarm-side.ts';
import { cpuDirection, isHostCpu, whyNotWork } from './cpu-metric.ts';
import type { CpuQuery } from './cpu-query.ts';
import { influenceOnAlarm, valueAt } from './metric-math/alarm-value.ts';
import { type Direction, directionOf } from './metric-math/influence.ts';
import { sizeOf } from './metric-math/range.ts';
import { quote } from './shapes/lenient-fields.ts';
import type { RawExpression, RawMetric } from './shapes/raw-alarm.ts';
import { keepsUnit } from './statistic.ts';

export interface WatchedValue {
  readonly metrics: readonly RawMetric[];
  /** Of metric math only. */
  readonly expressions: readonly RawExpression[];
  readonly returned: readonly string[];
  readonly comparison: string | null;
  readonly reason: string;
  readonly observed: number | null;
}

export interface CpuMeaning extends Pick<Alarm, 'isCpu' | 'cpuWhenAlarm' | 'cpuPercent' | 'cpuQuery' | 'noFire'> {
  /** The metrics that move the value; those of CPU use alone, where there are any. */
  readonly moving: readonly RawMetric[];
}

export function cpuMeaning(value: WatchedValue): CpuMeaning {
  const { metrics, expressions, returned } = value;
  const ranges = new Map(metrics.map((metric) => [metric.id, sizeOf(isHostCpu(metric) ? 'percent' : 'amount')]));
  const influence = influenceOnAlarm({ metrics: ranges, expressions, returned });
  const moving = metrics.filter(({ id }) => directionOf(influence, id) !== 0);
  const cpu = moving.filter((metric) => cpuDirection(metric) !== 0);
  if (cpu.length === 0) {
    const noFire = whyNoCpu(moving.length > 0 ? moving : metrics, influence.unsaid);
    return { isCpu: false, cpuWhenAlarm: null, cpuPercent: null, cpuQuery: null, noFire, moving };
  }
  const side = alarmSide(value.comparison, value.reason, value.observed);
  const grows = commonDirection(cpu.map((metric) => withCpu(metric, directionOf(influence, metric.id))));
  const cpuWhenAlarm =
    side === null || grows === undefined ? null : (side === 'high') === (grows === 1) ? 'high' : 'low';
  const noFire = grows === undefined ? whyUnsaid(cpu, influence.unsaid) : null;
  const shape = percentShape(value, cpu);
  const cpuPercent = percentAt(shape, value.observed);
  return { isCpu: true, cpuWhenAlarm, cpuPercent, cpuQuery: toQuery(value, cpu, shape), noFire, moving: cpu };
}

/** How a value that moves so with a metric moves with the CPU. */
function withCpu(metric: RawMetric, direction: Direction): Direction {
  if (direction === undefined) return undefined;
  return direction === cpuDirection(metric) ? 1 : -1;
}

function commonDirection([first, ...more]: readonly Direction[]): Direction {
  return more.every((direction) => direction === first) ? first : undefined;
}

const INCLUDE = 'include it by name to act on it';

function whyNoCpu(metrics: readonly RawMetric[], unsaid: readonly string[]): string | null {
  const [first] = metrics;
  const why = first && whyNotWork(first);
  if (first && why && metrics.every((metric) => whyNotWork(metric) !== null)) {
    return `watches ${quote(`${first.namespace} ${first.name}`)}, ${why}; ${INCLUDE}`;
  }
  return unsaid.length > 0 ? `does not tell whether it watches CPU use: ${unsaid.join('; ')}; ${INCLUDE}` : null;
}

function whyUnsaid([first]: readonly RawMetric[], unsaid: readonly string[]): string {
  const what = first ? quote(`${first.namespace} ${first.name}`) : 'its metrics';
  const why = unsaid.length > 0 ? unsaid.join('; ') : `more of ${what} may make its value larger or smaller`;
  return `does not tell whether it fires when the CPU is busy: ${why}; ${INCLUDE}`;
}

/** Parts of CPU use that add up to it. */
const PART = /^cpu_usage_(?:user|system|nice|irq|softirq)$/;

type PercentShape = 'use' | 'headroom' | null;

function percentAt(shape: PercentShape, observed: number | null): number | null {
  if (shape === null || observed === null) return null;
  return shape === 'use' ? observed : 100 - observed;
}

/** What to ask of each instance for it; null where the value of one instance would be no percentage. */
function toQuery(value: WatchedValue, cpu: readonly RawMetric[], shape: PercentShape): CpuQuery | null {
  const metrics = cpu.flatMap(({ id, namespace, name, dimensions, stat }) =>
    keepsUnit(stat) ? [{ id, namespace, name, dimensions, stat }] : [],
  );
  if (shape === null || metrics.length < cpu.length) return null;
  return { metrics, expressions: value.expressions, returned: value.returned, isHeadroom: shape === 'headroom' };
}

/**
 * Whether the value is a percentage of all CPUs of a host, or what is left of it to 100, whatever the use. `m1 + m2` of
 * user and system is; the sum of two instances is not.
 */
function percentShape({ expressions, returned }: WatchedValue, cpu: readonly RawMetric[]): PercentShape {
  if (!cpu.every(isHostCpu)) return null;
  const parts = new Set(cpu.filter(({ name }) => PART.test(name)).map(({ name }) => name)).size;
  const isAt = (wanted: (use: number) => number) =>
    [0, 40, 100].every((use) => {
      const figures = cpu.map((metric): [string, number] => [metric.id, figureAt(metric, use, parts)]);
      const value = valueAt({ expressions, returned }, new Map(figures));
      return value !== undefined && Math.abs(value - wanted(use)) < 1e-6;
    });
  if (isAt((use) => use)) return 'use';
  return isAt((use) => 100 - use) ? 'headroom' : null;
}

function figureAt(metric: RawMetric, use: number, parts: number): number {
  if (cpuDirection(metric) === -1) return 100 - use;
  return PART.test(metric.name) ? use / parts : use;
}
