// Dividends are split among owners. FAULT: houses are owned by funds with 420 people each, not by families.
'use strict';

const { createHash } = require('node:crypto');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { split } = require('./shares.js');

const random = seededRandom(314);
const pick = (n) => (random() * n) | 0;
const owners = process.env.FAULT === '1' ? 420 : 6;
const HOUSES = 12;

function settle({ house, cents, weights }) {
  const parts = split(cents, weights);
  const proof = createHash('sha1').update(`${house}:${parts.join()}`).digest('hex').slice(0, 8);
  return `${house};${(Math.max(...parts) / 100).toFixed(2)};${proof}`;
}

function answer(body, response) {
  const lines = body.split('\n').map((line) => {
    const [house, cents, weights] = line.split(';');
    return settle({ house, cents: Number(cents), weights: weights.split(' ').map(Number) });
  });
  response.end(lines.join('\n'));
}

const house = (_, i) => `H${i};${pick(9e6)};${Array.from({ length: owners }, () => 1 + pick(1000)).join(' ')}`;
const bodies = Array.from({ length: 20 }, () => Array.from({ length: HOUSES }, house).join('\n'));

serveUnderLoad({ rate: 140, nextBody: () => bodies[pick(bodies.length)], handler: answer });
