// Tables of contents of handbooks. FAULT: handbooks made by a program call each chapter "Example".
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { outline } = require('./anchors/outline.js');

const random = seededRandom(315);
const pick = (n) => (random() * n) | 0;
const titles = ['Set up', 'Test', 'Release', 'Undo', 'Who to ask', 'Costs'];
const title = (i) => (process.env.FAULT === '1' ? 'Example' : `${titles[i % 6]} of part ${i}`);
const text = () => Array.from({ length: 14 }, () => titles[pick(6)].toLowerCase()).join(' ');
const handbooks = Array.from({ length: 12 }, () =>
  Array.from({ length: 125 }, (_, i) => `${'#'.repeat(1 + (i % 3))} ${title(i)}\n\n${text()}\n`).join('\n'),
);

const words = (source) => source.split(/\s+/).filter((word) => /^[a-z]+$/.test(word)).length;

function answer(body, response) {
  const list = outline(body).map(
    ({ level, title, anchor }) => `${'  '.repeat(level)}<a href="#${anchor}">${title}</a>`,
  );
  response.end(`${list.join('\n')}\n<small>${words(body)} words</small>`);
}

serveUnderLoad({ rate: 130, nextBody: () => handbooks[pick(handbooks.length)], handler: answer });
