/** Between which bounds a value lies; either may be infinite. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

const SIZES = {
  any: { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
  /** Bytes, seconds, counts: what CloudWatch counts is not negative. */
  amount: { low: 0, high: Number.POSITIVE_INFINITY },
  percent: { low: 0, high: 100 },
  truth: { low: 0, high: 1 },
} as const satisfies Record<string, Range>;

export function sizeOf(kind: keyof typeof SIZES): Range {
  return SIZES[kind];
}

/** 1: never negative; -1: never positive; 0: always zero; undefined: may be either. */
export function signOf({ low, high }: Range): 1 | -1 | 0 | undefined {
  if (low === 0 && high === 0) return 0;
  if (low >= 0) return 1;
  return high <= 0 ? -1 : undefined;
}

/** The range that holds all of them; any value where there are none. */
export function around(ranges: readonly Range[]): Range {
  if (ranges.length === 0) return SIZES.any;
  return {
    low: ranges.reduce((low, range) => Math.min(low, range.low), Number.POSITIVE_INFINITY),
    high: ranges.reduce((high, range) => Math.max(high, range.high), Number.NEGATIVE_INFINITY),
  };
}

export function negative({ low, high }: Range): Range {
  return { low: -high, high: -low };
}

export function plus(one: Range, other: Range): Range {
  return { low: one.low + other.low, high: one.high + other.high };
}

export function times(one: Range, other: Range): Range {
  const corners = [one.low * other.low, one.low * other.high, one.high * other.low, one.high * other.high];
  // Zero times infinity: the bound is that of zero times whatever large number.
  const known = corners.map((corner) => (Number.isNaN(corner) ? 0 : corner));
  return { low: Math.min(...known), high: Math.max(...known) };
}

/** What a division by it multiplies with; any value where it may cross zero. */
export function inverse(range: Range): Range {
  const sign = signOf(range);
  if (sign === 1) return { low: 1 / range.high, high: 1 / range.low };
  return sign === -1 ? negative(inverse(negative(range))) : SIZES.any;
}
