// Passes of small satellites over ground stations. FAULT: the step is given in seconds now, the setting was in minutes.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { passes } from './passes.js';

const random = seededRandom(503);
const pick = (n) => Math.floor(random() * n);
const step = process.env.FAULT === '1' ? 5 : 300;

const orbits = Array.from({ length: 12 }, () => ({
  phase: random() * 6,
  period: 5400 + pick(1800),
  eccentricity: 0.02 + random() / 3,
  perigee: random() * 6,
}));
const stations = [
  { name: 'north', longitude: 0.3, horizon: 0.9 },
  { name: 'south', longitude: 2.1, horizon: 0.93 },
  { name: 'island', longitude: 4.4, horizon: 0.87 },
];
const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 19);

function plan(body, response) {
  const { satellite, station, day } = JSON.parse(body);
  const span = { from: day * 86400, until: day * 86400 + 50000, step };
  const list = passes(orbits[satellite], stations[station], span);
  response.end(list.map(({ rise, set }) => `${stations[station].name} ${clock(rise)} ${clock(set)}`).join('\n'));
}

serveUnderLoad({
  rate: 90,
  handler: plan,
  nextBody: () => JSON.stringify({ satellite: pick(12), station: pick(3), day: pick(365) }),
});
