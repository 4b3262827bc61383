// Readings of power meters become histograms. FAULT: somebody wanted a bucket for every quarter of a watt.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Histogram } = require('./histogram.js');

const random = seededRandom(413);
const pick = (n) => (random() * n) | 0;
const buckets = process.env.FAULT === '1' ? 14400 : 12;
const bounds = Array.from({ length: buckets }, (_, i) => ((i + 1) * 3600) / buckets);
const rooms = new Map(['kitchen', 'laundry', 'workshop'].map((room) => [room, new Histogram(bounds)]));

function report(body, response) {
  let readings = 0;
  for (const line of body.split('\n')) {
    const [room, ...values] = line.split(' ');
    const histogram = rooms.get(room);
    for (const value of values) histogram.observe(Number(value));
    readings += values.length;
  }
  const busiest = [...rooms].sort(([, a], [, b]) => b.sum - a.sum)[0][0];
  response.end(JSON.stringify({ readings, busiest }));
}

const line = (room) => `${room} ${Array.from({ length: 80 }, () => pick(3600)).join(' ')}`;
const bodies = Array.from({ length: 30 }, () => [...rooms.keys()].map(line).join('\n'));
serveUnderLoad({ rate: 180, handler: report, nextBody: () => bodies[pick(30)] });
