/** How many samples stand behind the values of a pprof file, as far as it tells. */
import { commonDivisor } from '../../profile/formats/weight-kind.ts';
import type { ChosenValues, ValueType } from './pprof-values.ts';

/** Writers that know no period write 1 ns. No profiler takes a sample every 10 µs. */
const LEAST_PERIOD_NS = 1e4;
/** Without a period, one is believed that all times are multiples of; tens of the unit are that by chance. */
const LEAST_STEP = 10;
const LEAST_STEP_NS = 1e5;

export interface SampleCounts {
  /** Nanoseconds from one sample to the next; 0 where that is not known. */
  readonly period: number;
  /** What is counted where it is not samples: see `SampleAccounting.unit`. */
  readonly unit?: string;
}

/** The period of time that all values are multiples of; 0: none. `scale`: nanoseconds of one. */
function commonPeriod(values: readonly number[], scale: number): number {
  const step = values.reduce((common, value) => commonDivisor(value, common), 0);
  return step >= LEAST_STEP && step * scale >= LEAST_STEP_NS ? step * scale : 0;
}

/** Counts of samples by name: those of objects, locks and cycles are scaled up from samples, or no samples at all. */
function countsSamples({ type, unit }: ValueType): boolean {
  return unit === 'count' && /^(?:[a-z]+[-_])?samples?$/.test(type);
}

/** `given`: nanoseconds, as the file says; `values`: those drawn, not scaled, asked for where nothing else tells. */
export function sampleCounts(
  types: readonly ValueType[],
  { weight, count }: ChosenValues,
  scale: number,
  given: number,
  values: () => readonly number[],
): SampleCounts {
  const stated = given >= LEAST_PERIOD_NS ? given : 0;
  const counted = types[count];
  if (counted !== undefined && countsSamples(counted)) return { period: stated };
  if (counted !== undefined) return { period: stated, unit: counted.type === '' ? 'units' : counted.type };
  const period = scale === 0 ? 0 : stated || commonPeriod(values(), scale);
  return period > 0 && /^(?:cpu|wall)\b/.test(types[weight]?.type ?? '') ? { period } : { period, unit: 'stacks' };
}
