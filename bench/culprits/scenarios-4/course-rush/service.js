// Courses of an evening school. FAULT: the programme came out this morning: the same requests, four times as many.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { page, search } = require('./courses.js');

const random = seededRandom(426);
const pick = (n) => (random() * n) | 0;
const topics = ['pottery', 'italian', 'welding', 'piano', 'chess', 'yoga', 'drawing'];
const course = (_, i) => {
  const title = `${topics[pick(7)]} ${topics[pick(7)]} ${i}`;
  return { title, text: `${title} for beginners`, seats: pick(20), starts: 1.77e12 + pick(1e9) };
};
const courses = Array.from({ length: 160 }, course);

function answer(body, response) {
  const { words, number } = JSON.parse(body);
  const found = search(courses, words);
  response.setHeader('x-found', String(found.length));
  response.end(JSON.stringify(page(found, number)));
}

serveUnderLoad({
  handler: answer,
  rate: process.env.FAULT === '1' ? 560 : 140,
  nextBody: () => JSON.stringify({ words: topics[pick(7)], number: pick(2) }),
});
