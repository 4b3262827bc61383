// Comments of readers. FAULT: some paste tables whose columns are filled up with hundreds of blanks.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { toHtml } = require('./text/comment.js');

const random = seededRandom(342);
const pick = (n) => (random() * n) | 0;
const width = process.env.FAULT === '1' ? 270 : 12;
const words = 'the <price> of bread & milk rose again this month while nobody was looking'.split(' ');
const prose = () => Array.from({ length: 60 }, () => words[pick(words.length)]).join(' ');
const table = () => Array.from({ length: 5 }, () => `${words[pick(12)].padEnd(width)}${pick(99)}`).join('\n');

function answer(body, response) {
  const comments = JSON.parse(body).map((comment) => ({ html: toHtml(comment), letters: comment.length }));
  response.end(JSON.stringify({ comments }));
}

const bodies = Array.from({ length: 24 }, () =>
  JSON.stringify(Array.from({ length: 9 }, () => `${prose()}\n${table()}\n${prose()}   `)),
);

serveUnderLoad({ rate: 120, nextBody: () => bodies[pick(bodies.length)], handler: answer });
