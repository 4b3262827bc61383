// Webhooks wait in mailboxes. FAULT: a partner is away, so mailboxes are long, and each event rewrites one.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { digest, readEvents } from './events.js';
import { Outbox } from './outbox.js';

const random = seededRandom(118);
const pick = (n) => (random() * n) | 0;
const keep = process.env.FAULT === '1' ? 70 : 2;
const outbox = new Outbox(keep);
const event = () => ({
  at: pick(1e9),
  order: `o${pick(1e6)}`,
  customer: `c${pick(1e5)}`,
  city: `City ${pick(40)}`,
  status: 'packed',
});
for (let i = 0; i < 20 * keep; i++) outbox.append(`p${i % 20}`, event());

function answer(body, response) {
  const events = readEvents(body);
  let waiting = 0;
  for (const one of events.slice(0, 30)) waiting += outbox.append(`p${one.order.length * 3 + (one.at % 3)}`, one);
  response.end(JSON.stringify({ waiting, boxes: outbox.size, cities: digest(events) }));
}

serveUnderLoad({
  rate: 130,
  nextBody: () => Array.from({ length: 90 }, () => new URLSearchParams(event()).toString()).join('\n'),
  handler: answer,
});
