// Pictures are printed in few inks. FAULT: the new printer has 150 inks, the old one had 8.
'use strict';

const { nearest } = require('@studio/palette');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');

const random = seededRandom(321);
const pick = (n) => (random() * n) | 0;
const ink = () => ({ red: pick(256), green: pick(256), blue: pick(256) });
const inks = Array.from({ length: process.env.FAULT === '1' ? 150 : 8 }, ink);

function separate(pixels) {
  const used = new Uint32Array(inks.length);
  const plate = Buffer.alloc(pixels.length / 3);
  for (let i = 0; i < plate.length; i++) {
    const place = nearest(inks, { red: pixels[3 * i], green: pixels[3 * i + 1], blue: pixels[3 * i + 2] });
    used[place]++;
    plate[i] = place;
  }
  return { plate: plate.toString('base64'), used: [...used] };
}

function answer(body, response) {
  response.end(JSON.stringify(separate(Buffer.from(body, 'base64'))));
}

const pictures = Array.from({ length: 16 }, () =>
  Buffer.from(Uint8Array.from({ length: 3 * 40 * 40 }, (_, i) => (i / 40 + pick(90)) & 255)).toString('base64'),
);

serveUnderLoad({ rate: 150, nextBody: () => pictures[pick(pictures.length)], handler: answer });
