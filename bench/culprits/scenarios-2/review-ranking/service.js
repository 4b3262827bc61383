// Product pages with reviews. FAULT: a campaign asked everybody to vote, so each review has hundreds of votes.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { renderPage } from './page.js';
import { histogram, topReviews } from './ranking.js';

const random = seededRandom(104);
const pick = (n) => (random() * n) | 0;
const votes = process.env.FAULT === '1' ? 380 : 4;
const words =
  'a solid kettle "boils" fast & quietly but the lid <sticks> after some weeks of daily use in our office'.split(' ');
const reviews = Array.from({ length: 1200 }, (_, id) => ({
  id,
  author: `Reader <${id}>`,
  stars: 1 + pick(5),
  text: Array.from({ length: 60 }, () => words[pick(words.length)]).join(' '),
  votes: Array.from({ length: 1 + pick(2 * votes) }, () => ({ up: pick(3) > 0, age: pick(700) })),
}));

function answer(body, response) {
  const { product, from } = JSON.parse(body);
  const of = reviews.slice(from, from + 110);
  response.end(renderPage(product, topReviews(of, 60), histogram(of)));
}

serveUnderLoad({
  rate: 150,
  nextBody: () => JSON.stringify({ product: `Kettle & more ${pick(90)}`, from: pick(1000) }),
  handler: answer,
});
