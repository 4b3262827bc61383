// Tide tables for harbours. FAULT: the agency now publishes 110 constituents for each station instead of the main 8.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { predictorOf, turns } from './tides/predictor.js';

const random = seededRandom(401);
const pick = (n) => Math.floor(random() * n);
const many = process.env.FAULT === '1' ? 110 : 8;

const constituent = (_, rank) => ({
  metres: 1.4 / (1 + rank * rank),
  speed: 13 + random() * 17,
  phase: random() * 360,
  node: 0.95 + random() / 10,
});
const harbours = new Map(
  ['Brest', 'Cuxhaven', 'Dover', 'Esbjerg', 'Fowey'].map((name) => [
    name,
    predictorOf({ meanLevel: 3 + random(), constituents: Array.from({ length: many }, constituent) }),
  ]),
);

const clock = (hours) => `${String(Math.floor(hours) % 24).padStart(2, '0')}:${(hours % 1) * 60}`;

function table(body, response) {
  const { harbour, day, days } = JSON.parse(body);
  const heightAt = harbours.get(harbour);
  const waters = turns(heightAt, day * 24, (day + days) * 24);
  response.setHeader('cache-control', 'max-age=3600');
  response.end(waters.map(({ kind, hours, metres }) => `${kind} ${clock(hours)} ${metres.toFixed(2)} m`).join('\n'));
}

const names = [...harbours.keys()];
const bodies = Array.from({ length: 40 }, () =>
  JSON.stringify({ harbour: names[pick(names.length)], day: pick(365), days: 7 + pick(7) }),
);

serveUnderLoad({ handler: table, rate: 70, nextBody: () => bodies[pick(bodies.length)] });
