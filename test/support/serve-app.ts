import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import type { Express } from 'express';

/** Serves an app on a free port of the loopback until the test file ends; returns its address. */
export async function serveApp(app: Express): Promise<string> {
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
