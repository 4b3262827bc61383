// Letters from templates. FAULT: watching for edits was left on in production.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Templates } from './render.js';

const random = seededRandom(122);
const pick = (n) => (random() * n) | 0;
const paragraph = 'We are pleased to tell you that your order was packed with care. '.repeat(18);
const page = (name) =>
  [
    `<html><h1>{{title}}</h1><p>Dear {{name}},</p>${`<p>${paragraph}</p>`.repeat(5)}`,
    `<ul>{{#rows}}<li>{{what}}: {{price}}</li>{{/rows}}</ul>${name}</html>`,
  ].join('');
const templates = new Templates(
  { packed: page('packed'), sent: page('sent'), lost: page('lost') },
  process.env.FAULT === '1',
);

function answer(body, response) {
  const letters = JSON.parse(body).map((data) => templates.fill(data.template, data));
  response.end(letters.join('<hr>'));
}

const row = () => ({ what: `Thing <${pick(99)}>`, price: (random() * 99).toFixed(2) });
const letter = () => ({
  template: ['packed', 'sent', 'lost'][pick(3)],
  title: 'News & more',
  name: `Reader ${pick(99)}`,
  rows: Array.from({ length: 25 }, row),
});

serveUnderLoad({
  rate: 110,
  nextBody: () => JSON.stringify(Array.from({ length: 11 }, letter)),
  handler: answer,
});
