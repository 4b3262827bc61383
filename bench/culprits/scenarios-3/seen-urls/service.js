// A crawler asks which links are new. FAULT: wrong answers were made as rare as one in a billion, instead of one in 8.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { SeenFilter } from './filter.js';

const random = seededRandom(307);
const pick = (n) => (random() * n) | 0;
const filter = new SeenFilter({ bits: 1 << 22, wrongYes: process.env.FAULT === '1' ? 1e-9 : 0.13 });

function normalize(link) {
  const [path, query = ''] = link.split('?');
  const sorted = query.split('&').sort().join('&');
  return `${path.toLowerCase().replace(/\/+$/, '')}?${sorted}`;
}

function answer(body, response) {
  const fresh = [];
  for (const link of body.split('\n')) if (!filter.see(normalize(link))) fresh.push(link);
  response.end(JSON.stringify({ fresh: fresh.length, first: fresh.slice(0, 5) }));
}

const link = () =>
  `https://news.example/${pick(90)}/articles/2025/a-long-title-of-an-article-${pick(9999)}/?ref=${pick(9)}&page=2`;
const pages = Array.from({ length: 40 }, () => Array.from({ length: 140 }, link).join('\n'));

serveUnderLoad({ rate: 150, nextBody: () => pages[pick(pages.length)], handler: answer });
