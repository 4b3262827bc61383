// Exports reports. FAULT: compression level 9 instead of 1.
import { gzipSync } from 'node:zlib';
import { seededRandom, serveUnderLoad } from '../../support/load.js';

const LEVEL = process.env.FAULT === '1' ? 9 : 1;
const random = seededRandom(11);
const rows = Array.from({ length: 4000 }, (_, i) => `${i},${(random() * 1e4).toFixed(2)},item ${(random() * 40) | 0},2026-01-0${i % 9}`);

function buildReport(query) {
  const from = query.from % 1000;
  return rows.slice(from, from + 2500).map((row) => row.toUpperCase()).join('\n');
}

function compressReport(text) {
  return gzipSync(text, { level: LEVEL, memLevel: 9 });
}

function answer(body, response) {
  response.end(compressReport(buildReport(JSON.parse(body))));
}

serveUnderLoad({
  rate: 50,
  nextBody: () => JSON.stringify({ from: (random() * 1000) | 0 }),
  handler: answer,
});
