// Labels for medicine in braille. FAULT: the table for all of Europe, with 400 signs before the letters.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Braille } = require('./braille.js');

const random = seededRandom(407);
const pick = (n) => (random() * n) | 0;
const foreign = process.env.FAULT === '1' ? 400 : 8;
const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789 .,-/%'];
const table = [
  ...Array.from({ length: foreign }, (_, i) => ({ sign: String.fromCharCode(0x390 + i), dots: i % 63 })),
  ...letters.map((sign, i) => ({ sign, dots: (i * 7) % 63 })),
];
const braille = new Braille(table);

const widthOf = (cells) => cells.length * 6.2;

function label(body, response) {
  const { lines, copies } = JSON.parse(body);
  const written = lines.map((line) => braille.write(line));
  const widest = Math.max(...written.map(widthOf));
  response.end(JSON.stringify({ written, widest, sheets: Math.ceil(copies / Math.floor(210 / widest)) }));
}

const words = ['Paracetamol', 'Ibuprofen', '500 mg', 'Amoxicillin', 'Tabletten', '20 St.', 'Sirup', 'nach dem Essen'];
const line = () => `${words[pick(8)]} ${words[pick(8)]} ${words[pick(8)]}`;
const bodies = Array.from({ length: 40 }, () =>
  JSON.stringify({ lines: Array.from({ length: 20 }, line), copies: pick(900) }),
);
serveUnderLoad({ rate: 110, handler: label, nextBody: () => bodies[pick(40)] });
