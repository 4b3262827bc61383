// Sensors publish to dashboards. FAULT: browsers that went away never had their rooms unsubscribed.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { TopicBus } from './bus.js';
import { Dashboard, readings } from './sensors.js';

const random = seededRandom(113);
const pick = (n) => (random() * n) | 0;
const bus = new TopicBus();
const dashboard = new Dashboard();
let published = 0;
bus.on('published', () => published++);
for (let building = 0; building < 8; building++) dashboard.watch(bus, `b${building}`);

// Browsers that look at a room of a building that was sold: nothing is published there any more.
const browsers = process.env.FAULT === '1' ? 640 : 30;
for (let i = 0; i < browsers; i++) bus.subscribe(`site.b${i % 8}.*.old${i}.*`, () => published--);

function answer(body, response) {
  for (const { topic, message } of readings(body)) bus.publish(topic, message);
  response.setHeader('x-published', String(published));
  response.end(dashboard.print());
}

const reading = () => ({
  building: `b${pick(8)}`,
  floor: `f${pick(5)}`,
  room: `r${pick(9)}`,
  kind: pick(4),
  value: random() * 50,
});

serveUnderLoad({
  rate: 180,
  nextBody: () => JSON.stringify(Array.from({ length: 120 }, reading)),
  handler: answer,
});
