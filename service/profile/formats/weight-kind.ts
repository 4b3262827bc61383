/**
 * Whether the weights of a file are numbers of samples or sums of something: of periods, microseconds, bytes. Formats
 * such as folded stacks do not say. A sum whose sampling interval is unknown proves nothing by its size: a million
 * cycles are perhaps one sample. docs/formats.md has the rule and why.
 */

/** In recordings of samples half of the stacks and more are seen once; sums of 1 are rare. */
const SEEN_ONCE = 1 / 20;
/** … unless each thread begins with a period of 1, as cycles do; then their mean is larger than this. */
const MOST_PER_STACK = 10_000;
/** Small numbers are counts by convention, though none is 1: written by hand, or what someone left of a recording … */
const SMALL_PER_STACK = 100;
/** … and so are larger ones of few stacks: 8 CPUs for two minutes at 99 Hz. As CPU time in µs this is a moment. */
const FEW_STACKS = 20;
const MOST_OF_FEW = 100_000;
/** A common divisor from here on is a period: counts of some stacks have one of 10 by chance. */
const LEAST_PERIOD = 1000;

/** Units that are converted to smaller ones leave such divisors: microseconds as nanoseconds, pages as bytes. */
function isUnit(divisor: number): boolean {
  return divisor === 1000 || Number.isInteger(Math.log2(divisor));
}

/** Euclid; 1 as soon as a value is not whole. */
export function commonDivisor(a: number, b: number): number {
  if (!Number.isInteger(a)) return 1;
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** Takes the weights one by one. */
export class WeightKind {
  /** Greatest common divisor of all weights. */
  private step = 0;
  private weights = 0;
  private ones = 0;
  private total = 0;
  private isWhole = true;

  add(weight: number): void {
    this.weights++;
    this.total += weight;
    if (weight === 1) this.ones++;
    if (!Number.isInteger(weight)) this.isWhole = false;
    if (this.step !== 1) this.step = commonDivisor(weight, this.step);
  }

  /** Weight of one sample, of which all weights are multiples; 1 where none is known. */
  get period(): number {
    return this.step >= LEAST_PERIOD && !isUnit(this.step) ? this.step : 1;
  }

  /** The weights, divided by `period`, are no numbers of samples. */
  get isSum(): boolean {
    if (this.period > 1 || this.weights === 0) return false;
    if (!this.isWhole) return true;
    if (this.step >= LEAST_PERIOD) return true;
    const { weights, total } = this;
    const hasTail = this.ones >= weights * SEEN_ONCE && total < weights * MOST_PER_STACK;
    const isSmall = total < weights * SMALL_PER_STACK || (weights < FEW_STACKS && total < MOST_OF_FEW);
    return !hasTail && !isSmall;
  }
}

/** In the accounting of such a file, where others have samples; and what its readers are told. */
export const WEIGHT = 'units of weight';
export const SUMS_WARNING =
  'its weights are sums (of periods, time or bytes), not numbers of samples: they say what share each function has, ' +
  'but not whether a difference is chance.';
