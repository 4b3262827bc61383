// Wind at the masts of a regatta. FAULT: new sensors measure forty times a second, and the window kept its ten minutes.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Mast } = require('./wind.js');

const random = seededRandom(515);
const pick = (n) => (random() * n) | 0;
const size = process.env.FAULT === '1' ? 24000 : 120;
const masts = ['harbour', 'west buoy', 'east buoy', 'finish'].map((name) => new Mast(name, size));
for (const mast of masts) {
  for (let i = 0; i < size; i++) mast.add(6 + random() * 5 + random() * random() * 9, pick(360));
}

function report(body, response) {
  const { mast, readings } = JSON.parse(body);
  for (const [speed, direction] of readings) masts[mast].add(speed, direction);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(masts[mast].summary()));
}

serveUnderLoad({
  rate: 110,
  handler: report,
  nextBody: () =>
    JSON.stringify({ mast: pick(4), readings: Array.from({ length: 10 }, () => [5 + random() * 9, pick(360)]) }),
});
