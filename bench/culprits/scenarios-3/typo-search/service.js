// Suggestions while somebody types. FAULT: support asked that three typos be forgiven instead of one.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Trie } = require('./trie.js');

const random = seededRandom(303);
const pick = (n) => (random() * n) | 0;
const typos = process.env.FAULT === '1' ? 3 : 1;
const syllables = 'ba re li no ta ku sem dor vin pal gor mis tel ha zu ro'.split(' ');
const word = () => Array.from({ length: 3 + pick(2) }, () => syllables[pick(syllables.length)]).join('');
const vocabulary = [...new Set(Array.from({ length: 2600 }, word))];
const trie = new Trie();
for (const one of vocabulary) trie.add(one);

function mistype(text) {
  const at = pick(text.length);
  return `${text.slice(0, at)}${'aeioux'[pick(6)]}${text.slice(at + 1)}`;
}

const emphasize = (text, query) => (text.startsWith(query.slice(0, 2)) ? `<b>${text}</b>` : text);

function answer(body, response) {
  const { queries } = JSON.parse(body);
  const lists = queries.map((query) => trie.near(query, typos).map(({ word }) => emphasize(word, query)));
  response.end(JSON.stringify(lists));
}

const bodies = Array.from({ length: 60 }, () =>
  JSON.stringify({ queries: Array.from({ length: 12 }, () => mistype(vocabulary[pick(vocabulary.length)])) }),
);

serveUnderLoad({ rate: 120, nextBody: () => bodies[pick(bodies.length)], handler: answer });
