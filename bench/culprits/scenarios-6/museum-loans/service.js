// A museum plans its shows. FAULT: loans since the founding of the house were typed in from the card index.
'use strict';

const express = require('express');
const { seededRandom } = require('../../support/load.js');
const { serveTraffic } = require('../../support/traffic.js');
const { Collection } = require('./loans.js');

const random = seededRandom(604);
const pick = (n) => (random() * n) | 0;
const [since, lent] = process.env.FAULT === '1' ? [18000, 220] : [200, 3];
const THEMES = 320;
const today = 20783;
const collection = new Collection(
  Array.from({ length: 2600 }, (_, id) => ({
    title: `object ${id}`,
    theme: `theme ${pick(THEMES)}`,
    /** First and last days, one behind the other. */
    loans: Array.from({ length: lent }, () => today - pick(since))
      .sort((a, b) => a - b)
      .flatMap((day) => [day, day + 20 + pick(60)]),
  })),
);

const shows = Array.from({ length: 14 }, (_, i) => ({
  title: `show ${i}`,
  themes: Array.from({ length: 240 }, () => `theme ${pick(THEMES)}`),
}));

const app = express();
app.get('/health', (_request, response) => response.send('ok'));
app.get('/shows/:id/offers', (request, response) => {
  const show = shows[Number(request.params.id)];
  const [from, days] = [Number(request.query.from), Number(request.query.days)];
  if (show === undefined || !(days > 0)) {
    response.status(400).json({ error: 'Which show, and for how many days?' });
    return;
  }
  const offers = collection.offer({ from, until: from + days, themes: show.themes });
  response.json({ title: show.title, themes: offers.length, offers: offers.slice(0, 12) });
});

serveTraffic({
  listener: app,
  rate: 75,
  next: () => ({
    method: 'GET',
    path: `/shows/${pick(shows.length)}/offers?from=${today + 90 + pick(300)}&days=${30 + pick(90)}`,
  }),
});
