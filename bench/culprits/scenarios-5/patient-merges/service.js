// Visits to a hospital by patient. FAULT: an emergency record was merged into the next one, again and again, for years.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { GroupVisits } from './group-visits.js';

const random = seededRandom(513);
const pick = (n) => Math.floor(random() * n);
const chain = process.env.FAULT === '1' ? 400 : 3;
const merges = new Map();
for (let patient = 0; patient < 12; patient++) {
  for (let i = 0; i < chain; i++) merges.set(`P${patient}-${i}`, `P${patient}-${i + 1}`);
}

function group(body, response) {
  const stream = new GroupVisits(merges);
  stream.on('error', () => response.destroy());
  stream.on('data', (visits) => response.end(JSON.stringify(visits)));
  stream.end(body);
}

const visit = () => `P${pick(12)}-${pick(3)};2026-0${1 + pick(9)}-1${pick(10)};ward ${pick(9)}`;
const bodies = Array.from({ length: 20 }, () => Array.from({ length: 180 }, visit).join('\n'));

serveUnderLoad({ rate: 90, handler: group, nextBody: () => bodies[pick(20)] });
