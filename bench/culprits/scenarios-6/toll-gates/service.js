// Gates of a toll road. FAULT: the first day of the holidays: the same cars as ever, but four times as many.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { CLASSES, Road } from './tolls.js';

const random = seededRandom(620);
const pick = (n) => Math.floor(random() * n);
const road = new Road(
  Array.from({ length: 48 }, (_, i) => ({
    name: `gate ${i}`,
    tolls: CLASSES.map((_kind, at) => 100 + at * 80 + pick(60)),
  })),
);
let now = 1.79e12;

function tick() {
  now += pick(900);
  return now;
}

serveUnderLoad({
  rate: process.env.FAULT === '1' ? 560 : 140,
  handler(body, response) {
    const passages = JSON.parse(body);
    response.end(passages.map((passage) => road.pass(passage)).join('\n'));
  },
  nextBody: () =>
    JSON.stringify(
      Array.from({ length: 12 }, () => ({
        plate: `M-${pick(4000)}`,
        gate: pick(48),
        kind: CLASSES[pick(5)],
        at: tick(),
      })),
    ),
});
