/**
 * How numbers are printed, everywhere: page, mail, graph, terminal and log. A number that is not finite is `not known`,
 * minus is U+2212, and no zero has a sign. Not by `Intl`: it differs between machines, and to load its data takes
 * longer than to read 10 MB. Some functions also run in the browser: they use nothing but their arguments and each
 * other.
 */

/** `12,345`; rounded to a whole number. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return 'not known';
  const digits = Math.abs(count)
    .toFixed(0)
    .replace(/\B(?=(?:\d{3})+$)/g, ',');
  return count < 0 && digits !== '0' ? `−${digits}` : digits;
}

/**
 * CPU cores: `0.42`, `1.41`, from ten up `12.3`, from a hundred `140`. What is not zero is not printed as 0.00:
 * `0.003`, and `< 0.001` for less than half of that; of minus as little, nothing is left. 10 ms of CPU in ten seconds
 * are 0.001 cores: smaller numbers are chance.
 */
export function formatCores(cores: number): string {
  if (!Number.isFinite(cores)) return 'not known';
  const size = Math.abs(cores);
  if (size === 0) return '0.00';
  if (size < 0.0005) return cores > 0 ? '< 0.001' : '0.00';
  const digits = size < 0.005 ? 3 : size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  const text = digits === 0 ? formatCount(size) : size.toFixed(digits);
  return cores < 0 ? `−${text}` : text;
}

/** A difference of cores: `+1.39`, `−0.20`, `+0.003`; `0.00` for what is too small to be any. */
export function signedCores(delta: number): string {
  if (Math.abs(delta) < 0.0005) return '0.00';
  return delta > 0 && Number.isFinite(delta) ? `+${formatCores(delta)}` : formatCores(delta);
}

/**
 * The difference of two numbers of cores as they are printed beside it: a reader who subtracts gets the same. The
 * larger one says to how many decimals.
 */
export function differenceOfCores(hot: number, healthy: number): string {
  const digits = (cores: number) => formatCores(cores).split('.')[1]?.length ?? 0;
  const largest = Math.max(Math.abs(hot), Math.abs(healthy));
  if (!Number.isFinite(largest) || largest < 0.0005) return signedCores(hot - healthy);
  const rounded = (cores: number) => Number(cores.toFixed(digits(largest)));
  return signedCores(rounded(hot) - rounded(healthy));
}

/** Half the width of an interval of cores, for after `±`; never zero, which would claim certainty. */
export function formatMargin([low, high]: readonly [number, number]): string {
  return formatCores(Math.max(Math.abs(high - low) / 2, Number.MIN_VALUE));
}

/** `+1.22 … +1.56`. */
export function formatInterval([low, high]: readonly [number, number]): string {
  return `${signedCores(low)} … ${signedCores(high)}`;
}

/** `84 %` of 0.84; `8.4 %`, `< 0.1 %`, `0 %`. */
export function formatPercent(ratio: number): string {
  if (!Number.isFinite(ratio)) return 'not known';
  const size = Math.abs(ratio) * 100;
  if (size === 0) return '0 %';
  if (size < 0.05) return ratio > 0 ? '< 0.1 %' : '0 %';
  const text = size < 9.95 ? size.toFixed(1) : formatCount(size);
  return `${ratio < 0 ? '−' : ''}${text} %`;
}

/** As many decimals as there are, one at most: `30`, `9.9`, `12,345.6`. */
export function formatDecimal(value: number): string {
  if (!Number.isFinite(value)) return 'not known';
  const tenths = Math.round(Math.abs(value) * 10);
  const whole = formatCount(Math.floor(tenths / 10));
  const text = tenths % 10 === 0 ? whole : `${whole}.${tenths % 10}`;
  return value < 0 && tenths > 0 ? `−${text}` : text;
}

/** `2.4 times`. */
export function formatFactor(factor: number): string {
  if (!Number.isFinite(factor)) return 'not known';
  return `${factor < 99.95 ? factor.toFixed(1) : formatCount(factor)} times`;
}

/** `99 Hz`. */
export function formatRate(hz: number): string {
  return `${formatDecimal(hz)} Hz`;
}

/** `318 B`, `84 kB`, `1.2 MB`, `3.4 GB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return 'not known';
  if (bytes < 999.5) return `${formatCount(bytes)} B`;
  const [size, unit] =
    bytes < 999_500 ? [bytes / 1e3, 'kB'] : bytes < 999_500_000 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${size < 9.95 ? size.toFixed(1) : formatCount(size)} ${unit}`;
}

/** A p- or q-value: `< 0.001`, `0.004`, `0.03`, `0.47`; with a third decimal in columns. */
export function formatProbability(value: number, digits: 2 | 3 = 2): string {
  if (!Number.isFinite(value)) return 'not known';
  if (value < 0.001) return '< 0.001';
  return value.toFixed(value < 0.0095 ? 3 : digits);
}

/** `q = 0.03`, `p < 0.001`. */
export function formatEquation(name: 'p' | 'q', value: number): string {
  const text = formatProbability(value);
  return text.startsWith('<') ? `${name} ${text}` : `${name} = ${text}`;
}

/** A number in a column of a table, with as many decimals as its neighbours; no −0.00. */
export function formatColumn(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return 'not known';
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** The same of a difference: `+0.61`, `−0.20`, `0.00`. */
export function signedColumn(delta: number, decimals: number): string {
  const text = formatColumn(delta, decimals);
  return delta > 0 && Number.isFinite(delta) && Number(text) !== 0 ? `+${text}` : text;
}
