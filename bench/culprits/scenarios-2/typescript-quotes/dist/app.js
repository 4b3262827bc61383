import { candlesOf } from './chart.js';
function readQuotes(text) {
    return text.split(' ').map((pair) => {
        const [at = '0', cents = '0'] = pair.split(':');
        return { at: Number(at), cents: Number(cents) };
    });
}
function draw(symbol, candles) {
    const bars = candles.map(({ label, spread }, i) => `<rect x="${i * 4}" height="${Math.min(200, spread)}"><title>${label}</title></rect>`);
    return `<svg id="${symbol}">${bars.join('')}</svg>`;
}
export function answer(body, response) {
    const request = JSON.parse(body);
    const quotes = readQuotes(request.quotes);
    response.end(draw(request.symbol, candlesOf(quotes, { from: 0, seconds: 3600, candles: request.candles })));
}
//# sourceMappingURL=app.js.map