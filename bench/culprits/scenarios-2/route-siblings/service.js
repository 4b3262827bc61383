// A host of many sites resolves links. FAULT: there are 190 sites, and each is a literal in the table of routes.
import { createHash } from 'node:crypto';
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Router } from './router.js';
import { addSites, siteName } from './sites.js';

const random = seededRandom(108);
const pick = (n) => (random() * n) | 0;
const sites = process.env.FAULT === '1' ? 190 : 12;
const router = new Router();
addSites(router, sites);

function resolve(link) {
  const path = decodeURI(link.split('?', 1)[0]);
  const handler = router.find(path);
  return handler === null ? { kind: 'missing', path } : handler(path);
}

function answer(body, response) {
  const resolved = JSON.parse(body).links.map(resolve);
  const text = JSON.stringify(resolved);
  response.setHeader('etag', createHash('sha256').update(text).digest('hex'));
  response.end(text);
}

const link = () => {
  const site = `/Sites/${siteName(pick(sites))}`;
  return pick(2) === 0 ? `${site}/news/${pick(9999)}-headline?from=mail` : `${site}/Pages`;
};

serveUnderLoad({
  rate: 120,
  nextBody: () => JSON.stringify({ links: Array.from({ length: 140 }, link) }),
  handler: answer,
});
