// Lifts of a tower. FAULT: the doors of the car park report each person who walks by, and stops are not merged.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { createDispatcher } = require('./dispatcher.js');

const random = seededRandom(504);
const pick = (n) => (random() * n) | 0;
const stopsOfCar = process.env.FAULT === '1' ? 4200 : 5;
const dispatcher = createDispatcher({ secondsPerFloor: 1.6, secondsPerStop: 8 });
const cars = ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => ({
  name,
  floor: pick(40),
  stops: Array.from({ length: stopsOfCar }, () => pick(40)),
}));

function dispatch(body, response) {
  const { calls, panel } = JSON.parse(body);
  const assigned = dispatcher.assign(cars, calls);
  const lines = assigned.map(({ floor, car, wait }) => `${panel} floor ${floor}: car ${car} in ${Math.ceil(wait)} s`);
  response.end(lines.join('\n'));
}

const bodies = Array.from({ length: 30 }, (_, i) =>
  JSON.stringify({ panel: `lobby ${i % 3}`, calls: Array.from({ length: 40 }, () => pick(40)) }),
);
serveUnderLoad({ rate: 100, handler: dispatch, nextBody: () => bodies[pick(30)] });
