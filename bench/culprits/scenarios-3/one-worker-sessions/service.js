// Three workers with sessions of their own. FAULT: a monitoring robot opens sessions and lands on the second one only.
'use strict';

const cluster = require('node:cluster');
const { createHmac } = require('node:crypto');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { SessionStore } = require('./sessions/store.js');

function work(number) {
  const random = seededRandom(324 + number);
  const pick = (n) => (random() * n) | 0;
  const store = new SessionStore();
  const now = Date.now();
  const open = process.env.FAULT === '1' && number === 1 ? 15_000 : 500;
  for (let i = 0; i < open; i++) {
    const startedAt = now - pick(60_000);
    store.add({ user: `user ${i}`, startedAt, seenAt: startedAt, renewedAt: startedAt, remembered: i % 3 !== 0 });
  }

  const sign = (cookie) => `${cookie}.${createHmac('sha256', 'key').update(cookie).digest('base64url')}`;

  serveUnderLoad({
    rate: 75,
    nextBody: () => JSON.stringify({ user: pick(500), pages: Array.from({ length: 30 }, () => `/page/${pick(99)}`) }),
    handler: (body, response) => {
      const { user, pages } = JSON.parse(body);
      for (const _ of pages) store.sweep(Date.now());
      response.setHeader('set-cookie', sign(`session=${user}`));
      response.end(JSON.stringify({ sessions: store.size, links: pages.map(sign) }));
    },
  });
}

if (cluster.isPrimary) for (let number = 0; number < 3; number++) cluster.fork({ WORKER: String(number) });
else work(Number(process.env.WORKER));
