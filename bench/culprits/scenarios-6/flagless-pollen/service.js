// Charts of pollen. FAULT: hobby stations are let in beside those of the weather service.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { createStations } from './chart.js';

const random = seededRandom(617);
const pick = (n) => Math.floor(random() * n);
const stations = createStations(
  Array.from({ length: process.env.FAULT === '1' ? 1100 : 9 }, (_, i) => ({
    name: `station ${i}`,
    x: pick(100),
    y: pick(60),
    grains: pick(100),
  })),
);

serveUnderLoad({
  rate: 75,
  handler(body, response) {
    const { left, top } = JSON.parse(body);
    response.end(stations.chart(left, top, 36, 24).join('\n'));
  },
  nextBody: () => JSON.stringify({ left: pick(64), top: pick(36) }),
});
