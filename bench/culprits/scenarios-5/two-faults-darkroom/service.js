// A photo laboratory. FAULT: histograms are made of scans and not of thumbnails, and previews are made for large screens.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { stamp } = require('./stamp.js');
const { histogram } = require('./tone.js');

const random = seededRandom(526);
const pick = (n) => (random() * n) | 0;
const fault = process.env.FAULT === '1';
const [scanned, side] = fault ? [44000, 330] : [900, 40];
const films = [
  { name: 'pan', contrast: 9, gamma: 0.8 },
  { name: 'ortho', contrast: 14, gamma: 1.3 },
];
const mark = { width: 8, rows: ['#......#', '.#....#.', '..#..#..', '...##...'] };
const photos = Array.from({ length: 6 }, (_, id) => ({
  id,
  scan: Uint8Array.from({ length: scanned }, () => pick(256)),
  preview: { width: side, height: side, pixels: Uint8Array.from({ length: side * side }, () => pick(256)) },
}));

function develop(body, response) {
  const { photo, film, strength } = JSON.parse(body);
  const counts = histogram(photos[photo].scan, films[film]);
  const { pixels } = stamp(photos[photo].preview, mark, strength);
  response.setHeader('x-histogram', counts.join(','));
  response.end(Buffer.from(pixels.buffer, 0, 1024));
}

serveUnderLoad({
  rate: 90,
  handler: develop,
  nextBody: () => JSON.stringify({ photo: pick(6), film: pick(2), strength: 0.3 }),
});
