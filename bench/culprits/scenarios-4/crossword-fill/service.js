// Suggestions for crosswords. FAULT: the word list of the spelling league, 60,000 words, replaces the school's.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { createDictionary } = require('./words.js');

const random = seededRandom(410);
const pick = (n) => (random() * n) | 0;
const size = process.env.FAULT === '1' ? 60000 : 900;
const word = () => Array.from({ length: 4 + pick(6) }, () => 'aabcdeefghiijklmnoopqrstuuvwxyz'[pick(31)]).join('');
const dictionary = createDictionary(Array.from({ length: size }, word));

function suggestions(body, response) {
  const { patterns } = JSON.parse(body);
  const lists = patterns.map((pattern) => ({ pattern, words: dictionary.suggest(pattern, 10) }));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ lists, empty: lists.filter(({ words }) => words.length === 0).length }));
}

const pattern = () => Array.from(word(), (letter) => (random() < 0.55 ? letter : '_')).join('');
const bodies = Array.from({ length: 50 }, () => JSON.stringify({ patterns: Array.from({ length: 12 }, pattern) }));
serveUnderLoad({ rate: 60, handler: suggestions, nextBody: () => bodies[pick(50)] });
