// The service that the benchmarks here record: a cluster of two Express workers under load from its primary.
import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import http from 'node:http';
import { gzipSync } from 'node:zlib';
import express from 'express';
import handlebars from 'handlebars';
import { Parser } from 'htmlparser2';
import sanitizeHtml from 'sanitize-html';

const SECONDS = Number(process.argv[2] ?? 10);

const catalogue = Array.from({ length: 800 }, (_, id) => ({
  id,
  title: `item ${(id * 7919) % 104729}`,
  tags: ['a', 'b', `t${id % 17}`],
}));
const text = JSON.stringify(catalogue);

const page = handlebars.compile(
  '<ul>{{#each items}}<li id="i{{id}}">{{title}} {{#each tags}}<b>{{this}}</b>{{/each}}</li>{{/each}}</ul>',
);
const html = page({ items: catalogue.slice(0, 200) });

function outline(source) {
  const names = new Map();
  const parser = new Parser({ onopentag: (name) => names.set(name, (names.get(name) ?? 0) + 1) });
  parser.end(source);
  return Object.fromEntries(names);
}

function tokenize(source) {
  const words = new Map();
  for (const word of source.split(/[^a-z0-9]+/)) words.set(word, (words.get(word) ?? 0) + 1);
  return [...words].sort((a, b) => b[1] - a[1]).slice(0, 20);
}

let generation = 0;
/** Code made at run time, as template engines make it: this is what makes V8 reuse addresses. */
function compiled() {
  generation++;
  return new Function('items', `let s = ${generation}; for (const i of items) s += i.id * ${generation}; return s;`)(
    catalogue,
  );
}

const ROUTES = {
  '/parse': () => ({ items: JSON.parse(text).length }),
  '/page': () => page({ items: catalogue }),
  '/clean': () => sanitizeHtml(html, { allowedTags: ['ul', 'li'], allowedAttributes: { li: ['id'] } }),
  '/outline': () => outline(html),
  '/search': () => tokenize(text),
  '/sort': () => catalogue.slice().sort((a, b) => a.title.localeCompare(b.title))[0],
  '/zip': () => gzipSync(text.slice(0, 30_000)).toString('base64'),
  '/hash': () => createHash('sha256').update(text).digest('hex'),
  '/compiled': () => ({ sum: compiled() }),
};

if (cluster.isPrimary) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const paths = [...Object.keys(ROUTES), '/none'];
  let listening = 0;
  const ask = (port, n) => {
    http.get({ port, agent, path: paths[n % paths.length] }, (answer) => {
      answer.resume().on('end', () => ask(port, n + 3));
    });
  };
  cluster.on('listening', (_, address) => {
    if (++listening === 2) for (let n = 0; n < 8; n++) ask(address.port, n);
  });
  cluster.fork();
  cluster.fork();
  setTimeout(() => process.exit(0), SECONDS * 1000);
} else {
  const app = express();
  app.use(express.json());
  for (const [path, answer] of Object.entries(ROUTES)) app.get(path, (_request, response) => response.send(answer()));
  app.listen(0, '127.0.0.1');
  process.on('disconnect', () => process.exit(0));
}
