export function describe(window) {
  const values = window.map(({ value }) => value).sort((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { count: values.length, median: values[values.length >> 1], mean: mean.toFixed(3), spread: spread.toFixed(3) };
}
