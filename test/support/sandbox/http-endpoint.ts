import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './wait-for.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpEndpoint {
  readonly url: string;
  readonly received: readonly Received[];
  /** Statuses of the next answers, then 200. `hang`: no answer. */
  script(...statuses: readonly (number | 'hang')[]): void;
  /** Waits until this many requests have come, of any kind. */
  count(requests: number): Promise<readonly Received[]>;
  close(): Promise<void>;
}

/** A subscriber of SNS: keeps what it is sent. */
export async function httpEndpoint(): Promise<HttpEndpoint> {
  const received: Received[] = [];
  let script: (number | 'hang')[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const status = script.shift() ?? 200;
    received.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
    if (status !== 'hang') response.writeHead(status).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sns`,
    received,
    script: (...statuses) => {
      script = [...statuses];
    },
    count: (requests) => until(() => (received.length >= requests ? received : undefined)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
