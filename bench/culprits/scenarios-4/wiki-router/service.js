// A wiki with a router of its own. FAULT: pages that were renamed in ten years have redirects, one route each.
'use strict';

const { seededRandom } = require('../../support/load.js');
const { serveTraffic } = require('../../support/traffic.js');
const { createRouter } = require('./router.js');

const random = seededRandom(408);
const pick = (n) => (random() * n) | 0;
const renamed = process.env.FAULT === '1' ? 24000 : 30;
const words = ['anchor', 'bridge', 'castle', 'dune', 'estuary', 'fjord', 'glacier', 'harbour'];
const text = (name) => Array.from({ length: 60 }, (_, i) => `[[${words[(i + name.length) % 8]}]] and more text`).join(' ');
const linked = (page) => page.replace(/\[\[(\w+)\]\]/g, '<a href="/wiki/en/$1">$1</a>');

const app = createRouter();
app.use((_request, response, next) => {
  response.setHeader('x-frame-options', 'deny');
  next();
});
app.on('GET', '/health', (_request, response) => response.end('ok'));
for (let i = 0; i < renamed; i++) {
  app.on('GET', `/wiki/de/${words[i % 8]}-${i}`, (_request, response) => {
    response.writeHead(301, { location: `/wiki/en/${words[i % 8]}` });
    response.end();
  });
}
app.on('GET', '/wiki/:language/:page', (_request, response, _next, [, language, page]) => {
  response.setHeader('content-language', language);
  response.end(`<h1>${page}</h1><p>${linked(text(page))}</p>`);
});

serveTraffic({ listener: app, rate: 260, next: () => ({ method: 'GET', path: `/wiki/en/${words[pick(8)]}` }) });
