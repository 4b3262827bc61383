// Prices of a stock exchange. FAULT: not the last thousand ticks are kept, but 180,000 of them, each with its history.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { TickWindow } = require('./ticks.js');

const random = seededRandom(341);
const pick = (n) => (random() * n) | 0;
const fault = process.env.FAULT === '1';
const size = fault ? 180_000 : 1000;
const window = new TickWindow(size);
for (let i = 0; i < size; i++) window.put({ paper: i % 90, cents: i, at: i });

function spread(prices) {
  let [low, high] = [Infinity, 0];
  for (const cents of prices) {
    low = Math.min(low, cents);
    high = Math.max(high, cents);
  }
  return high - low;
}

function answer(body, response) {
  const { at, paper, prices } = JSON.parse(body);
  for (let i = 0; i < (fault ? 6000 : 60); i++) window.put({ paper, cents: prices[i % prices.length], at: at + i });
  response.end(JSON.stringify({ paper, kept: window.count(), spread: spread(prices) }));
}

const bodies = Array.from({ length: 30 }, (_, paper) =>
  JSON.stringify({ paper, at: 1.75e12 + pick(1e6), prices: Array.from({ length: 700 }, () => 1000 + pick(900)) }),
);

serveUnderLoad({ rate: 110, nextBody: () => bodies[pick(bodies.length)], handler: answer });
