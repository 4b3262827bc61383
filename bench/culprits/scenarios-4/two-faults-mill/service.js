// A flour mill. FAULT: rolls are no longer reground, so that their cuts add up; and sieves have 350 fractions, not 8.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { sieve, worstRoll } from './mill.js';

const random = seededRandom(422);
const fault = process.env.FAULT === '1';
const rolls = Array.from({ length: 24 }, (_, number) => ({
  number,
  hardness: 400 + random() * 200,
  cuts: Array.from({ length: fault ? 8000 : 40 }, () => ({ at: random() * 9000, depth: random() })),
}));
const sieves = fault ? 350 : 8;
const fractions = Array.from({ length: sieves }, (_, i) => ({
  from: (i * 1000) / sieves,
  until: ((i + 1) * 1000) / sieves,
}));
const samples = Array.from({ length: 1500 }, () => ({ grain: random() * 1000, grams: random() * 5 }));

serveUnderLoad({
  rate: 90,
  nextBody: () => JSON.stringify({ hours: [1000, 3000, 5000, 7000].map((h) => h + random() * 900), batch: random() * 60 }),
  handler: (body, response) => {
    const { hours, batch } = JSON.parse(body);
    const worst = hours.map((hour) => worstRoll(rolls, hour).number);
    const parts = sieve(samples.slice(batch), fractions).map(({ from, grams }) => [from.toFixed(0), grams.toFixed(1)]);
    response.end(JSON.stringify({ worst, parts }));
  },
});
