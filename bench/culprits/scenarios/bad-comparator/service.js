// A feed sorted by time. FAULT: the comparator parses both dates again for each comparison.
import { seededRandom, serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const random = seededRandom(9);
const posts = Array.from({ length: 1200 }, (_, i) => {
  const at = new Date(1700000000000 + random() * 1e10);
  return { id: i, at: at.toISOString(), time: at.getTime(), title: `Post ${i}` };
});

function newestFirst(a, b) {
  return fault ? new Date(b.at) - new Date(a.at) : b.time - a.time;
}

function feed(skip) {
  return posts.slice(skip).sort(newestFirst).slice(0, 20);
}

function render(items) {
  return items.map((item) => `<li id="${item.id}">${item.title.toUpperCase()}</li>`).join('');
}

function answer(body, response) {
  response.end(render(feed(Number(body))));
}

serveUnderLoad({
  rate: 100,
  nextBody: () => String((random() * 200) | 0),
  handler: answer,
});
