// Keeps recent events in memory. FAULT: keeps far more of them, each a fresh object, so that collections never end.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const KEEP = fault ? 150000 : 500;
const recent = [];
let next = 0;

function remember(event, copies) {
  for (let i = 0; i < copies; i++) {
    recent[next] = { id: next, at: event.at, tags: [event.kind, event.user + i], payload: { user: event.user, parts: [i, { next: i + 1 }] } };
    next = (next + 7919) % KEEP;
  }
}

function summarise(event) {
  let hash = 0;
  for (let i = 0; i < 60000; i++) hash = (Math.imul(hash, 33) ^ (i + event.user)) | 0;
  return hash;
}

function answer(body, response) {
  const event = JSON.parse(body);
  remember(event, fault ? 9000 : 50);
  response.end(String(summarise(event)));
}

// As after hours of work: the memory is full of events, and each new one makes garbage of an old one.
remember({ kind: 'start', at: 0, user: 0 }, KEEP);

serveUnderLoad({
  rate: 100,
  nextBody: () => JSON.stringify({ kind: 'click', at: Date.now(), user: (Math.random() * 100) | 0 }),
  handler: answer,
});
