// A small shop that logs. FAULT: each customer's debugging session left a rule behind.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { createLogger } = require('./logger.js');

const random = seededRandom(416);
const pick = (n) => (random() * n) | 0;
const sessions = process.env.FAULT === '1' ? 1000 : 12;
let written = 0;
const logger = createLogger(
  [
    { scope: 'shop', level: 4 },
    ...Array.from({ length: sessions }, (_, i) => ({ scope: `shop.customer.${10000 + i * 7}`, level: 1 })),
  ],
  (line) => {
    written += line.length;
  },
);

const prices = new Map(Array.from({ length: 500 }, (_, i) => [`item-${i}`, 100 + pick(9000)]));

function order(body, response) {
  const { customer, items } = JSON.parse(body);
  const log = logger.child(`shop.customer.${customer}`);
  log.log(2, 'order', { items: items.length });
  let sum = 0;
  for (const item of items) {
    const price = prices.get(item);
    log.log(1, 'price', { item, price });
    sum += price;
  }
  response.setHeader('x-written', String(written));
  response.end(JSON.stringify({ customer, sum, items: items.toSorted() }));
}

const bodies = Array.from({ length: 50 }, () =>
  JSON.stringify({ customer: 70000 + pick(9999), items: Array.from({ length: 26 }, () => `item-${pick(500)}`) }),
);
serveUnderLoad({ handler: order, rate: 150, nextBody: () => bodies[pick(50)] });
