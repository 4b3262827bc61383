// Maps of a quarry; TypeScript. FAULT: the survey found 150 small veins, not 12 large ones.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Quarry } = require('./dist/quarry.js');

const random = seededRandom(427);
const pick = (n) => (random() * n) | 0;
const many = process.env.FAULT === '1' ? 150 : 12;
const vein = () => ({ x: pick(200), y: pick(200), reach: 10 + pick(30), grade: random() });
const quarries = Array.from({ length: 6 }, () => new Quarry(Array.from({ length: many }, vein)));
const shades = ' .:-=+*#%@';

function draw(body, response) {
  const { quarry, step } = JSON.parse(body);
  const rows = quarries[quarry].map(200, step);
  const text = rows.map((row) => row.map((grade) => shades[Math.min(9, Math.floor(grade * 10))]).join(''));
  response.end(text.join('\n'));
}

serveUnderLoad({ rate: 60, handler: draw, nextBody: () => JSON.stringify({ quarry: pick(6), step: 5 + pick(3) }) });
