// Ways from a depot to customers. FAULT: the map covers the whole region instead of the old town.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { describeWay, makeCity } from './city.js';
import { shortestWays, wayTo } from './dijkstra.js';

const random = seededRandom(125);
const pick = (n) => (random() * n) | 0;
const city = process.env.FAULT === '1' ? makeCity(32, 29, pick) : makeCity(9, 9, pick);

function label({ name, street }) {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '');
  return `${plain.toUpperCase().padEnd(30)}${street.replace(/str\.$/, 'strasse')}`;
}

function answer(body, response) {
  const { depot, stops } = JSON.parse(body);
  const { distances, before } = shortestWays(city, depot);
  const sheet = stops
    .map((stop) => ({ ...stop, metres: distances[stop.place], way: wayTo(before, stop.place) }))
    .sort((a, b) => a.metres - b.metres)
    .map((stop) => `${label(stop)} ${describeWay(stop.way, stop.metres)}`);
  response.end(sheet.join('\n'));
}

const stop = () => ({ place: pick(city.length), name: `Zoë Müller ${pick(99)}`, street: `Badenerstr.` });

serveUnderLoad({
  rate: 150,
  nextBody: () => JSON.stringify({ depot: pick(city.length), stops: Array.from({ length: 120 }, stop) }),
  handler: answer,
});
