// Uploads in frames. FAULT: clients now send each upload as a single frame, which arrives in hundreds of chunks.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { frame } from './decoder.js';
import { describe, receive } from './uploads.js';

const random = seededRandom(127);
const pick = (n) => (random() * n) | 0;
const BYTES = 300_000;
const pieces = process.env.FAULT === '1' ? 1 : 150;
const uploads = Array.from({ length: 8 }, () => {
  const content = Buffer.from(Array.from({ length: BYTES }, () => pick(256)));
  const size = BYTES / pieces;
  return Buffer.concat(Array.from({ length: pieces }, (_, i) => frame(content.subarray(i * size, (i + 1) * size))));
});

function answer(body, response) {
  const { upload } = JSON.parse(body);
  response.end(JSON.stringify(receive(uploads[upload], 1460).map(describe)));
}

serveUnderLoad({
  rate: 48,
  nextBody: () => JSON.stringify({ upload: pick(uploads.length) }),
  handler: answer,
});
