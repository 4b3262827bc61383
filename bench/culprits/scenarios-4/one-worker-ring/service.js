// Keys go to the shards of a cache, in four workers. FAULT: one worker was configured with 6,000 virtual nodes each.
'use strict';

const cluster = require('node:cluster');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { createRing } = require('./ring.js');

function work(number) {
  const random = seededRandom(423 + number);
  const pick = (n) => (random() * n) | 0;
  const virtual = process.env.FAULT === '1' && number === 2 ? 6000 : 12;
  const shards = ['ant', 'bee', 'cat', 'dog', 'elk'];
  const nodes = shards.flatMap((name) => Array.from({ length: virtual }, () => ({ name, at: Math.floor(random() * 2 ** 32) })));
  const ring = createRing(nodes);

  function route(body, response) {
    const byShard = {};
    for (const key of JSON.parse(body)) {
      const owner = ring.ownerOf(key);
      byShard[owner] ??= [];
      byShard[owner].push(key);
    }
    response.end(JSON.stringify(byShard));
  }

  const keys = () => JSON.stringify(Array.from({ length: 60 }, () => `user:${pick(1e6)}:profile`));
  const bodies = Array.from({ length: 30 }, keys);
  serveUnderLoad({ rate: 60, handler: route, nextBody: () => bodies[pick(30)] });
}

if (cluster.isPrimary) for (let number = 0; number < 4; number++) cluster.fork({ SHARD_WORKER: String(number) });
else work(Number(process.env.SHARD_WORKER));
