/** Open load for services that route by themselves: any listener of `http`, requests with methods and paths. */
import http from 'node:http';

const MOST_UNDER_WAY = 4;

/**
 * Serves with `listener(request, response)` and sends `rate` requests a second, at random moments, without waiting for
 * answers; no more than 4 are under way. `next()` says what is asked: `{ method, path, body }`. The service has to
 * answer `/health`, too.
 */
export function serveTraffic({ listener, rate, next }) {
  const server = http.createServer(listener);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    sendTraffic(port, rate, next);
    sendTraffic(port, 4, () => ({ method: 'GET', path: '/health' }));
  });
  return server;
}

function sendTraffic(port, rate, next) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: MOST_UNDER_WAY });
  let underWay = 0;
  const send = () => {
    if (underWay >= MOST_UNDER_WAY) return;
    underWay++;
    const { method, path, body } = next();
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const request = http.request({ port, host: '127.0.0.1', method, path, headers, agent }, (response) => {
      response.resume();
      response.on('end', () => underWay--);
    });
    request.on('error', () => underWay--);
    request.end(body);
  };
  let due = performance.now();
  const wait = () => {
    due += (-Math.log(1 - Math.random()) * 1000) / rate;
    // A service that was busy for long does not catch up.
    due = Math.max(due, performance.now() - 100);
    setTimeout(() => {
      send();
      wait();
    }, due - performance.now());
  };
  wait();
}
