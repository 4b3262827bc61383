// The service that bench/profile/run.ts records: a cluster of two workers under load from its primary.
import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import http from 'node:http';
import { gzipSync } from 'node:zlib';

const SECONDS = Number(process.argv[2] ?? 10);

const catalogue = Array.from({ length: 1500 }, (_, id) => ({
  id,
  title: `item ${(id * 7919) % 104729}`,
  tags: ['a', 'b', `t${id % 17}`],
}));
const text = JSON.stringify(catalogue);

const escapeHtml = (value) => value.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
const renderItem = (item) =>
  `<li id="i${item.id}">${escapeHtml(item.title)} ${item.tags.map((tag) => `<b>${tag}</b>`).join('')}</li>`;

class Router {
  constructor() {
    this.routes = new Map();
  }

  on(path, handler) {
    this.routes.set(path, handler);
    return this;
  }

  async dispatch(path) {
    const handler = this.routes.get(path) ?? (() => 'not found');
    await null;
    return handler();
  }
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

const router = new Router()
  .on('/parse', () => String(JSON.parse(text).length))
  .on('/render', () => catalogue.map(renderItem).join('\n'))
  .on('/search', () => JSON.stringify(tokenize(text)))
  .on('/sort', () => catalogue.slice().sort((a, b) => a.title.localeCompare(b.title))[0].title)
  .on('/zip', () => gzipSync(text.slice(0, 30_000)).toString('base64'))
  .on('/hash', () => createHash('sha256').update(text).digest('hex'))
  .on('/compiled', () => String(compiled()));

if (cluster.isPrimary) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const paths = ['/parse', '/render', '/search', '/sort', '/zip', '/hash', '/compiled', '/none'];
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
  const server = http.createServer(async (request, answer) => {
    answer.end(await router.dispatch(request.url));
  });
  server.listen(0, '127.0.0.1');
  process.on('disconnect', () => process.exit(0));
}
