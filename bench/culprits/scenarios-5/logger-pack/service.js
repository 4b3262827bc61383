// Records of data loggers are packed for a slow radio link. FAULT: somebody raised the window to pack them tighter.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { pack } = require('./pack.js');

const random = seededRandom(517);
const pick = (n) => (random() * n) | 0;
const settings = { window: process.env.FAULT === '1' ? 8000 : 24, channel: 11 };

function record() {
  const lines = Array.from(
    { length: 170 },
    (_, i) => `t=${1000 + i * 15};soil=${20 + pick(9)};rain=${pick(3)};batt=3.${pick(99)}`,
  );
  return lines.join('\n');
}

const records = Array.from({ length: 16 }, record);

function send(body, response) {
  const packed = pack(Buffer.from(body), settings.window);
  response.setHeader('x-channel', String(settings.channel));
  response.setHeader('x-saved', String(body.length - packed.length));
  response.end(packed);
}

serveUnderLoad({ rate: 60, handler: send, nextBody: () => records[pick(16)] });
