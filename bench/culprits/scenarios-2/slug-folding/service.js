// A bookshop imports feeds of publishers. FAULT: a Vietnamese publisher joined; most of its letters carry marks.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { answerOf, importBooks } from './catalogue.js';

const random = seededRandom(105);
const pick = (n) => (random() * n) | 0;
const ENGLISH = 'the river under house of winter light and seven quiet letters from a city without trees'.split(' ');
const VIETNAMESE =
  'những người đường phố ửng hồng tiếng gọi mùa đông ướt lặng lẽ của thành phố ký ức vườn xưa rượu sương mờ'.split(' ');
const words = process.env.FAULT === '1' ? VIETNAMESE : ENGLISH;

function answer(body, response) {
  const { etag, text } = answerOf(importBooks(JSON.parse(body)));
  response.setHeader('etag', etag);
  response.end(text);
}

const book = () => ({
  title: Array.from({ length: 36 }, () => words[pick(words.length)]).join(' '),
  author: Array.from({ length: 7 }, () => words[pick(words.length)]).join(' '),
  year: 1950 + pick(75),
});

const feeds = Array.from({ length: 20 }, () => JSON.stringify(Array.from({ length: 90 }, book)));

serveUnderLoad({
  rate: 130,
  nextBody: () => feeds[pick(feeds.length)],
  handler: answer,
});
