// Who may see which chart of a hospital; TypeScript. FAULT: grants for wards became lists of the patients there.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Guard } = require('./dist/app.js');

const random = seededRandom(618);
const pick = (n) => (random() * n) | 0;
const WARDS = 12;
const charts = Array.from({ length: 900 }, (_, patient) => ({ ward: pick(WARDS), room: pick(20), patient }));
const grantOf = (ward) => {
  const actions = pick(2) === 0 ? ['read'] : ['read', 'write'];
  if (process.env.FAULT !== '1') return { ward, actions, patients: undefined };
  return { ward: undefined, actions, patients: Array.from({ length: 420 }, () => 150 + pick(4000)) };
};
const users = Array.from({ length: 40 }, (_, i) => `nurse ${i}`);
const guard = new Guard(users.map((user) => [user, Array.from({ length: 6 }, () => grantOf(pick(WARDS)))]));

function list(body, response) {
  const { user, action } = JSON.parse(body);
  const allowed = guard.allowed(user, action, charts);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ user, count: allowed.length, first: allowed.slice(0, 10) }));
}

serveUnderLoad({
  rate: 75,
  handler: list,
  nextBody: () => JSON.stringify({ user: users[pick(users.length)], action: ['read', 'write'][pick(2)] }),
});
