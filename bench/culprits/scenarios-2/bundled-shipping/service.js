// Parcels are rated by a bundle (`source/`, built with esbuild). FAULT: the carrier lists each postal code by itself.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { createApp } from './dist/main.4f3a2b.js';

const random = seededRandom(130);
const pick = (n) => (random() * n) | 0;
const count = process.env.FAULT === '1' ? 22500 : 30;
const width = 90000 / count;
const zones = Array.from({ length: count }, (_, i) => ({
  from: 10000 + i * width,
  to: 10000 + (i + 1) * width - 1,
  zone: i % 9,
}));

const parcel = () => ({
  code: 10000 + pick(90000),
  name: ` Ada  Lovelace ${pick(99)}`,
  grams: pick(9000),
  bulky: pick(9) === 0,
});

serveUnderLoad({
  rate: 150,
  nextBody: () => JSON.stringify(Array.from({ length: 130 }, parcel)),
  handler: createApp(zones),
});
