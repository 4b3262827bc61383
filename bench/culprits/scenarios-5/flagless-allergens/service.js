// A canteen's menu for people with allergies. FAULT: the wholesaler's labels have every additive and each trace of one.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Ingredient } = require('./ingredient.js');
const { menuFor } = require('./menu.js');

const random = seededRandom(522);
const pick = (n) => (random() * n) | 0;
const labelled = process.env.FAULT === '1' ? 240 : 2;
const allergens = ['gluten/', 'nuts/', 'milk/', 'egg/', 'fish/', 'soy/', 'celery/', 'mustard/'];
const label = () => (pick(900) === 0 ? `${allergens[pick(8)]}trace` : `additive/e${100 + pick(900)}/powder`);
const larder = Array.from(
  { length: 300 },
  (_, i) => new Ingredient(`ingredient ${i}`, Array.from({ length: labelled }, label)),
);
const dishes = Array.from({ length: 64 }, (_, i) => ({
  name: `dish ${i}`,
  ingredients: Array.from({ length: 14 }, () => larder[pick(300)]),
}));

function menu(body, response) {
  const { guest, avoids } = JSON.parse(body);
  const rows = menuFor(dishes, avoids);
  const fine = rows.filter(({ reasons }) => reasons.length === 0).map(({ dish }) => dish);
  response.end(`${guest} can eat ${fine.length === 0 ? 'nothing' : fine.join(', ')}.`);
}

serveUnderLoad({
  rate: 90,
  handler: menu,
  nextBody: () => JSON.stringify({ guest: `guest ${pick(400)}`, avoids: [allergens[pick(4)], allergens[4 + pick(4)]] }),
});
