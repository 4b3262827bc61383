// Traffic of a campus by department. FAULT: the list of networks has one for each room instead of one for each house.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { networkOf } = require('./network.js');
const { createLabeller } = require('./labels.js');

const random = seededRandom(512);
const pick = (n) => (random() * n) | 0;
const hex = (n) => pick(n).toString(16);
const many = process.env.FAULT === '1' ? 240 : 4;
const departments = ['biology', 'history', 'law', 'physics', 'library'].map((name) => ({
  name,
  networks: Array.from({ length: many }, () => networkOf(`2001:db8:40:7:0:${hex(64)}:${hex(65536)}:0/108`)),
}));
const labelOf = createLabeller(departments);

function report(body, response) {
  const bytesOf = new Map();
  for (const line of body.split('\n')) {
    const [address, bytes] = line.split(' ');
    const label = labelOf(address);
    bytesOf.set(label, (bytesOf.get(label) ?? 0) + Number(bytes));
  }
  response.end(JSON.stringify([...bytesOf].sort(([, a], [, b]) => b - a)));
}

const flow = () => `2001:db8:40:7:0:${hex(64)}:${hex(65536)}:${hex(65536)} ${pick(1e6)}`;
const reports = Array.from({ length: 20 }, () => Array.from({ length: 40 }, flow).join('\n'));
serveUnderLoad({ rate: 80, handler: report, nextBody: () => reports[pick(20)] });
