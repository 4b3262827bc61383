export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

/**
 * The 97.5 % point of Student's t: the expansion of Cornish and Fisher, Abramowitz and Stegun 26.7.5. Within 1 % from 3
 * degrees of freedom on; with 1 and 2, 9.7 and 4.2 instead of 12.7 and 4.3.
 */
function studentT(freedom: number): number {
  const z = 1.959964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}

export interface Estimate {
  readonly mean: number;
  /** Half of the 95 % interval; NaN for a single value. */
  readonly halfWidth: number;
}

export function estimate(values: readonly number[]): Estimate {
  const halfWidth = (studentT(values.length - 1) * deviation(values)) / Math.sqrt(values.length);
  return { mean: mean(values), halfWidth: values.length < 2 ? Number.NaN : halfWidth };
}
