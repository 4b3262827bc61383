// A GraphQL-like API. FAULT: the generated client asks for 240 labels under names of their own instead of for a dozen.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { execute } from './execute.js';

const random = seededRandom(308);
const pick = (n) => (random() * n) | 0;
const products = Array.from({ length: 40 }, (_, id) => ({
  id,
  title: `Product ${id}`,
  cents: pick(9999),
  parts: Array.from({ length: 9 }, (_, i) => ({ id: i, title: `Part ${i} of ${id}`, cents: pick(999) })),
}));
const resolvers = {
  product: ({ wanted }) => products[wanted],
  parts: ({ parts }) => parts,
  title: ({ title }) => title,
  price: ({ cents }) => `${(cents / 100).toFixed(2)} CHF`,
  label: ({ id }) => id,
};

const count = process.env.FAULT === '1' ? 240 : 12;
const fragments = {
  Names: Array.from({ length: count }, (_, i) => ({ name: 'label', alias: `label_${i}_text` })),
  Part: [{ name: 'title' }, { name: 'price' }, { fragment: 'Names' }],
};

function answer(body, response) {
  const { wanted, selections } = JSON.parse(body);
  const data = execute(resolvers, { wanted }, selections, fragments);
  response.end(JSON.stringify({ data }));
}

const query = [{ name: 'product', selections: [{ name: 'title' }, { name: 'parts', selections: fragments.Part }] }];

serveUnderLoad({
  rate: 130,
  nextBody: () => JSON.stringify({ wanted: pick(40), selections: query }),
  handler: answer,
});
