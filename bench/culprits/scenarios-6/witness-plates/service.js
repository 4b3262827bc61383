// Whose car did the witness see? FAULT: the register is loaded without the index by make and colour.
'use strict';

const express = require('express');
const { seededRandom } = require('../../support/load.js');
const { serveTraffic } = require('../../support/traffic.js');
const { Register } = require('./register.js');

const random = seededRandom(608);
const pick = (n) => (random() * n) | 0;
const LETTERS = 'ABCDEFGHJKLMNPRSTVWXYZ';
const letter = () => LETTERS[pick(LETTERS.length)];
const plateOf = () => `${letter()}${letter()}-${letter()}${letter()} ${1000 + pick(9000)}`;
const cars = Array.from({ length: 70_000 }, () => ({
  plate: plateOf(),
  make: `make ${pick(30)}`,
  colour: `colour ${pick(12)}`,
}));
const register = new Register(cars, { index: process.env.FAULT !== '1' });

const app = express();
app.get('/health', (_request, response) => response.send('ok'));
app.get('/cars', (request, response) => {
  const { make, colour, seen } = request.query;
  response.json(register.search({ make, colour, seen }).map(({ plate }) => plate));
});

function question() {
  const { plate, make, colour } = cars[pick(cars.length)];
  const seen = plate.replace(/[A-Z]/g, '?').replace(/\d/g, (digit) => (pick(3) === 0 ? '?' : digit));
  return { method: 'GET', path: `/cars?${new URLSearchParams({ make, colour, seen })}` };
}

serveTraffic({ listener: app, rate: 75, next: question });
