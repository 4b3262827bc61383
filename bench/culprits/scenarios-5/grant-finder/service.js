// Which grants can an artist apply for? FAULT: closed calls are imported as well, those of the last thirty years.
'use strict';

const express = require('express');
const { seededRandom } = require('../../support/load.js');
const { serveTraffic } = require('../../support/traffic.js');
const { Criterion } = require('./criterion.js');
const { findGrants } = require('./finder.js');

const random = seededRandom(508);
const pick = (n) => (random() * n) | 0;
const calls = process.env.FAULT === '1' ? 20000 : 40;
const arts = ['dance', 'film', 'music', 'painting', 'poetry', 'theatre', 'glass', 'comics', 'circus', 'textiles'];
const towns = Array.from({ length: 80 }, (_, i) => `${['Alder', 'Birch', 'Cedar', 'Elm'][i % 4]} Bridge ${i}`);

const grants = Array.from({ length: calls }, (_, id) => ({
  id,
  euros: 500 + pick(40) * 250,
  criteria: [
    new Criterion('art', 'oneOf', arts.slice(pick(5), 5 + pick(6))),
    new Criterion('years', 'atLeast', pick(4)),
    new Criterion('town', 'startsWith', towns[pick(80)].toLowerCase()),
  ],
}));

const app = express();
app.disable('x-powered-by');
app.use(express.json());
app.get('/health', (_request, response) => response.end('ok'));
app.post('/matches', (request, response) => {
  const { name, ...applicant } = request.body;
  const matches = findGrants(grants, applicant);
  response.json({ name: name.trim(), matches: matches.map(({ id, euros }) => ({ id, euros })) });
});

const applicant = () => ({ name: ' Robin ', town: towns[pick(80)], art: arts[pick(10)], years: 3 + pick(12) });

serveTraffic({
  listener: app,
  rate: 110,
  next: () => ({ method: 'POST', path: '/matches', body: JSON.stringify(applicant()) }),
});
