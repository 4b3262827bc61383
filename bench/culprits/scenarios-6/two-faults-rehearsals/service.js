// Duos rehearse. FAULT: calendars come from phones, with every short gap, and scores as they were played, not as written.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { partners } = require('./ensemble.js');
const { transpose } = require('./transpose.js');

const random = seededRandom(619);
const pick = (n) => (random() * n) | 0;
const fault = process.env.FAULT === '1';
const [gaps, length] = fault ? [260, 120_000] : [6, 2000];

function freeTimes() {
  const span = 10_000 / gaps;
  return Array.from({ length: gaps }, (_, i) => ({ from: (i + random() * 0.5) * span, to: (i + 0.6) * span }));
}

const groups = Array.from({ length: 6 }, () =>
  Array.from({ length: 26 }, (_, i) => ({ name: `player ${i}`, free: freeTimes() })),
);
const scores = Array.from({ length: 5 }, () => Int8Array.from({ length }, () => 40 + pick(50)));

function prepare(body, response) {
  const { group, score, by } = JSON.parse(body);
  const part = transpose(scores[score], by, 52);
  response.setHeader('x-first', part.subarray(0, 8).join(','));
  response.end(JSON.stringify(partners(groups[group])));
}

serveUnderLoad({
  rate: 75,
  handler: prepare,
  nextBody: () => JSON.stringify({ group: pick(6), score: pick(5), by: [-9, -7, -2, 3][pick(4)] }),
});
