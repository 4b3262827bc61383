// A hotel takes bookings. FAULT: it was on television: three times as many guests ask, for the same things as always.
'use strict';

const express = require('express');
const { seededRandom } = require('../../support/load.js');
const { serveTraffic } = require('../../support/traffic.js');
const { calendar, freeRooms, rate } = require('./hotel.js');

const random = seededRandom(340);
const pick = (n) => (random() * n) | 0;
const rooms = Array.from({ length: 70 }, (_, number) => ({
  number,
  cents: 9000 + pick(20000),
  taken: BigInt(`0b${Array.from({ length: 180 }, () => (pick(12) === 0 ? 1 : 0)).join('')}`),
}));

const app = express();
app.use(express.json());
app.get('/health', (_request, response) => response.send('ok'));
app.get('/free/:from/:nights', (request, response) => {
  const [from, nights] = [Number(request.params.from), Number(request.params.nights)];
  const offers = freeRooms(rooms, from, nights).map((room) => ({
    room: room.number,
    cents: rate(room, from, nights),
  }));
  response.json(offers.sort((a, b) => a.cents - b.cents).slice(0, 20));
});
app.get('/calendar/:room', (request, response) => {
  response.type('text').send(calendar(rooms[Number(request.params.room)], 180));
});
app.post('/bookings', (request, response) => {
  const { from, nights, guest } = request.body;
  const room = rooms[request.body.room];
  response.status(200).json({ id: `${room.number}-${from}`, guest: guest.trim(), cents: rate(room, from, nights) });
});

function next() {
  const kind = pick(3);
  if (kind === 0) return { method: 'GET', path: `/free/${pick(150)}/${2 + pick(9)}` };
  if (kind === 1) return { method: 'GET', path: `/calendar/${pick(70)}` };
  const body = { from: pick(150), nights: 1 + pick(9), room: pick(70), guest: ` Ada ${pick(99)} ` };
  return { method: 'POST', path: '/bookings', body: JSON.stringify(body) };
}

serveTraffic({ listener: app, rate: process.env.FAULT === '1' ? 480 : 160, next });
