// Bills of a car park. FAULT: the town has a tariff for every quarter of an hour of the week instead of a dozen bands.
'use strict';

const express = require('express');
const { seededRandom } = require('../../support/load.js');
const { serveTraffic } = require('../../support/traffic.js');
const { billOf } = require('./fees/bill.js');

const random = seededRandom(404);
const pick = (n) => (random() * n) | 0;
const WEEK = 7 * 24 * 60;
const many = process.env.FAULT === '1' ? 672 : 14;
const bands = Array.from({ length: many }, (_, i) => ({
  from: (i * WEEK) / many,
  until: ((i + 1) * WEEK) / many,
  cents: 50 + pick(300),
}));

const app = express();
app.disable('x-powered-by');
app.use(express.json());
app.get('/health', (_request, response) => response.end('ok'));
app.post('/bills', (request, response) => {
  const bills = request.body.stays.map((stay) => billOf(stay, bands, 1));
  const total = bills.reduce((sum, { cents }) => sum + cents, 0);
  response.set('x-total', `${total}`).json({ bills });
});

function stay() {
  const from = pick(WEEK);
  return { plate: `ZH ${pick(1e6)}`, from, until: from + 60 + pick(1200), most: 9000 };
}
const bodies = Array.from({ length: 30 }, () => JSON.stringify({ stays: Array.from({ length: 12 }, stay) }));

serveTraffic({ listener: app, rate: 140, next: () => ({ method: 'POST', path: '/bills', body: bodies[pick(30)] }) });
