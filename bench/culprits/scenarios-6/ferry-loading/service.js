// A ferry's lanes are filled from the queue. FAULT: the day of the cycle race, a bicycle is a vehicle as well.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Deck } = require('./deck.js');

const random = seededRandom(602);
const pick = (n) => (random() * n) | 0;
const race = process.env.FAULT === '1';
const queueOf = (_, sailing) => ({
  sailing,
  vehicles: Array.from({ length: race ? 1500 : 130 }, (_vehicle, ticket) => ({
    ticket,
    metres: race && pick(30) > 0 ? 1.8 + pick(3) / 10 : 4 + pick(14),
  })),
});
const queues = Array.from({ length: 8 }, queueOf);

function load(body, response) {
  const { sailing } = JSON.parse(body);
  const deck = new Deck(18, 280);
  const ashore = [];
  for (const vehicle of queues[sailing].vehicles) {
    if (deck.board(vehicle) < 0) ashore.push(vehicle.ticket);
  }
  response.end(JSON.stringify({ sailing, onBoard: deck.onBoard, ashore }));
}

serveUnderLoad({ rate: 85, handler: load, nextBody: () => JSON.stringify({ sailing: pick(8) }) });
