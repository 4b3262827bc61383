// Galleries of thumbnails from a cache. FAULT: a crawler walks through all pictures, so each look-up evicts one.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { WeightedCache } from './cache.js';
import { thumbnail } from './thumbnails.js';

const random = seededRandom(110);
const pick = (n) => (random() * n) | 0;
const cache = new WeightedCache(1500);
for (let i = 0; i < 1500; i++) thumbnail(cache, `/pictures/${i}?w=120`);

function answer(body, response) {
  const images = body.split('\n').map((line) => {
    const url = new URL(line, 'http://gallery.example');
    const data = thumbnail(cache, `${url.pathname}${url.search}`);
    return `<img alt="${url.pathname.slice(10)}" src="${data.slice(0, 200)}">`;
  });
  response.setHeader('x-hits', String(cache.hits));
  response.end(images.join('\n'));
}

let next = 1500;
const popular = () => `/pictures/${pick(1500)}?w=120`;
const any = () => (pick(4) > 0 ? `/pictures/${next++}?w=120` : popular());

serveUnderLoad({
  rate: 140,
  nextBody: () => Array.from({ length: 60 }, process.env.FAULT === '1' ? any : popular).join('\n'),
  handler: answer,
});
