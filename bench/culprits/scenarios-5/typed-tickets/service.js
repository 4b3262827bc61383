// A help desk deals out its tickets; TypeScript. FAULT: answered tickets stay open until somebody closes them by hand.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Desk } = require('./dist/desk.js');

const random = seededRandom(524);
const pick = (n) => (random() * n) | 0;
const backlog = process.env.FAULT === '1' ? 4200 : 40;
const plans = ['bronze', 'silver', 'gold'];
const desk = new Desk();
for (let id = 0; id < backlog; id++) {
  const openedAt = 1.79e12 - pick(3e8);
  desk.add({ id, openedAt, plan: plans[pick(3)], severity: 1 + pick(5), replies: pick(12) });
}

function shift(body, response) {
  const { people, now } = JSON.parse(body);
  const tickets = desk.take(people.length * 2, now);
  const deals = people.map((name, i) => [
    name,
    tickets.filter((_, at) => at % people.length === i).map(({ id }) => id),
  ]);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(Object.fromEntries(deals)));
}

serveUnderLoad({
  rate: 80,
  handler: shift,
  nextBody: () => JSON.stringify({ people: ['Ida', 'Jon', 'Kai', 'Lea'].slice(pick(2)), now: 1.79e12 + pick(1e8) }),
});
