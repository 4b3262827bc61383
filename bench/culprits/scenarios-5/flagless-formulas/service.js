// Sheets of a budget. FAULT: the import turned the rows round, so that each formula stands before the one it needs.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { parse } from './formula.js';
import { recalculate } from './sheet.js';

const random = seededRandom(523);
const pick = (n) => Math.floor(random() * n);
const formulas = Array.from({ length: 95 }, (_, i) => ({
  cell: `row${i + 1}`,
  tokens: parse(`row${i} 1.01 * fee + discount rate * - tax 4 max rate / + months 12 / +`),
}));
if (process.env.FAULT === '1') formulas.reverse();

function budget(body, response) {
  const { inputs } = JSON.parse(body);
  const { cells, rounds } = recalculate(formulas, Object.entries(inputs));
  response.setHeader('x-rounds', String(rounds));
  response.end(`${cells.get('row95').toFixed(2)} EUR after ${formulas.length} months`);
}

serveUnderLoad({
  rate: 90,
  handler: budget,
  nextBody: () =>
    JSON.stringify({
      inputs: { row0: pick(90000), fee: pick(20), discount: pick(9), rate: 1.5, tax: pick(30), months: 6 },
    }),
});
