import { Agent as HttpAgent, request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** Sends one POST and gives the status; rejects on a connection error or when `timeoutMs` pass without an answer. */
export class HttpSender {
  private readonly http = new HttpAgent({ keepAlive: true });
  private readonly https = new HttpsAgent({ keepAlive: true });
  private readonly closing = new AbortController();

  async post(address: string, headers: OutgoingHttpHeaders, body: string, timeoutMs: number): Promise<number> {
    const url = new URL(address);
    const credentials = url.username === '' ? undefined : basicAuth(url);
    const status = await this.once(url, headers, body, timeoutMs);
    // Credentials in the address are sent only when the endpoint asks for them.
    if (status !== 401 || !credentials) return status;
    return this.once(url, { ...headers, authorization: credentials }, body, timeoutMs);
  }

  close(): void {
    this.closing.abort();
    this.http.destroy();
    this.https.destroy();
  }

  private once(url: URL, headers: OutgoingHttpHeaders, body: string, timeoutMs: number): Promise<number> {
    const secure = url.protocol === 'https:';
    const { hostname, port, pathname, search } = url;
    const signal = AbortSignal.any([this.closing.signal, AbortSignal.timeout(timeoutMs)]);
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(
        {
          method: 'POST',
          hostname: hostname.replace(/^\[|\]$/g, ''),
          port,
          path: `${pathname}${search}`,
          headers: { ...headers, 'content-length': Buffer.byteLength(body) },
          agent: secure ? this.https : this.http,
          signal,
        },
        (response) => {
          response.resume();
          // An endpoint that breaks off its answer has still answered.
          response.on('error', () => undefined);
          resolve(response.statusCode ?? 0);
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }
}

function basicAuth(url: URL): string {
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}
