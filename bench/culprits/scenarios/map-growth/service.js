// Counts visitors. FAULT: the key holds a request id, so the map grows and is rehashed without end.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
let visits = new Map();
let n = 0;

function countVisits(path, requests) {
  for (let i = 0; i < requests; i++) {
    const key = fault ? `${path}#${n++}` : `${path}#${i % 50}`;
    visits.set(key, (visits.get(key) ?? 0) + 1);
  }
  if (visits.size > 300000) visits = new Map();
}

function render(path) {
  let text = '';
  for (let i = 0; i < 300; i++) text += `<a href="${path}/${i}">${path.toUpperCase()}</a>`;
  return text;
}

function answer(body, response) {
  countVisits(body, 4000);
  response.end(render(body));
}

serveUnderLoad({
  rate: 100,
  nextBody: () => `/page/${(Math.random() * 20) | 0}`,
  handler: answer,
});
