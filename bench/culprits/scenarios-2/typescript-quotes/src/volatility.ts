export interface Quote {
  readonly at: number;
  readonly cents: number;
}

export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Spread of the quotes of a window. */
export function spreadOf(quotes: readonly Quote[], window: Window): number {
  let low = Number.MAX_SAFE_INTEGER;
  let high = 0;
  for (const quote of quotes) {
    if (quote.at < window.from || quote.at >= window.to) continue;
    if (quote.cents < low) low = quote.cents;
    if (quote.cents > high) high = quote.cents;
  }
  return high === 0 ? 0 : high - low;
}
