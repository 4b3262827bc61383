// Pages of shops in many languages. FAULT: a new brand has 24 nearly empty catalogues before the general one, not 1.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Messages } = require('./messages.js');

const random = seededRandom(310);
const pick = (n) => (random() * n) | 0;
const areas = ['cart', 'account', 'product', 'search'];
const general = { shop: {} };
for (const area of areas) {
  general.shop[area] = { list: {} };
  for (let i = 0; i < 30; i++) general.shop[area].list[`item${i}`] = `Text ${i} of {what} for {whom}`;
}
/** Each brand changes a text or two of an area. */
const special = (_, i) => ({ shop: { [areas[i % 4]]: { list: { [`brand${i}`]: `Only here: ${i}` } } } });
const messages = new Messages([...Array.from({ length: process.env.FAULT === '1' ? 24 : 1 }, special), general]);

function answer(body, response) {
  const { paths, whom } = JSON.parse(body);
  const rows = paths.map((path) => `<li>${messages.say(path, { what: path.slice(5, 9), whom })}</li>`);
  response.setHeader('content-language', 'de-CH');
  response.end(`<ul>${rows.join('\n')}</ul>`);
}

const path = () => `shop.${areas[pick(4)]}.list.item${pick(30)}`;
const bodies = Array.from({ length: 40 }, (_, i) =>
  JSON.stringify({ whom: `guest ${i}`, paths: Array.from({ length: 220 }, path) }),
);

serveUnderLoad({ rate: 140, nextBody: () => bodies[pick(bodies.length)], handler: answer });
