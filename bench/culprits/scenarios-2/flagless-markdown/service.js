// Comments with marks, started without any flag. FAULT: people paste whole logs into their comments.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { mentions, renderComment } from './blocks.js';

const random = seededRandom(133);
const pick = (n) => (random() * n) | 0;
const words = 'the build of @ada is *green* again _since_ noon but ~slow~ <tests> remain @bob'.split(' ');
const prose = () => Array.from({ length: 60 }, () => words[pick(words.length)]).join(' ');
const logLines = process.env.FAULT === '1' ? 180 : 0;
const log = () => `\n\n${'passed *without* a word of complaint '.repeat(logLines)}`;

function answer(body, response) {
  const comments = JSON.parse(body);
  response.end(JSON.stringify(comments.map((text) => ({ html: renderComment(text), mentions: mentions(text) }))));
}

serveUnderLoad({
  rate: 120,
  nextBody: () => JSON.stringify(Array.from({ length: 9 }, (_, i) => `${prose()}\n\n${prose()}${i < 5 ? log() : ''}`)),
  handler: answer,
});
