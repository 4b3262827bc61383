// Thermal pictures of switchboards. FAULT: the reach of the blur is set to pixels of the new camera, not of the old.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { hotSpots } = require('./spots.js');

const random = seededRandom(607);
const pick = (n) => (random() * n) | 0;
const settings = { reach: process.env.FAULT === '1' ? 12 : 1, kelvins: 330 };
const [width, height] = [110, 80];
const frames = Array.from({ length: 10 }, () => ({
  width,
  height,
  heat: Uint16Array.from({ length: width * height }, () => 290 + pick(40) + (pick(400) === 0 ? 120 : 0)),
}));

function analyse(body, response) {
  const { board } = JSON.parse(body);
  const { spots, hottest } = hotSpots(frames[board], settings);
  response.setHeader('x-hottest', hottest.toFixed(1));
  response.end(spots.slice(0, 20).join(' '));
}

serveUnderLoad({ rate: 80, handler: analyse, nextBody: () => JSON.stringify({ board: pick(10) }) });
