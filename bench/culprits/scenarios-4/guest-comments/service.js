// A guest book. FAULT: the list of words to mask is that of all languages.
'use strict';

const express = require('express');
const { seededRandom } = require('../../support/load.js');
const { serveTraffic } = require('../../support/traffic.js');
const { mask } = require('./filter.js');

const random = seededRandom(424);
const pick = (n) => (random() * n) | 0;
const many = process.env.FAULT === '1' ? 500 : 6;
const syllables = ['ba', 'du', 'fo', 'gri', 'ka', 'lo', 'mu', 'pe', 'ro', 'ti'];
const word = () => syllables[pick(10)] + syllables[pick(10)] + syllables[pick(10)];
const words = Array.from({ length: many }, word);
const comment = () => Array.from({ length: 40 }, word).join(pick(2) ? ' ' : '  ');
const comments = Array.from({ length: 60 }, comment);

const app = express();
app.disable('x-powered-by');
app.use(express.json());
app.get('/health', (_request, response) => response.end('ok'));
app.post('/comments', (request, response) => {
  const text = mask(request.body.text, words);
  response.status(201).json({ id: pick(1e6), text, author: request.body.author.trim() });
});

serveTraffic({
  listener: app,
  rate: 130,
  next: () => ({ method: 'POST', path: '/comments', body: JSON.stringify({ author: ' Ada ', text: comments[pick(60)] }) }),
});
