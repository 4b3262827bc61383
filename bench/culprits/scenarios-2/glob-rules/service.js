// A firewall looks at access logs. FAULT: the list of rules grew, and each line makes their expressions anew.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { parseLine, traffic } from './access-log.js';
import { decide } from './rules.js';

const random = seededRandom(117);
const pick = (n) => (random() * n) | 0;
const rules = Array.from({ length: process.env.FAULT === '1' ? 22 : 1 }, (_, i) => ({
  glob: `/app${i}/**/admin-${i}*.php`,
  action: i % 2 ? 'block' : 'captcha',
}));

function answer(body, response) {
  const entries = body.split('\n').map(parseLine);
  const decisions = entries.map(({ address }) => decide(rules, address));
  const blocked = decisions.filter((action) => action !== 'pass').length;
  response.end(JSON.stringify({ blocked, traffic: traffic(entries) }));
}

const page = () => `/app${pick(20)}/de/users/${pick(9999)}/page-${pick(99)}.html`;
const line = () =>
  `10.0.${pick(20)}.${pick(250)} - - [10/Oct/2025:13:55:36 +0000] "GET ${page()} HTTP/1.1" 200 ${pick(90000)}`;

serveUnderLoad({
  rate: 110,
  nextBody: () => Array.from({ length: 70 }, line).join('\n'),
  handler: answer,
});
