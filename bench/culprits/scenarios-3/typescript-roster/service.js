// Rosters of a hospital, TypeScript as CommonJS. FAULT: all wards are planned as one: each shift meets all others.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { answer } = require('./dist/app.js');

const random = seededRandom(346);
const pick = (n) => (random() * n) | 0;
const wards = process.env.FAULT === '1' ? 1 : 40;
const SHIFTS = 640;

const wish = (_, i) => ({
  person: `nurse ${(i * 7) % 130}`,
  from: new Date(1.75e12 + pick(28) * 86_400_000 + pick(3) * 28_800_000).toISOString(),
  hours: 7 + pick(3),
});
const ward = () => Array.from({ length: SHIFTS / wards }, wish);
const bodies = Array.from({ length: 20 }, () =>
  JSON.stringify({ days: 28, wards: Array.from({ length: wards }, ward) }),
);

serveUnderLoad({ rate: 130, nextBody: () => bodies[pick(bodies.length)], handler: answer });
