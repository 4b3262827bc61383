import { createServer, type RequestListener, type Server } from 'node:http';

export interface ServerLimits {
  readonly keepAliveMs: number;
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkEveryMs: number;
  readonly silenceMs: number;
  readonly connections: number;
}

export const SERVER_LIMITS: ServerLimits = {
  // A balancer sends a request into a connection that we are just closing, and answers 502, unless we keep idle ones
  // longer than it does: 60 s by default for AWS's application load balancer, as for nginx.
  keepAliveMs: 75_000,
  // From the first byte of a request (or from connecting) to the end of its headers. Idle time between two requests
  // does not count, so this need not exceed `keepAliveMs` as it had to in old versions of Node.
  headersMs: 15_000,
  // To the end of the body. SNS gives up after 15 s; a slow body is somebody who wants to hold a connection.
  requestMs: 30_000,
  checkEveryMs: 5_000,
  // While an answer is made or sent: a reader that takes nothing for so long has gone. The slowest answer (an export)
  // takes some seconds before its first byte.
  silenceMs: 60_000,
  // Each costs 5 kB and a file descriptor, of which containers may have 4,096 in all: database, captures and calls to
  // AWS must always find one. SNS and a balancer need some dozens; what a stranger opens beyond that is refused until
  // the limits above have closed the others.
  connections: 2_000,
};

/** An HTTP server whose connections end: slow, idle and too many ones. */
export function createHttpServer(listener: RequestListener, limits: ServerLimits = SERVER_LIMITS): Server {
  const server = createServer(
    {
      keepAliveTimeout: limits.keepAliveMs,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkEveryMs,
    },
    listener,
  );
  server.timeout = limits.silenceMs;
  server.maxConnections = limits.connections;
  return server;
}

/** How often connections are looked at that have become idle while the server closes. */
const IDLE_CHECK_MS = 50;

/**
 * Takes no more connections, lets what is under way be answered for so long, and cuts off the rest. Resolves to how
 * many connections those were.
 */
export async function closeHttpServer(server: Server, answerMs: number): Promise<number> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), answerMs);
  });
  const ended = await Promise.race([closed, late]);
  clearInterval(sweep);
  clearTimeout(timer);
  if (ended !== 'late') return 0;
  const left = await new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n ?? 0)));
  server.closeAllConnections();
  await closed;
  return left;
}
