// A directory, page by page. FAULT: the app now asks for pages by name, and each page sorts the whole department.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { cards } from './cards.js';
import { page } from './pages.js';

const random = seededRandom(123);
const pick = (n) => (random() * n) | 0;
const syllables = ['ström', 'berg', 'lund', 'kvist', 'ö', 'ån', 'dal', 'gren'];
const name = () => `${'ABCDEFGHÅÄÖ'[pick(11)]}${syllables[pick(8)]}${syllables[pick(8)]}`;
const people = Array.from({ length: 850 }, (_, id) => ({
  id: (id * 7919) % 850,
  given: name(),
  family: name(),
  mail: ` P${id}@example.com`,
  phone: `0046-${pick(1e9)}`,
}));
const order = process.env.FAULT === '1' ? 'name' : 'id';

function answer(body, response) {
  response.end(cards(page(people, JSON.parse(body))));
}

serveUnderLoad({
  rate: 170,
  nextBody: () => JSON.stringify({ order, number: pick(3), size: 100 }),
  handler: answer,
});
