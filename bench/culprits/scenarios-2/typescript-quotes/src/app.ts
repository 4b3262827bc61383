import type { ServerResponse } from 'node:http';
import { type Candle, candlesOf } from './chart.js';
import type { Quote } from './volatility.js';

interface ChartRequest {
  readonly symbol: string;
  readonly quotes: string;
  readonly candles: number;
}

function readQuotes(text: string): Quote[] {
  return text.split(' ').map((pair): Quote => {
    const [at = '0', cents = '0'] = pair.split(':');
    return { at: Number(at), cents: Number(cents) };
  });
}

function draw(symbol: string, candles: readonly Candle[]): string {
  const bars = candles.map(
    ({ label, spread }, i) => `<rect x="${i * 4}" height="${Math.min(200, spread)}"><title>${label}</title></rect>`,
  );
  return `<svg id="${symbol}">${bars.join('')}</svg>`;
}

export function answer(body: string, response: ServerResponse): void {
  const request = JSON.parse(body) as ChartRequest;
  const quotes = readQuotes(request.quotes);
  response.end(draw(request.symbol, candlesOf(quotes, { from: 0, seconds: 3600, candles: request.candles })));
}
