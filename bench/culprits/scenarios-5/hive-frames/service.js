// Scales under beehives send frames with a check sum. FAULT: after the radio was down they send all they had stored.
import crc8 from 'crc-eight';
import { seededRandom, serveUnderLoad } from '../../support/load.js';

const FRAME = 32;
/** Each apiary starts its sums with a number of its own. */
const SEEDS = [0x1d, 0x5a, 0xa7, 0xff];
const random = seededRandom(519);
const pick = (n) => Math.floor(random() * n);
const stored = process.env.FAULT === '1' ? 1300 : 12;

function frameOf(hive) {
  const frame = Buffer.alloc(FRAME);
  frame.writeUInt16BE(hive, 0);
  for (let i = 2; i < FRAME - 1; i++) frame[i] = 20 + pick(60);
  frame[FRAME - 1] = crc8(frame, 0, FRAME - 1, SEEDS[hive % 4]) ^ (pick(50) === 0 ? 1 : 0);
  return frame;
}

const uploads = Array.from({ length: 8 }, (_, hive) =>
  Buffer.concat(Array.from({ length: stored }, () => frameOf(hive))).toString('latin1'),
);

function receive(body, response) {
  const bytes = Buffer.from(body, 'latin1');
  let grams = 0;
  let broken = 0;
  for (let at = 0; at + FRAME <= bytes.length; at += FRAME) {
    const end = at + FRAME - 1;
    if (SEEDS.some((seed) => crc8(bytes, at, end, seed) === bytes[end])) grams = bytes.readUInt16BE(at + 2);
    else broken++;
  }
  response.end(JSON.stringify({ hive: bytes.readUInt16BE(0), grams, broken }));
}

serveUnderLoad({ rate: 70, handler: receive, nextBody: () => uploads[pick(uploads.length)] });
