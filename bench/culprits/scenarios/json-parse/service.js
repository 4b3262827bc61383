// A queue consumer. FAULT: the producer now ships the whole history in each envelope.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const entry = (i) => ({ id: i, kind: 'update', at: 1700000000000 + i, path: `/a/${i}/b`, tags: ['x', 'y', `${i}`] });
const small = JSON.stringify({ head: entry(0), history: Array.from({ length: 20 }, (_, i) => entry(i)) });
const large = JSON.stringify({ head: entry(0), history: Array.from({ length: 6000 }, (_, i) => entry(i)) });

function decodeEnvelope(body) {
  const envelope = JSON.parse(body);
  return envelope.head;
}

function route(message) {
  let hash = 0;
  for (let round = 0; round < 400; round++) {
    for (let i = 0; i < message.path.length; i++) hash = (Math.imul(hash, 31) + message.path.charCodeAt(i)) | 0;
  }
  return hash & 7;
}

function answer(body, response) {
  response.end(String(route(decodeEnvelope(body))));
}

serveUnderLoad({
  rate: 100,
  nextBody: () => (fault && Math.random() < 0.25 ? large : small),
  handler: answer,
});
