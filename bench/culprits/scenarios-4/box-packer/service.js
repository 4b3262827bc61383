// Boxes on pallets. FAULT: the jeweller sends 900 tiny boxes instead of 40 large ones.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Pallet } = require('./pallet.js');

const random = seededRandom(415);
const pick = (n) => (random() * n) | 0;
const [many, size] = process.env.FAULT === '1' ? [900, 40] : [40, 220];
const box = (_, order) => ({ order: `o-${order}`, width: 20 + pick(size), height: 20 + pick(size) });
const bodies = Array.from({ length: 24 }, () => JSON.stringify(Array.from({ length: many }, box)));

function plan(body, response) {
  const boxes = JSON.parse(body);
  const pallet = new Pallet(1200, 1200);
  const places = boxes.sort((a, b) => b.height - a.height).map((one) => pallet.put(one));
  const left = places.filter((place) => place === null).length;
  response.end(JSON.stringify({ left, places: places.filter(Boolean).slice(0, 60) }));
}

serveUnderLoad({ rate: 130, handler: plan, nextBody: () => bodies[pick(24)] });
