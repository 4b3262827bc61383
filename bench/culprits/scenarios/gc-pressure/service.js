// Keeps recent events in memory. FAULT: keeps far more of them, each a fresh object, so that collections never end.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const KEEP = fault ? 400000 : 200;
const recent = [];
let next = 0;

function remember(event, copies) {
  for (let i = 0; i < copies; i++) {
    recent[next] = { id: next, at: Date.now(), tags: [event.kind, String(i)], payload: { user: event.user, parts: [i, i + 1] } };
    next = (next + 1) % KEEP;
  }
}

function summarise(event) {
  let hash = 0;
  for (let i = 0; i < 30000; i++) hash = (Math.imul(hash, 33) ^ (i + event.user)) | 0;
  return hash;
}

function answer(body, response) {
  const event = JSON.parse(body);
  remember(event, fault ? 2500 : 20);
  response.end(String(summarise(event)));
}

serveUnderLoad({
  rate: 100,
  nextBody: () => JSON.stringify({ kind: 'click', user: (Math.random() * 100) | 0 }),
  handler: answer,
});
