// Search in old letters. FAULT: the list of words that are left out got lost, so "the" and "of" are looked up as well.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { inAll } = require('./postings.js');

const random = seededRandom(312);
const pick = (n) => (random() * n) | 0;
const LETTERS = 26_000;
const common = ['the', 'of', 'and', 'to', 'in'];
const leftOut = new Set(process.env.FAULT === '1' ? [] : common);
const postings = new Map();
for (const word of common) {
  postings.set(
    word,
    Uint32Array.from({ length: LETTERS - 1000 }, (_, i) => i + ((i * 7) % 3 === 0 ? 1 : 0)),
  );
}
for (let i = 0; i < 400; i++) {
  const documents = Array.from({ length: 150 }, () => pick(LETTERS)).sort((a, b) => a - b);
  postings.set(`word${i}`, Uint32Array.from(documents));
}

function snippet(document, words) {
  return `<a href="/letters/${document}">${words.map((word) => `<em>${word}</em>`).join(' … ')}</a>`;
}

function search(question) {
  const words = question.toLowerCase().match(/[a-z0-9]+/g);
  const lists = words.flatMap((word) => (leftOut.has(word) ? [] : [postings.get(word) ?? []]));
  const found = inAll(lists).slice(0, 20);
  return { question, results: found.map((document) => snippet(document, words)) };
}

function answer(body, response) {
  response.end(JSON.stringify(JSON.parse(body).map(search)));
}

const question = () => `The word${pick(400)} of ${common[pick(5)]} word${pick(400)}`;
const bodies = Array.from({ length: 40 }, () => JSON.stringify(Array.from({ length: 9 }, question)));

serveUnderLoad({ rate: 140, nextBody: () => bodies[pick(bodies.length)], handler: answer });
