/**
 * A busy clustered HTTP service, and what the benchmark must know of it. Plain JavaScript for Node 18 and newer, in a
 * network of its own. Says on stdout, in JSON lines, which workers run and which have ended. `GET /state` of a worker
 * tells what a visit has left in it.
 */
const cluster = require('node:cluster');
const http = require('node:http');
const inspector = require('node:inspector');

const [portText, countText, megabytesText] = process.argv.slice(2);
const FIRST_PORT = Number(portText);

function say(fact) {
  process.stdout.write(`${JSON.stringify(fact)}\n`);
}

function lead() {
  const ports = new Map();
  const fork = (port) => {
    const worker = cluster.fork({ PORT: String(port) });
    ports.set(worker.id, port);
  };
  cluster.on('exit', (worker, code, signal) => {
    const port = ports.get(worker.id);
    say({ ended: worker.process.pid, code, signal });
    fork(port);
  });
  cluster.on('message', (worker) => say({ ready: worker.process.pid, port: ports.get(worker.id) }));
  for (let i = 0; i < Number(countText); i++) fork(FIRST_PORT + i);
}

/** Counts the sessions that are connected, and follows coverage: whether it is on, and how long its last end took. */
let sessions = 0;
let covered = false;
let undoneMs = 0;
function countSessions() {
  const { connect, disconnect, post } = inspector.Session.prototype;
  let undoing = 0;
  inspector.Session.prototype.post = function (method, ...args) {
    if (method === 'Profiler.takePreciseCoverage' && undoing === 0) undoing = performance.now();
    const answer = post.call(this, method, ...args);
    if (method === 'Profiler.startPreciseCoverage') covered = true;
    if (method === 'Profiler.stopPreciseCoverage') covered = false;
    return answer;
  };
  const connected = new WeakSet();
  inspector.Session.prototype.connect = function (...args) {
    sessions++;
    connected.add(this);
    return connect.apply(this, args);
  };
  inspector.Session.prototype.disconnect = function (...args) {
    if (connected.delete(this)) sessions--;
    if (undoing > 0) undoneMs = performance.now() - undoing;
    undoing = 0;
    return disconnect.apply(this, args);
  };
}

function fill(megabytes) {
  const kept = [];
  for (let i = 0; i < megabytes * 6000; i++) kept.push({ id: i, name: `entry ${i}`, tags: [i % 7, i % 11] });
  return kept;
}

function work(entries) {
  let text = '';
  let sum = 0;
  for (let i = 0; i < 150; i++) {
    const entry = entries[(Math.random() * entries.length) | 0];
    text += JSON.stringify(entry);
    sum += entry.tags[0] * Math.sqrt(entry.id);
  }
  return `${text.length} ${sum}`;
}

function serve() {
  countSessions();
  const symbols = Object.getOwnPropertySymbols(globalThis).length;
  const entries = fill(Number(megabytesText));
  const server = http.createServer((request, response) => {
    if (request.url !== '/state') return response.end(work(entries));
    const left = Object.getOwnPropertySymbols(globalThis).length - symbols;
    response.end(JSON.stringify({ sessions, left, open: inspector.url() !== undefined, covered, undoneMs }));
  });
  server.keepAliveTimeout = 60000;
  server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send('ready'));
}

if (cluster.isPrimary) lead();
else serve();
