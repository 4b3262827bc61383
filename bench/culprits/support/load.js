/** Self-generated load for the scenarios: a real HTTP server on loopback, and clients in the same process. */
import http from 'node:http';

/**
 * What every service answers besides its work. Real routers call many handlers from one place, so V8 inlines none of
 * them.
 */
const ROUTES = {
  '/health': (_body, response) => response.end('ok'),
  '/ready': (_body, response) => response.end('yes'),
  '/version': (_body, response) => response.end(process.version),
  '/uptime': (_body, response) => response.end(String(process.uptime())),
  '/memory': (_body, response) => response.end(String(process.memoryUsage.rss())),
};

/**
 * Serves with `handler(body, response)` and sends `rate` requests a second with bodies from `nextBody`. The load is
 * open: it does not wait for answers, but never has more than 4 requests under way, so that a slow service is merely
 * busy. Requests come at random like those of many users: a timer of 10 ms would run in step with a sampler of 99 Hz,
 * which then sees a request always or never.
 */
export function serveUnderLoad({ handler, rate, nextBody }) {
  const routes = new Map([...Object.entries(ROUTES), ['/', handler]]);
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => routes.get(request.url)(Buffer.concat(chunks).toString(), response));
  });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    sendLoad(port, '/', rate, nextBody);
    for (const path of Object.keys(ROUTES)) sendLoad(port, path, 2, () => '');
  });
  return server;
}

function sendLoad(port, path, rate, nextBody) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  let underWay = 0;
  const send = () => {
    if (underWay >= 4) return;
    underWay++;
    const request = http.request({ port, host: '127.0.0.1', path, method: 'POST', agent }, (response) => {
      response.resume();
      response.on('end', () => underWay--);
    });
    request.on('error', () => underWay--);
    request.end(nextBody());
  };
  let due = performance.now();
  const next = () => {
    due += (-Math.log(1 - Math.random()) * 1000) / rate;
    // A service that was busy for long does not catch up.
    due = Math.max(due, performance.now() - 100);
    setTimeout(() => {
      send();
      next();
    }, due - performance.now());
  };
  next();
}

/** The same numbers in each run (mulberry32). */
export function seededRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
