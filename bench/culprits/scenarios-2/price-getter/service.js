// A cart finds its best discount. FAULT: marketing published over a hundred discount codes instead of three.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { bestDiscount, readCart, summary } from './cart.js';

const random = seededRandom(103);
const pick = (n) => (random() * n) | 0;
const rules = Array.from({ length: process.env.FAULT === '1' ? 125 : 3 }, (_, i) => ({
  code: `SPRING${i}`,
  from: i * 100,
  to: 1e7 - i * 900,
  percent: 5 + (i % 20),
}));

function answer(body, response) {
  const cart = readCart(body);
  response.end(summary(cart, bestDiscount(cart.items, rules)));
}

const price = () => `${pick(9)},${100 + pick(899)}.${10 + pick(89)} EUR`;
const item = () => ({
  sku: `${'ABCDEF'[pick(6)]}K${1000 + pick(8999)}`,
  price: price(),
  count: 1 + pick(3),
  tags: ['new', 'sale', 'bulky', 'gift'].filter(() => pick(2) === 1),
});

serveUnderLoad({
  rate: 180,
  nextBody: () => JSON.stringify({ customer: pick(1e5), items: Array.from({ length: 130 }, item) }),
  handler: answer,
});
