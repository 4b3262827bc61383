// Every request is written down without its secrets. FAULT: the auditors' list of secret words has 300 of them, not 3.
'use strict';

const express = require('express');
const { seededRandom } = require('../../support/load.js');
const { serveTraffic } = require('../../support/traffic.js');
const { Journal } = require('./journal.js');

const random = seededRandom(316);
const pick = (n) => (random() * n) | 0;
const words = ['password', 'token', 'secret'];
if (process.env.FAULT === '1') for (let i = 0; i < 297; i++) words.push(`${'xyzvwq'[i % 6]}card${i.toString(36)}`);
const journal = new Journal(words);
let written = 0;
journal.on('line', (line) => {
  written += line.length;
});

const app = express();
app.use(express.json());
app.use(journal.middleware);
app.get('/health', (_request, response) => response.send('ok'));
app.post('/guests', (request, response) => {
  const { guests } = request.body;
  response.json({ guests: guests.length, nights: guests.reduce((sum, { nights }) => sum + nights, 0), written });
});

const guest = (_, i) => ({
  firstName: 'Ada',
  familyName: `Lovelace ${i}`,
  nights: 1 + pick(9),
  breakfast: pick(2) === 0,
  passportNumber: `X${pick(1e7)}`,
  portalPassword: 'correct horse',
  address: { street: 'Long road', houseNumber: pick(99), postalCode: '8001', country: 'CH' },
  remarks: 'late arrival',
});
const bodies = Array.from({ length: 30 }, () => JSON.stringify({ guests: Array.from({ length: 28 }, guest) }));

serveTraffic({
  listener: app,
  rate: 120,
  next: () => ({ method: 'POST', path: '/guests', body: bodies[pick(bodies.length)] }),
});
