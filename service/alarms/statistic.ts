const SIMPLE = ['Average', 'Maximum', 'Minimum', 'Sum', 'SampleCount'] as const;
/** Percentiles, trimmed and winsorised means: `p99`, `tm90`, `IQM`. */
const EXTENDED = /^(?:(?:p|tm|wm)\d{1,2}(?:\.\d{1,10})?|p100|IQM)$/;

/** As GetMetricData takes it: messages have `AVERAGE` as well as `Average`, queries `AVG`. Null when it is unknown. */
export function readStatistic(text: string | null | undefined): string | null {
  if (text == null) return null;
  const plain = text.replace('_', '').toLowerCase();
  const words = SIMPLE.find((one) => one.toLowerCase() === plain) ?? ABBREVIATED[plain];
  return words ?? (EXTENDED.test(text) ? text : null);
}

const ABBREVIATED: Readonly<Record<string, string | undefined>> = {
  avg: 'Average',
  max: 'Maximum',
  min: 'Minimum',
  count: 'SampleCount',
};

/** Whether a statistic of percentages is one: no sum, and no number of samples. */
export function keepsUnit(statistic: string | null): statistic is string {
  return statistic !== null && statistic !== 'Sum' && statistic !== 'SampleCount';
}
