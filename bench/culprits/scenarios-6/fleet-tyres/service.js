// Which trucks need new tyres? FAULT: new sensors in the depot's gate read the tread all around, not at four spots.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Inspection } from './inspection.js';
import { Tyre } from './tyre.js';

const random = seededRandom(606);
const pick = (n) => Math.floor(random() * n);
const readings = process.env.FAULT === '1' ? 1500 : 4;
const tyreOf = (_, position) => {
  const tread = 2 + random() * 8;
  return new Tyre(
    position,
    Float32Array.from({ length: readings }, () => tread + random() - 0.5),
  );
};
const depots = Array.from({ length: 6 }, (_depot, depot) =>
  Array.from({ length: 30 }, (_, i) => ({ plate: `T-${depot}${i}`, tyres: Array.from({ length: 12 }, tyreOf) })),
);

async function inspect(body, response) {
  const { depot } = JSON.parse(body);
  await pipeline(Readable.from(depots[depot]), new Inspection(), response);
}

serveUnderLoad({ rate: 70, handler: inspect, nextBody: () => JSON.stringify({ depot: pick(6) }) });
