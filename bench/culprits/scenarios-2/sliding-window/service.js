// A gateway limits calls. FAULT: the new plan allows 2,400 calls in a window of hours, not 15 in some minutes.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { parseBatch, sign } from './gateway.js';
import { createLimiter } from './limiter.js';

const random = seededRandom(106);
const pick = (n) => (random() * n) | 0;
const plan = process.env.FAULT === '1' ? { windowSeconds: 20000, limit: 2400 } : { windowSeconds: 300, limit: 15 };
const limiter = createLimiter(plan);
const keys = Array.from({ length: 120 }, (_, i) => `key-${i.toString(36)}`);
let clock = 0;
// The limiter is restored from yesterday's calls.
for (let i = 0; i < 2600; i++)
  limiter.decide(
    keys.map((key) => ({ key, cost: 1 })),
    (clock += 5),
  );

function answer(body, response) {
  clock += 2;
  response.end(sign(limiter.decide(parseBatch(body), clock)));
}

const call = () => `${keys[pick(keys.length)]}\t${encodeURIComponent(`/things/${pick(999)}?x=ä`)}\t1`;

serveUnderLoad({
  rate: 190,
  nextBody: () => Array.from({ length: 220 }, call).join('\n'),
  handler: answer,
});
