import { createServer } from 'node:http';
import { Conversations } from './conversations.js';
import { MailStore } from './mail-store.js';
import { receiveMail } from './receive-mail.js';
import { KINDS, Spool } from './spool.js';

/** Mails kept per worker; the oldest goes first, so memory stays bounded. */
const KEPT_MAILS = 400;
/** Larger than a real newsletter or address book; what is larger is refused. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;
const REPORT_MS = 500;

/** Serves HTTP on the socket that the cluster shares. */
export function startWorker(socket, folder) {
  const spool = new Spool(folder);
  const desk = { spool, store: new MailStore(KEPT_MAILS), conversations: new Conversations(spool) };
  const stats = { served: 0, total: 0 };
  const server = createServer((request, response) => {
    route(request, desk, stats).then(
      (answer) => reply(response, 200, answer),
      (error) => reply(response, error.status ?? 500, { error: error.message }),
    );
  });
  // The sender keeps its connections; 5 s, the default, would close them in a quiet moment.
  server.keepAliveTimeout = 60_000;
  server.listen(socket);
  process.on('message', (message) => {
    stats.total = message.total;
  });
  setInterval(() => process.send({ served: stats.served }), REPORT_MS);
}

async function route(request, desk, stats) {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (request.method === 'POST' && pathname === '/mails') {
    const receipt = await receiveMail(parseJson(await readBody(request)), desk);
    stats.served += 1;
    return receipt;
  }
  const [, kind, customer] = pathname.split('/');
  if (request.method === 'PUT' && KINDS.includes(kind)) {
    await desk.spool.put(kind, customer ?? '', await readBody(request));
    return { customer };
  }
  if (pathname === '/search') return { ids: desk.store.search(searchParams.get('word') ?? '') };
  if (pathname === '/healthz') return { ok: true };
  if (pathname === '/stats') return { served: Math.max(stats.total, stats.served), kept: desk.store.size };
  throw Object.assign(new Error(`no such page: ${pathname}`), { status: 404 });
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw Object.assign(new Error('the body is not JSON'), { status: 400 });
  }
}

async function readBody(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT_BYTES) throw Object.assign(new Error('the body is too large'), { status: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reply(response, status, answer) {
  const body = JSON.stringify(answer);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
