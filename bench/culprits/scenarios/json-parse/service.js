// A queue consumer. FAULT: the producer now ships the whole history in each envelope.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const entry = (i) => ({ id: i, kind: 'update', at: 1700000000000 + i, path: `/a/${i}/b`, tags: ['x', 'y', `${i}`] });
const small = JSON.stringify({ head: entry(0), history: Array.from({ length: 20 }, (_, i) => entry(i)) });
const large = JSON.stringify({ head: entry(0), history: Array.from({ length: 6000 }, (_, i) => entry(i)) });

function decodeEnvelope(body) {
  let envelope;
  try {
    envelope = JSON.parse(body);
  } catch (cause) {
    throw new Error(`An envelope of ${body.length} bytes cannot be read.`, { cause });
  }
  const { head, history } = envelope;
  if (typeof head?.path !== 'string' || !Array.isArray(history)) throw new Error('The envelope has no head.');
  for (let i = 0; i < head.tags.length; i++) {
    if (typeof head.tags[i] !== 'string') throw new Error(`Tag ${i} of ${head.path} is no text.`);
  }
  return head;
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
  rate: 150,
  nextBody: () => (fault && Math.random() < 0.25 ? large : small),
  handler: answer,
});
