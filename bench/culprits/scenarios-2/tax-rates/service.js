// Invoices with tax by region. FAULT: the rates were imported for each postal code instead of each state.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { render, seal, validate } from './invoice.js';
import { addTax, loadRates } from './rates.js';

const random = seededRandom(101);
const pick = (n) => (random() * n) | 0;
const codes = Array.from({ length: process.env.FAULT === '1' ? 1050 : 50 }, (_, i) => `R${10000 + i * 7}`);
loadRates(codes.flatMap((region, i) => [0, 9000, 18000].map((from) => ({ region, from, permille: 50 + (i % 30) }))));

let seals = 'genesis';

function answer(body, response) {
  const invoice = addTax(validate(JSON.parse(body)));
  const html = render(invoice);
  seals = seal(seals, html);
  response.setHeader('x-seal', seals);
  response.end(html);
}

const line = () => ({
  sku: `AB-${10000 + pick(9999)}`,
  cents: pick(90000),
  count: 1 + pick(4),
  region: codes[pick(codes.length)],
});

serveUnderLoad({
  rate: 160,
  nextBody: () =>
    JSON.stringify({ number: pick(1e6), day: 19000 + pick(300), lines: Array.from({ length: 90 }, line) }),
  handler: answer,
});
