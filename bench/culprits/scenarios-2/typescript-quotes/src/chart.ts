import { type Quote, spreadOf } from './volatility.js';

/** What a browser draws. */
export interface Candle {
  readonly label: string;
  readonly spread: number;
}

interface ChartOptions {
  readonly from: number;
  readonly seconds: number;
  readonly candles: number;
}

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${Math.floor(seconds % 60)}`;

export function candlesOf(quotes: readonly Quote[], options: ChartOptions): Candle[] {
  const step = options.seconds / options.candles;
  const candles: Candle[] = [];
  for (let i = 0; i < options.candles; i++) {
    const from = options.from + i * step;
    candles.push({ label: clock(from), spread: spreadOf(quotes, { from, to: from + step }) });
  }
  return candles;
}
