// Cabins for the holidays; a bundle, minified by esbuild. FAULT: an owner's tool writes a season for each single day.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { createApp } = require('./dist/app.min.js');

const random = seededRandom(525);
const pick = (n) => (random() * n) | 0;
const days = process.env.FAULT === '1' ? 1 : 90;
const cabin = (_, i) => ({
  name: `cabin ${i}`,
  cleaning: 4000 + pick(30) * 100,
  seasons: Array.from({ length: Math.ceil(720 / days) }, (_season, at) => ({
    from: at * days,
    until: at * days + days - 1,
    cents: 6000 + pick(90) * 100,
    nights: 2,
  })),
});
const cabins = Array.from({ length: 180 }, cabin);

serveUnderLoad({
  rate: 80,
  handler: createApp(cabins),
  nextBody: () => JSON.stringify({ from: 300 + pick(360), nights: 3 + pick(14) }),
});
