// Hints for the puzzle of the day. FAULT: the paper prints its hardest series this week.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Solver } = require('./solver.js');

const random = seededRandom(402);
const pick = (n) => (random() * n) | 0;
const SOLVED = '534678912672195348198342567859761423426853791713924856961537284287419635345286179';
const givens = process.env.FAULT === '1' ? 27 : 45;

/** Renamed digits and fields taken away give another puzzle with the same structure. */
function puzzle() {
  const names = [...'123456789'].sort(() => random() - 0.5);
  const grid = [...SOLVED].map((digit) => names[Number(digit) - 1]);
  for (let left = 81; left > givens; ) {
    const field = pick(81);
    if (grid[field] === '.') continue;
    grid[field] = '.';
    left--;
  }
  return grid.join('');
}

const puzzles = Array.from({ length: 60 }, puzzle);

function answer(body, response) {
  const { player, puzzles: asked } = JSON.parse(body);
  const hints = asked.map((text) => {
    const { grid, steps } = new Solver(text).solve();
    const first = [...text].indexOf('.');
    return { field: first, digit: grid[first], difficulty: steps > 5000 ? 'hard' : 'easy' };
  });
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ player, hints }));
}

serveUnderLoad({
  rate: 60,
  handler: answer,
  nextBody: () => JSON.stringify({ player: `player-${pick(1e4)}`, puzzles: [0, 1, 2].map(() => puzzles[pick(60)]) }),
});
