/**
 * Calls the workers of a service, and remembers each call. stdin: lines `between FROM TO` (epoch milliseconds), each
 * answered with a JSON line on stdout. Usage:
 *   node load.cjs steady RATE PORT ...         calls a second for each port, at random as those of many callers come
 *   node load.cjs saturated COUNT PORT ...     so many calls at a time for each port, one after the other
 */
const http = require('node:http');
const { createInterface } = require('node:readline');

const [kind, amount, ...ports] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
/** An overloaded worker is not asked for more than it can ever answer. */
const MOST_WAITING = 256;
const clock = () => performance.timeOrigin + performance.now();
/** Of calls: when they were due, when they were answered (0: they failed). */
const calls = [];

function call(port, dueMs, done) {
  const end = (answeredMs) => {
    calls.push([dueMs, answeredMs]);
    done();
  };
  http
    .get({ host: '127.0.0.1', port, path: '/', agent }, (response) => {
      response.on('end', () => end(clock())).resume();
    })
    .on('error', () => end(0));
}

function saturate(port) {
  call(port, clock(), () => saturate(port));
}

/** The latency counts from when a call was due, so that calls that had to wait for this process are not flattered. */
function keepSteady(port) {
  let due = clock();
  let waiting = 0;
  const next = () => {
    for (; due <= clock(); due += (-Math.log(1 - Math.random()) * 1000) / Number(amount)) {
      if (waiting >= MOST_WAITING) continue;
      waiting++;
      call(port, due, () => waiting--);
    }
    setTimeout(next, Math.max(0, due - clock()));
  };
  next();
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [, from, to] = line.split(' ').map(Number);
    const within = calls.filter(([, answered]) => answered >= from && answered < to);
    const latencies = within.map(([due, answered]) => answered - due).sort((a, b) => a - b);
    const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
    const failures = calls.filter(([due, answered]) => answered === 0 && due >= from && due < to).length;
    console.log(JSON.stringify({ calls: within.length, p50: at(0.5), p99: at(0.99), failures }));
  })
  .on('close', () => process.exit(0));
for (const port of ports.map(Number)) {
  if (kind === 'steady') keepSteady(port);
  else for (let i = 0; i < Number(amount); i++) saturate(port);
}
