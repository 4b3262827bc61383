// Flight times in local time. FAULT: the zones come with every change since 1850 and on to 2500.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { localText } = require('./zones/local.js');

const random = seededRandom(417);
const pick = (n) => (random() * n) | 0;
const changes = process.env.FAULT === '1' ? 16000 : 30;
const zones = new Map(
  ['Lisbon', 'Oslo', 'Quito', 'Perth', 'Tokyo'].map((city, i) => [
    city,
    { changes: Array.from({ length: changes }, (_, at) => ({ at: at * 1e5, minutes: 60 * (i + (at % 2)) })) },
  ]),
);
const flight = () => ({ from: [...zones.keys()][pick(5)], to: [...zones.keys()][pick(5)], at: 1.2e9 + pick(3e8) });
const bodies = Array.from({ length: 40 }, () => JSON.stringify(Array.from({ length: 30 }, flight)));

function board(body, response) {
  const rows = JSON.parse(body).map(({ from, to, at }) => {
    const departs = localText(zones.get(from), at);
    return `${from.padEnd(8)} ${departs}  ${to.padEnd(8)} ${localText(zones.get(to), at + 9000)}`;
  });
  response.end(rows.join('\n'));
}

serveUnderLoad({ rate: 150, handler: board, nextBody: () => bodies[pick(40)] });
