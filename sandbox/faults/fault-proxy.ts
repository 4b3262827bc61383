/**
 * Stands in front of the sandbox's AWS and makes chosen calls fail, so that clients can be seen to bear it. Requests go
 * through unchanged: they are signed for this proxy's host, and the sandbox checks that.
 */
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type HttpReply, type HttpRequest, readRequest, sendReply } from '../aws/http-message.ts';
import { apiOf, REFUSALS, type Refusal, refuse } from './refusals.ts';

/**
 * Besides what AWS may say: `hang`: never an answer; `stall`: the head of an answer and no more; `reset`: the
 * connection breaks; `lost`: the call is done, and its answer never comes.
 */
export type ApiFault = Refusal | 'hang' | 'stall' | 'reset' | 'lost';
export const API_FAULTS: readonly ApiFault[] = [...REFUSALS, 'hang', 'stall', 'reset', 'lost'];

/** As the sandbox: mails and captures. */
const BODY_LIMIT = 64 * 1024 * 1024;
const EVERY = '*';

export interface SeenCall {
  readonly api: string;
  readonly fault: ApiFault | null;
}

export interface FaultProxy {
  readonly endpoint: string;
  /** All requests, oldest first. */
  readonly calls: readonly SeenCall[];
  /** Requests that hang now: their client has not gone. */
  readonly held: number;
  /** The next calls of this API (`*`: of any) fail so; for ever, where no number is given. */
  fail(api: string, fault: ApiFault, times?: number): void;
  /** From now on at most so many calls of these APIs together: the others are throttled. */
  limit(apis: readonly string[], bucket: { readonly perSecond: number; readonly burst: number }): void;
  /** The API is well again; without one, all are, and no limit holds. What hangs already goes on hanging. */
  heal(api?: string): void;
  close(): Promise<void>;
}

export async function startFaultProxy(target: string, port = 0): Promise<FaultProxy> {
  const plans = new Map<string, { readonly fault: ApiFault; left: number }>();
  const calls: SeenCall[] = [];
  const held = new Set<Socket>();
  const agent = new Agent({ keepAlive: true });

  let bucket: TokenBucket | null = null;

  function faultFor(api: string): ApiFault | null {
    if (bucket?.holds(api) && !bucket.take()) return 'throttle';
    const plan = plans.get(api) ?? plans.get(EVERY);
    if (plan === undefined || plan.left <= 0) return null;
    plan.left--;
    return plan.fault;
  }

  function hold({ socket }: IncomingMessage): void {
    held.add(socket);
    socket.once('close', () => held.delete(socket));
  }

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message, BODY_LIMIT);
    const api = apiOf(request);
    const fault = faultFor(api);
    calls.push({ api, fault });
    if (fault === 'reset') message.socket.resetAndDestroy();
    else if (fault === 'hang') hold(message);
    else if (fault === 'stall') {
      hold(message);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 }).write('{');
    } else if (fault === 'lost') {
      hold(message);
      await forward(target, agent, request);
    } else sendReply(response, request.method, fault ? refuse(request, fault) : await forward(target, agent, request));
  }

  // The client has gone, or the sandbox has: either way the connection ends.
  const server = createServer((message, response) => void answer(message, response).catch(() => response.destroy()));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    get held() {
      return held.size;
    },
    fail: (api, fault, times = Number.POSITIVE_INFINITY) => void plans.set(api, { fault, left: times }),
    limit(apis, rate) {
      bucket = new TokenBucket(new Set(apis), rate);
    },
    heal(api) {
      if (api !== undefined) plans.delete(api);
      else {
        plans.clear();
        bucket = null;
      }
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

/** As AWS throttles: so many calls a second, and a few at once. */
class TokenBucket {
  private readonly apis: ReadonlySet<string>;
  private readonly perSecond: number;
  private readonly burst: number;
  private tokens: number;
  private filledAtMs = performance.now();

  constructor(apis: ReadonlySet<string>, { perSecond, burst }: { readonly perSecond: number; readonly burst: number }) {
    this.apis = apis;
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
  }

  holds(api: string): boolean {
    return this.apis.has(api);
  }

  /** False when there is none left. */
  take(): boolean {
    const nowMs = performance.now();
    this.tokens = Math.min(this.burst, this.tokens + ((nowMs - this.filledAtMs) / 1000) * this.perSecond);
    this.filledAtMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}

function forward(target: string, agent: Agent, request: HttpRequest): Promise<HttpReply> {
  const { method, path, rawQuery, headers, body } = request;
  const url = `${target}${path}${rawQuery === '' ? '' : `?${rawQuery}`}`;
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method, headers, agent }, async (reply) => {
      try {
        const parts: Buffer[] = [];
        for await (const part of reply) parts.push(part as Buffer);
        // The length is that of the body; where there is none, as after HEAD, it is what was said.
        const { 'transfer-encoding': _, ...rest } = reply.headers;
        const named = Object.entries(rest).map(([name, value]) => [name, String(value)]);
        resolve({ status: reply.statusCode ?? 502, headers: Object.fromEntries(named), body: Buffer.concat(parts) });
      } catch (error) {
        reject(error);
      }
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
