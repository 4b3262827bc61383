// Reports are made by a pool of jobs. FAULT: support wants to see the last 8,000 jobs, so that many are kept, not 20.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Pool } = require('./pool.js');

const random = seededRandom(344);
const pick = (n) => (random() * n) | 0;
const pool = new Pool(process.env.FAULT === '1' ? 8000 : 20);

let failures = 0;
pool.on('settled', (_, state) => {
  if (state === 'waiting') failures++;
});

function summary(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], sum: numbers.reduce((sum, one) => sum + one, 0) };
}

async function report(numbers, tries) {
  if (numbers[0] % 10 === 0 && tries === 0) throw new Error('The other side was busy.');
  return summary(numbers);
}

async function answer(body, response) {
  const parts = JSON.parse(body);
  const reports = parts.map((numbers, i) => pool.run(`part ${i}`, (tries) => report(numbers, tries)));
  response.setHeader('x-failures', String(failures));
  response.end(JSON.stringify(await Promise.all(reports)));
}

const numbers = () => Array.from({ length: 40 }, () => pick(1000));
const bodies = Array.from({ length: 30 }, () => JSON.stringify(Array.from({ length: 24 }, numbers)));

/** As after a day of work. */
async function workEarlier() {
  for (let i = 0; i < 140; i++) {
    await Promise.all(Array.from({ length: 100 }, (_, at) => pool.run('early', async () => at)));
  }
}

void workEarlier().then(() => {
  serveUnderLoad({ rate: 140, nextBody: () => bodies[pick(bodies.length)], handler: answer });
});
