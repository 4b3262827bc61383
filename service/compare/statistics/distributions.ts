/** The two distributions that the tests need: Student's t and its normal limit. */

/** Above this many degrees of freedom t and normal agree to 4 digits at 95 %. */
const NORMAL_DF = 1e6;

/** ln Γ(x) for x > 0 (Lanczos, g = 7: 15 digits). */
function logGamma(x: number): number {
  const coefficients = [
    0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
    12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let sum = coefficients[0] as number;
  for (let i = 1; i < coefficients.length; i++) sum += (coefficients[i] as number) / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Continued fraction of the incomplete beta function (modified Lentz). */
function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let h = d;
  for (let m = 1; m <= 300; m++) {
    for (let odd = 0; odd < 2; odd++) {
      const term =
        odd === 0
          ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
          : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 + term * d;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = 1 + term / c;
      if (Math.abs(c) < tiny) c = tiny;
      h *= d * c;
    }
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return h;
}

/** Regularised incomplete beta function I_x(a, b). */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, 1 - x)) / b;
}

/** P(|T| ≥ |t|) for Student's t with `df` degrees of freedom (any positive number). */
export function twoSidedP(t: number, df: number): number {
  if (Number.isNaN(t)) return 1;
  const n = Math.min(df, NORMAL_DF);
  return incompleteBeta(n / 2, 0.5, n / (n + t * t));
}

/** Density of Student's t. */
function density(t: number, n: number): number {
  const front = Math.exp(logGamma((n + 1) / 2) - logGamma(n / 2)) / Math.sqrt(n * Math.PI);
  return front * Math.exp(-((n + 1) / 2) * Math.log1p((t * t) / n));
}

/**
 * The t that 95 % of |T| stay below. `twoSidedP` falls and is convex, so Newton's steps from the normal quantile, which
 * is never above the answer, come ever nearer from below.
 */
export function t95(df: number): number {
  const n = Math.min(Math.max(df, 1), NORMAL_DF);
  let t = 1.959963984540054;
  for (let i = 0; i < 30; i++) {
    const step = (twoSidedP(t, n) - 0.05) / (2 * density(t, n));
    t += step;
    if (Math.abs(step) < 1e-9) break;
  }
  return t;
}
