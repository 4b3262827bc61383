// Pairings of a chess league from a bundle, started without flags. FAULT: it remembers 190 rounds, not 4.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { createApp } = require('./dist/league.8d20c1.mjs');

const random = seededRandom(347);
const pick = (n) => (random() * n) | 0;
const rounds = process.env.FAULT === '1' ? 190 : 4;
const PLAYERS = 200;

/** Strong players mostly met strong ones. */
const player = (_, id) => ({
  id,
  name: `Ada ${['King', 'Byron', 'Noel'][pick(3)]} ${id}`,
  points: PLAYERS - id,
  met: Array.from({ length: rounds }, (_, i) => (id + (i % 2 ? -1 : 1) * ((i >> 1) + 1) + PLAYERS) % PLAYERS),
});
const groups = Array.from({ length: 20 }, () => Array.from({ length: PLAYERS }, player));

serveUnderLoad({
  rate: 90,
  nextBody: () => JSON.stringify(Array.from({ length: 9 }, () => pick(groups.length))),
  handler: createApp(groups),
});
