// Drafts for weavers. FAULT: floats are looked for over the whole of a blanket and no longer in one repeat.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Draft } = require('./draft.js');

const random = seededRandom(501);
const pick = (n) => (random() * n) | 0;
const checked = process.env.FAULT === '1' ? { ends: 640, picks: 260 } : { ends: 24, picks: 16 };

function draft(shafts) {
  const threading = Array.from({ length: 24 }, (_, i) => (i < 12 ? i % shafts : pick(shafts)));
  const tieUp = Array.from({ length: shafts + 2 }, (_, treadle) => [treadle % shafts, (treadle + 1) % shafts]);
  const treadling = Array.from({ length: 16 }, (_, i) => (i < 8 ? i % tieUp.length : pick(tieUp.length)));
  return new Draft(threading, tieUp, treadling);
}

const pattern = new Map(['twill', 'herringbone', 'overshot', 'summer and winter'].map((name) => [name, draft(8)]));
const names = [...pattern.keys()];

function card(body, response) {
  const { name, yarn } = JSON.parse(body);
  const wanted = pattern.get(name);
  const float = wanted.longestFloat(checked.ends, checked.picks);
  const advice = float > yarn.maxFloat ? 'Choose a thinner yarn.' : 'Good to go.';
  response.setHeader('content-type', 'text/plain');
  response.end(`${name}: ${wanted.describe()}\nlongest float: ${float} picks\n${advice}\n`);
}

serveUnderLoad({
  rate: 110,
  handler: card,
  nextBody: () => JSON.stringify({ name: names[pick(4)], yarn: { colour: 'madder', maxFloat: 3 + pick(4) } }),
});
