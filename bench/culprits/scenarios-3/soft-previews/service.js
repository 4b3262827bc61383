// Blurred previews of pictures while these load. FAULT: the new design wants them softer: radius 4 instead of 1.
import { createHash } from 'node:crypto';
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { blur, histogram } from './picture.js';

const random = seededRandom(301);
const pick = (n) => (random() * n) | 0;
const radius = process.env.FAULT === '1' ? 4 : 1;
const SIDE = 96;
const uploads = Array.from({ length: 12 }, () =>
  Buffer.from(Uint8Array.from({ length: SIDE * SIDE }, (_, i) => 80 + (i % SIDE) + pick(60))).toString('base64'),
);

function answer(body, response) {
  const picture = { width: SIDE, height: SIDE, bytes: Buffer.from(body, 'base64') };
  const soft = blur(picture, radius);
  response.setHeader('etag', createHash('sha1').update(soft.bytes).digest('hex'));
  response.end(JSON.stringify({ preview: Buffer.from(soft.bytes).toString('base64'), tones: histogram(picture) }));
}

serveUnderLoad({ rate: 110, nextBody: () => uploads[pick(uploads.length)], handler: answer });
