// Charts of prices, written in TypeScript (`src/`, compiled to `dist/`). FAULT: charts have hundreds of candles.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { answer } from './dist/app.js';

const random = seededRandom(131);
const pick = (n) => (random() * n) | 0;
const candles = process.env.FAULT === '1' ? 420 : 20;
const quotes = () => Array.from({ length: 900 }, (_, i) => `${i * 4 + pick(4)}:${10000 + pick(300)}`).join(' ');

serveUnderLoad({
  rate: 180,
  nextBody: () => JSON.stringify({ symbol: `S${pick(90)}`, quotes: quotes(), candles: candles - pick(8) }),
  handler: answer,
});
