// Orders with their lines, from the rows of a join. FAULT: reports ask for hundreds of short orders, not a few long.
'use strict';

const express = require('express');
const { seededRandom } = require('../../support/load.js');
const { serveTraffic } = require('../../support/traffic.js');
const { Hydrator } = require('./orm/hydrate.js');

const random = seededRandom(309);
const pick = (n) => (random() * n) | 0;
const orders = process.env.FAULT === '1' ? 380 : 15;

/** As a driver answers: each value of each row is a string or number of its own. */
function queryRows(tenant) {
  return Array.from({ length: 760 }, (_, i) => ({
    tenant: `tenant-${tenant}`,
    number: `2025-${10000 + (i % orders)}`,
    placed: 1.75e12 + (i % orders) * 1e7,
    sku: `sku-${pick(900)}`,
    cents: pick(9999),
    count: 1 + pick(4),
  }));
}

const results = Array.from({ length: 8 }, (_, tenant) => queryRows(tenant));
const app = express();
app.disable('x-powered-by');
app.use((request, response, next) => {
  response.set('x-tenant', request.get('x-tenant') ?? 'none');
  next();
});
app.get('/health', (_request, response) => response.send('ok'));
app.get('/tenants/:tenant/orders', (request, response) => {
  const made = new Hydrator().hydrate(results[Number(request.params.tenant)]);
  const sums = made.map(({ number, placed, cents }) => ({ number, day: placed.toISOString().slice(0, 10), cents }));
  response.json({ orders: sums.slice(0, 15), total: sums.reduce((sum, { cents }) => sum + cents, 0) });
});

serveTraffic({ listener: app, rate: 130, next: () => ({ method: 'GET', path: `/tenants/${pick(8)}/orders` }) });
