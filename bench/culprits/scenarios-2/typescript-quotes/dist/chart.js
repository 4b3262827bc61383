import { spreadOf } from './volatility.js';
const clock = (seconds) => `${Math.floor(seconds / 60)}:${Math.floor(seconds % 60)}`;
export function candlesOf(quotes, options) {
    const step = options.seconds / options.candles;
    const candles = [];
    for (let i = 0; i < options.candles; i++) {
        const from = options.from + i * step;
        candles.push({ label: clock(from), spread: spreadOf(quotes, { from, to: from + step }) });
    }
    return candles;
}
//# sourceMappingURL=chart.js.map