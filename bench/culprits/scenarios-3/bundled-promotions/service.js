// Baskets get the best promotion; TypeScript, minified by esbuild. FAULT: marketing has 1,100 promotions instead of 12.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { createApp } = require('./dist/server.min.mjs');

const random = seededRandom(345);
const pick = (n) => (random() * n) | 0;
const condition = () => ({ group: `group-${pick(40)}`, atLeast: 1 + pick(30) });
const promotions = Array.from({ length: process.env.FAULT === '1' ? 1100 : 12 }, (_, i) => ({
  name: `Promotion ${i}`,
  conditions: [condition(), { group: `group-${pick(40)}`, atLeast: 400 }],
  percent: 5 + pick(60),
}));
const item = () => `sku-${pick(9999)};group-${pick(40)};${pick(9999)};${1 + pick(5)}`;
const baskets = Array.from({ length: 40 }, () => Array.from({ length: 160 }, item).join('\n'));

serveUnderLoad({ rate: 150, nextBody: () => baskets[pick(baskets.length)], handler: createApp(promotions) });
