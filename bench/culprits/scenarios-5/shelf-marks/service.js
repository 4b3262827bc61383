// A reading room checks its shelves. FAULT: the hand-held reader sends a whole aisle instead of a single board.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { misplaced } = require('./order.js');

const random = seededRandom(506);
const pick = (n) => (random() * n) | 0;
const scanned = process.env.FAULT === '1' ? 700 : 24;
const letters = ['PR', 'QA', 'QC', 'QH', 'TK', 'Z'];

function scan(_, number) {
  const marks = Array.from({ length: scanned }, (_, i) => ({
    id: `${number}-${i}`,
    mark: `${letters[pick(6)]} ${pick(9000) + pick(100) / 100} .${'abcdjk'[pick(6)]}${pick(99)}`,
  }));
  return JSON.stringify({ shelf: number, books: marks });
}

const scans = Array.from({ length: 10 }, scan);

function check(body, response) {
  const { shelf, books } = JSON.parse(body);
  const wrong = misplaced(books).slice(0, 12);
  response.setHeader('x-shelf', String(shelf));
  response.end(wrong.map(({ id, mark }) => `${id}\t${mark}`).join('\n'));
}

serveUnderLoad({ rate: 70, handler: check, nextBody: () => scans[pick(scans.length)] });
