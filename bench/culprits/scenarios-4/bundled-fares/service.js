// The cheapest ticket for a journey; minified by esbuild. FAULT: the network's new tariff has tickets of 150 zones.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { createApp } = require('./dist/app.min.js');

const random = seededRandom(420);
const pick = (n) => (random() * n) | 0;
const zones = process.env.FAULT === '1' ? 150 : 3;
const tickets = Array.from({ length: 40 }, (_, i) => ({
  name: `ticket ${i}`,
  cents: 9000 - i * 100,
  zones: Array.from({ length: zones }, () => `zone-${pick(400)}`).concat(['zone-1', 'zone-2']),
}));
const stop = (i) => `stop ${i},zone-${500 + pick(400)},zone-${500 + pick(50)},zone-${1 + (i % 2)}`;
const journeys = Array.from({ length: 40 }, () => Array.from({ length: 12 }, (_, i) => stop(i)).join('\n'));

serveUnderLoad({ rate: 160, handler: createApp(tickets), nextBody: () => journeys[pick(40)] });
