// Four workers find contacts that exist already. FAULT: a tenant of the third worker brought 600 of them.
'use strict';

const cluster = require('node:cluster');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { mostSimilar, trigramsOf } = require('./similar.js');

const WORKERS = 4;

function work(number) {
  const random = seededRandom(330 + number);
  const pick = (n) => (random() * n) | 0;
  const syllables = ['mei', 'hu', 'ber', 'sto', 'kel', 'ru', 'dan', 'vo', 'lin', 'zer'];
  const name = () => Array.from({ length: 4 }, () => syllables[pick(10)]).join('');
  const contact = (text) => ({ text, trigrams: trigramsOf(text) });
  const many = process.env.FAULT === '1' && number === 2 ? 600 : 3;
  const known = Array.from({ length: many }, () => contact(`${name()} ${name()}`));

  serveUnderLoad({
    rate: 60,
    nextBody: () => Array.from({ length: 12 }, () => `${name()} ${name()}`).join('\n'),
    handler: (body, response) => {
      const pairs = body.split('\n').map((line) => {
        const twin = mostSimilar(contact(line), known);
        return { name: line.replace(/\b\w/g, (letter) => letter.toUpperCase()), twin: twin?.text ?? null };
      });
      response.end(JSON.stringify(pairs));
    },
  });
}

if (cluster.isPrimary) for (let number = 0; number < WORKERS; number++) cluster.fork({ WORKER: String(number) });
else work(Number(process.env.WORKER));
