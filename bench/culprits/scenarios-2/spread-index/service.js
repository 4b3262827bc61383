// Quotes from customers' own price lists. FAULT: price lists grew from a dozen articles to more than a hundred.
import { createHash } from 'node:crypto';
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { quote } from './quote.js';

const random = seededRandom(121);
const pick = (n) => (random() * n) | 0;
const articles = process.env.FAULT === '1' ? 165 : 10;

function answer(body, response) {
  const text = JSON.stringify(quote(JSON.parse(body)));
  response.setHeader('etag', createHash('sha256').update(text).digest('hex'));
  response.end(text);
}

const price = (_, i) => ({ sku: `s${i * 13}`, name: ` Article ${i} `, net: 1 + random() * 90, unit: 'PIECE' });
const wanted = () => ({ sku: `s${pick(articles) * 13}`, count: 1 + pick(20) });

serveUnderLoad({
  rate: 150,
  nextBody: () =>
    JSON.stringify({ prices: Array.from({ length: articles }, price), wanted: Array.from({ length: 260 }, wanted) }),
  handler: answer,
});
