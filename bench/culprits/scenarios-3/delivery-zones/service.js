// In which zone does a courier's position lie? FAULT: the city now exports its borders as surveyed, metre by metre.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Zone } = require('./geometry/zone.js');

const random = seededRandom(305);
const pick = (n) => (random() * n) | 0;
const corners = process.env.FAULT === '1' ? 1300 : 16;

function border(lat, lng) {
  return Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    const radius = 0.08 + 0.004 * Math.sin(9 * angle);
    return { lat: lat + radius * Math.sin(angle), lng: lng + radius * Math.cos(angle) };
  });
}

const zones = Array.from(
  { length: 9 },
  (_, i) => new Zone(`zone ${i}`, border(47.3 + 0.1 * (i % 3), 8.5 + 0.1 * ((i / 3) | 0))),
);

const round = (degrees) => Math.round(degrees * 1e5) / 1e5;

function answer(body, response) {
  const positions = JSON.parse(body).map(({ id, lat, lng }) => ({ id, lat: round(lat), lng: round(lng) }));
  const placed = positions.map((position) => {
    const zone = zones.find((one) => one.holds(position));
    return { id: position.id, zone: zone?.name ?? 'outside' };
  });
  const counts = Object.groupBy(placed, ({ zone }) => zone);
  response.end(JSON.stringify({ placed, zones: Object.keys(counts).sort() }));
}

const position = (_, id) => ({ id, lat: 47.2 + random() * 0.4, lng: 8.4 + random() * 0.4 });
const bodies = Array.from({ length: 30 }, () => JSON.stringify(Array.from({ length: 70 }, position)));

serveUnderLoad({ rate: 170, nextBody: () => bodies[pick(bodies.length)], handler: answer });
