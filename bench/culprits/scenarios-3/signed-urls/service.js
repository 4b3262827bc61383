// Links to media are signed. FAULT: keys are made for the millisecond of an upload, not for its day, so none is reused.
'use strict';

const { createHmac } = require('node:crypto');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { SigningKeys } = require('./keys.js');

const random = seededRandom(343);
const pick = (n) => (random() * n) | 0;
const DAY = '2025-10-10'.length;
const INSTANT = '2025-10-10T10:10:10.123Z'.length;
const keys = new SigningKeys('very secret', process.env.FAULT === '1' ? INSTANT : DAY);

function sign({ bucket, path, at }) {
  const signature = createHmac('sha256', keys.keyFor(bucket, at)).update(path).digest('base64url');
  return `https://${bucket}.media.example${path}?at=${at}&signature=${signature}`;
}

function answer(body, response) {
  response.end(JSON.stringify(JSON.parse(body).map(sign)));
}

const upload = () => ({
  bucket: `bucket-${pick(6)}`,
  path: `/videos/${pick(1e6)}.mp4`,
  at: new Date(1.75e12 + pick(5 * 86_400_000)).toISOString(),
});

serveUnderLoad({
  rate: 90,
  nextBody: () => JSON.stringify(Array.from({ length: 20 }, upload)),
  handler: answer,
});
