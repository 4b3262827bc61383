// A newspaper's columns. FAULT: the patterns of all languages are loaded, not those of the edition's.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { createGalley } = require('./galley.js');

const random = seededRandom(609);
const pick = (n) => (random() * n) | 0;
const LETTERS = 'eeeennnniiirrssttaahdluc';
const wordOf = (least, more) =>
  Array.from({ length: least + pick(more) }, () => LETTERS[pick(LETTERS.length)]).join('');
const languages = process.env.FAULT === '1' ? 18 : 1;
const MASKS = [1, 2, 4, 8, 3, 5, 6, 14, 14, 14, 15, 15, 15];
const patterns = Array.from({ length: 40 * languages }, () => {
  const masks = Uint8Array.from({ length: 4 + pick(3) }, () => MASKS[pick(MASKS.length)]);
  return { masks, offset: 1 + pick(masks.length - 1), weight: 1 + pick(5) };
});
const set = createGalley(patterns, 34);

const articles = Array.from({ length: 12 }, () => Array.from({ length: 130 }, () => wordOf(3, 14)));

serveUnderLoad({
  rate: 75,
  handler(body, response) {
    const { article } = JSON.parse(body);
    response.end(set(articles[article]).join('\n'));
  },
  nextBody: () => JSON.stringify({ article: pick(articles.length) }),
});
