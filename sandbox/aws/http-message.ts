import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { AwsFault } from './aws-fault.ts';

/** A request whose body was read whole. */
export interface HttpRequest {
  readonly method: string;
  /** Path as sent, still percent-encoded. */
  readonly path: string;
  /** Query string as sent, without the `?`. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  /** Joined as Node does it. */
  readonly headers: IncomingHttpHeaders;
  /** Every value of a header, for the signature. */
  readonly distinctHeaders: Readonly<Record<string, readonly string[] | undefined>>;
  readonly body: Buffer;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string | Uint8Array;
}

/** One header as text, `''` when absent. */
export function header(request: Pick<HttpRequest, 'headers'>, name: string): string {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

/** Reads a request up to `limit` bytes of body; more throws `RequestEntityTooLarge` (413). */
export async function readRequest(message: IncomingMessage, limit: number): Promise<HttpRequest> {
  const target = message.url ?? '/';
  const cut = target.indexOf('?');
  const rawQuery = cut < 0 ? '' : target.slice(cut + 1);
  return {
    method: message.method ?? 'GET',
    path: cut < 0 ? target : target.slice(0, cut),
    rawQuery,
    query: new URLSearchParams(rawQuery),
    headers: message.headers,
    distinctHeaders: message.headersDistinct,
    body: await readBody(message, limit),
  };
}

async function readBody(message: IncomingMessage, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  // Left open on a refusal, so that the refusal can still be sent.
  for await (const part of message.iterator({ destroyOnReturn: false })) {
    size += (part as Buffer).length;
    if (size > limit) throw new AwsFault('RequestEntityTooLarge', 'Request entity too large.', { status: 413 });
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

/** Sends a reply; to a HEAD request only its headers. */
export function sendReply(response: ServerResponse, method: string, reply: HttpReply): void {
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body, 'utf8') : reply.body;
  response.writeHead(reply.status, { 'content-length': body.length, ...reply.headers });
  response.end(method === 'HEAD' ? undefined : body);
}
