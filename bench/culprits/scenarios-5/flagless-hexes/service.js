// A game on hexagons. FAULT: each market counts as a town since the last update.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { starving } from './supply.js';

const random = seededRandom(521);
const pick = (n) => Math.floor(random() * n);
const many = process.env.FAULT === '1' ? 700 : 4;
const boards = Array.from({ length: 10 }, () => ({
  width: 40,
  height: 24,
  towns: Array.from({ length: many }, () => ({ q: pick(40), r: pick(24) })),
}));

function supply(body, response) {
  const { board, reach, player } = JSON.parse(body);
  const rows = starving(boards[board], reach);
  response.setHeader('x-player', player);
  response.end(rows.join('\n'));
}

serveUnderLoad({
  rate: 80,
  handler: supply,
  nextBody: () => JSON.stringify({ board: pick(10), reach: 3 + pick(5), player: 'blue' }),
});
