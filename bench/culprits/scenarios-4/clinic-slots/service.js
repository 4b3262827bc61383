// Free slots of a clinic. FAULT: the laboratory books every tube, 2,800 short bookings that lie at night.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { freeSlots, take } = require('./slots.js');

const random = seededRandom(414);
const pick = (n) => (random() * n) | 0;
const tubes = process.env.FAULT === '1' ? 2800 : 6;

const bookingAt = (from, length) => ({ from, until: from + length, patient: pick(9999) });
const day = () => ({
  opens: 8 * 60,
  closes: 17 * 60,
  bookings: [
    ...Array.from({ length: tubes }, () => bookingAt(pick(400), 2)),
    ...Array.from({ length: 9 }, () => bookingAt(8 * 60 + pick(480), 30)),
  ],
});
const calendar = Array.from({ length: 30 }, day);
const clock = (minute) => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;

function offer(body, response) {
  const { from, days, length } = JSON.parse(body);
  const offers = [];
  for (let i = 0; i < days; i++) {
    const slots = take(freeSlots(calendar[(from + i) % 30], length, 5), 20);
    offers.push({ day: from + i, slots: slots.map(({ from: begin, until }) => `${clock(begin)}-${clock(until)}`) });
  }
  response.end(JSON.stringify(offers));
}

serveUnderLoad({
  handler: offer,
  rate: 120,
  nextBody: () => JSON.stringify({ from: pick(30), days: 7, length: 15 + 5 * pick(4) }),
});
