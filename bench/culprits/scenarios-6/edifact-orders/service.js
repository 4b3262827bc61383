// Orders from a mailbox of EDIFACT. FAULT: partners write the whole packing instructions into each order's free text.
'use strict';

const express = require('express');
const { seededRandom } = require('../../support/load.js');
const { serveTraffic } = require('../../support/traffic.js');
const { checkOrders } = require('./orders.js');
const { parseSegments } = require('./segments.js');

const random = seededRandom(614);
const pick = (n) => (random() * n) | 0;
const SENTENCE = 'Don?’t stack more than three crates?: the lids break. ';
const text = SENTENCE.repeat(process.env.FAULT === '1' ? 420 : 1);
const line = (_, i) => `LIN+${i}++${4e6 + pick(1e6)}:EN'QTY+21:${pick(60)}'FTX+PAC+++${text}'`;
const mailbox = Array.from({ length: 20 }, (_, id) => {
  const lines = Array.from({ length: 30 }, line).join('');
  return Buffer.from(`UNH+${id}+ORDERS:D:96A:UN'${lines}`).toString();
});

const app = express();
app.get('/health', (_request, response) => response.send('ok'));
app.post('/mailbox/:id/check', (request, response) => {
  const message = mailbox[Number(request.params.id)];
  if (message === undefined) {
    response.sendStatus(404);
    return;
  }
  response.json(checkOrders(parseSegments(message)));
});

serveTraffic({
  listener: app,
  rate: 70,
  next: () => ({ method: 'POST', path: `/mailbox/${pick(20)}/check` }),
});
