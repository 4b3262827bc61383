import { createHash, createHmac } from 'node:crypto';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';

/** Signature Version 4 once more, from its specification: the sandbox must agree with more than one client. */
export interface ToSign {
  readonly method: string;
  readonly url: URL;
  readonly service: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secret?: string;
  readonly at?: Date;
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
const stamp = (date: Date) => date.toISOString().replace(/[-:]|\.\d{3}/g, '');

/** Headers of a signed request, `host` included. */
export function signedHeaders(request: ToSign): Record<string, string> {
  const timestamp = stamp(request.at ?? new Date());
  const headers: Record<string, string> = { host: request.url.host, 'x-amz-date': timestamp, ...request.headers };
  const names = Object.keys(headers).sort();
  const canonical = [
    request.method,
    request.url.pathname,
    request.url.searchParams.toString(),
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    headers['x-amz-content-sha256'] ?? sha256(request.body ?? ''),
  ].join('\n');
  const { scope, signature } = sign(canonical, timestamp, request);
  const credential = `${DEMO_CREDENTIALS.accessKeyId}/${scope}`;
  return {
    ...headers,
    authorization:
      `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, ` + `Signature=${signature}`,
  };
}

/** A presigned address of S3. `extra`: further query parameters that the signature covers. */
export function presignedUrl(
  request: ToSign,
  expiresSeconds: number,
  extra: Readonly<Record<string, string>> = {},
): string {
  const timestamp = stamp(request.at ?? new Date());
  const scope = `${timestamp.slice(0, 8)}/us-east-1/${request.service}/aws4_request`;
  const parameters: Record<string, string> = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${DEMO_CREDENTIALS.accessKeyId}/${scope}`,
    'X-Amz-Date': timestamp,
    'X-Amz-Expires': String(expiresSeconds),
    'X-Amz-SignedHeaders': 'host',
    ...extra,
  };
  const query = Object.keys(parameters)
    .sort()
    .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(parameters[name] ?? '')}`)
    .join('&');
  const canonical = [
    request.method,
    request.url.pathname,
    query,
    `host:${request.url.host}`,
    '',
    'host',
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const { signature } = sign(canonical, timestamp, request);
  return `${request.url.origin}${request.url.pathname}?${query}&X-Amz-Signature=${signature}`;
}

function sign(canonical: string, timestamp: string, request: ToSign): { scope: string; signature: string } {
  const day = timestamp.slice(0, 8);
  const scope = `${day}/us-east-1/${request.service}/aws4_request`;
  const secret = request.secret ?? DEMO_CREDENTIALS.secretAccessKey;
  const key = [day, 'us-east-1', request.service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n');
  return { scope, signature: hmac(key, toSign).toString('hex') };
}
