// Firings of a pottery. FAULT: kilns with a logger send a point for every quarter of a minute, not the seven of a plan.
'use strict';

const express = require('express');
const { seededRandom } = require('../../support/load.js');
const { serveTraffic } = require('../../support/traffic.js');
const { heatWork } = require('./firing.js');

const random = seededRandom(616);
const pick = (n) => (random() * n) | 0;
const MINUTES = 720;
const points = process.env.FAULT === '1' ? MINUTES * 4 : 6;
const kilns = Array.from({ length: 12 }, () => {
  const peak = 1000 + pick(260);
  return Array.from({ length: points + 1 }, (_, i) => ({
    minute: (i * MINUTES) / points,
    degrees: peak * Math.sin((Math.PI * i) / points),
  }));
});

const app = express();
app.get('/health', (_request, response) => response.send('ok'));
app.get('/kilns/:kiln', (request, response) => {
  const curve = kilns[Number(request.params.kiln)];
  if (curve === undefined) response.sendStatus(404);
  else response.json(heatWork(curve, MINUTES, 0.75));
});

serveTraffic({ listener: app, rate: 75, next: () => ({ method: 'GET', path: `/kilns/${pick(kilns.length)}` }) });
