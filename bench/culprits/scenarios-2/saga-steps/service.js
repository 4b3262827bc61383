// Orders run through a saga. FAULT: the new warehouse has hundreds of shelves, asked one after the other.
import { createHash } from 'node:crypto';
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Saga } from './saga.js';
import { Stock } from './stock.js';

const random = seededRandom(124);
const pick = (n) => (random() * n) | 0;
const stock = new Stock(process.env.FAULT === '1' ? 900 : 12);

async function price({ order, receipt }) {
  receipt.cents = order.lines.reduce((sum, { cents, count }) => sum + cents * count, 0);
}

async function print({ order, receipt }) {
  receipt.text = order.lines.map(({ what, cents }) => `${what.padEnd(20, '.')}${(cents / 100).toFixed(2)}`).join('\n');
  receipt.number = createHash('sha256').update(receipt.text).digest('hex').slice(0, 12);
}

const saga = new Saga()
  .step('price', price)
  .step('reserve', (context) => stock.reserve(context))
  .step('print', print);

async function answer(body, response) {
  const orders = JSON.parse(body);
  const receipts = [];
  for (const order of orders) receipts.push((await saga.run({ order, receipt: {} })).receipt);
  response.end(JSON.stringify(receipts));
}

const line = () => ({ what: `Thing ${pick(999)}`, cents: pick(9999), count: 1 + pick(3) });

serveUnderLoad({
  rate: 130,
  nextBody: () =>
    JSON.stringify(Array.from({ length: 12 }, () => ({ pieces: 5000, lines: Array.from({ length: 14 }, line) }))),
  handler: answer,
});
