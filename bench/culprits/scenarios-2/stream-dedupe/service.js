// Telemetry without repeats. FAULT: the memory for repeats was raised from 8 events to a thousand.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { describe } from './statistics.js';
import { lines, parsed, windows, withoutRepeats } from './stream.js';

const random = seededRandom(120);
const pick = (n) => (random() * n) | 0;
const memory = process.env.FAULT === '1' ? 1000 : 8;

function answer(body, response) {
  const events = withoutRepeats(parsed(lines(body)), memory);
  const described = [];
  for (const window of windows(events, 50)) described.push(describe(window));
  response.end(JSON.stringify(described));
}

const event = (_, i) => `${(i * 7919 + pick(3)).toString(36)} heat ${(random() * 90).toFixed(2)}`;

serveUnderLoad({
  rate: 140,
  nextBody: () => Array.from({ length: 800 }, event).join('\n'),
  handler: answer,
});
