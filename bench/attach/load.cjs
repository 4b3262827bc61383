/**
 * Calls the workers of a service at a steady rate, and measures. stdin: lines `visited PORT` (0: none), `state PORT`,
 * and `report`. stdout: JSON lines. Usage: node load.cjs RATE PORT ...
 */
const http = require('node:http');
const { createInterface } = require('node:readline');

const [rate, ...ports] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
/** An overloaded worker answers so many at a time; more are not asked. */
const MOST_WAITING = 64;
const waiting = {};
/** Calls by latency: step `i` is 1.05^i milliseconds. */
const calm = {};
const during = {};
let visited = 0;
let failures = 0;

function call(port, path, by, done, failed) {
  http
    .get({ host: '127.0.0.1', port, path, agent: by }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part) => {
        body += part;
      });
      response.on('end', () => done(body));
      response.on('error', failed);
    })
    .on('error', failed);
}

function measure(port) {
  if ((waiting[port] ?? 0) >= MOST_WAITING) return;
  waiting[port] = (waiting[port] ?? 0) + 1;
  const counts = port === visited ? during : calm;
  const at = performance.now();
  const done = () => {
    waiting[port]--;
    const step = Math.round(Math.log(performance.now() - at) / Math.log(1.05));
    counts[step] = (counts[step] ?? 0) + 1;
  };
  const failed = () => {
    waiting[port]--;
    failures++;
  };
  call(port, '/', agent, done, failed);
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [verb, value] = line.split(' ');
    if (verb === 'visited') visited = Number(value);
    if (verb === 'state') {
      const answer = (state) => console.log(JSON.stringify({ state }));
      call(
        Number(value),
        '/state',
        // Not behind all the others.
        false,
        (body) => answer(JSON.parse(body)),
        () => answer(null),
      );
    }
    if (verb === 'report') console.log(JSON.stringify({ calm, during, failures }));
  })
  .on('close', () => process.exit(0));
for (const port of ports) setInterval(measure, 1000 / rate, port);
