// Product cards, kept by a package for recently used things. FAULT: the range grew from 40 products to 9,000.
'use strict';

const { createHash } = require('node:crypto');
const RecentCache = require('recent-cache');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');

const random = seededRandom(319);
const pick = (n) => (random() * n) | 0;
const range = process.env.FAULT === '1' ? 9000 : 40;
const cards = new RecentCache(12_000);

function makeCard(id) {
  const picture = createHash('md5').update(`picture ${id}`).digest('hex');
  return `<article id="p${id}"><img src="/img/${picture}.avif"><h3>Product ${id}</h3></article>`;
}

function cardOf(id) {
  let card = cards.get(id);
  if (card === undefined) {
    card = makeCard(id);
    cards.set(id, card);
  }
  return card;
}

for (let id = 0; id < range; id++) cardOf(id);

function answer(body, response) {
  const { ids, columns } = JSON.parse(body);
  const rows = [];
  for (let i = 0; i < ids.length; i += columns) {
    const row = ids.slice(i, i + columns).map(cardOf);
    rows.push(`<div>${row.join('')}</div>`);
  }
  response.end(rows.join('\n'));
}

const bodies = Array.from({ length: 60 }, () =>
  JSON.stringify({ columns: 4, ids: Array.from({ length: 200 }, () => pick(range)) }),
);

serveUnderLoad({ rate: 190, nextBody: () => bodies[pick(bodies.length)], handler: answer });
