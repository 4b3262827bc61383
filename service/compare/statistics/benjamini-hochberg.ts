/**
 * Benjamini–Hochberg: p-values of one family of tests → q-values in the same order. A q-value of 0.05 means that of all
 * tests with a q this small, 5 % are expected to be false. Holds for positively dependent tests, which frames of one
 * path are.
 */
export function adjust(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => (p[b] as number) - (p[a] as number));
  const q = new Array<number>(p.length).fill(1);
  let lowest = 1;
  order.forEach((test, fromTop) => {
    const rank = p.length - fromTop;
    lowest = Math.min(lowest, ((p[test] as number) * p.length) / rank);
    q[test] = lowest;
  });
  return q;
}
