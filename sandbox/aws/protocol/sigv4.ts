import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type HttpRequest, header } from '../http-message.ts';

/** What is wrong with a signature; the service turns it into its own error code. */
export type SignatureFault =
  | 'missing'
  | 'malformed'
  | 'unknown-key'
  | 'invalid-token'
  | 'expired-token'
  | 'mismatch'
  | 'skewed'
  | 'expired'
  | 'unsigned-header';

export class SignatureError extends Error {
  readonly fault: SignatureFault;
  constructor(fault: SignatureFault, message: string) {
    super(message);
    this.name = 'SignatureError';
    this.fault = fault;
  }
}

export interface SignatureParts {
  readonly accessKeyId: string;
  /** `20261123/us-east-1/sns/aws4_request` */
  readonly scope: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20261123T101500Z` */
  readonly timestamp: string;
  /** What temporary credentials come with. */
  readonly sessionToken: string | undefined;
  /** Only of a presigned address. */
  readonly expiresSeconds?: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** S3 allows 15 minutes; the others 5 in documents and 15 in practice. */
const SKEW_MS = 15 * 60_000;
/** A presigned address lives at most a week. */
const MAX_EXPIRES_SECONDS = 604_800;

/**
 * Reads the signature of a request from its header or, for a presigned address, its query; undefined when there is
 * none.
 */
export function readSignature(request: HttpRequest): SignatureParts | undefined {
  const authorization = header(request, 'authorization');
  if (authorization !== '') return fromHeader(request, authorization);
  return request.query.has('X-Amz-Algorithm') ? fromQuery(request) : undefined;
}

function fromHeader(request: HttpRequest, authorization: string): SignatureParts {
  if (!authorization.startsWith(`${ALGORITHM} `))
    throw new SignatureError('malformed', 'Unsupported authorization type.');
  const fields = new Map<string, string>();
  for (const part of authorization.slice(ALGORITHM.length).split(',')) {
    const [name = '', ...rest] = part.trim().split('=');
    fields.set(name, rest.join('='));
  }
  return parts(
    fields.get('Credential'),
    fields.get('SignedHeaders'),
    fields.get('Signature'),
    header(request, 'x-amz-date'),
    header(request, 'x-amz-security-token'),
  );
}

function fromQuery(request: HttpRequest): SignatureParts {
  const { query } = request;
  if (query.get('X-Amz-Algorithm') !== ALGORITHM)
    throw new SignatureError('malformed', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256".');
  const expires = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  if (!Number.isInteger(expires) || expires < 1 || expires > MAX_EXPIRES_SECONDS) {
    throw new SignatureError('malformed', 'X-Amz-Expires must be between 1 and 604800 seconds.');
  }
  const read = parts(
    query.get('X-Amz-Credential'),
    query.get('X-Amz-SignedHeaders'),
    query.get('X-Amz-Signature'),
    query.get('X-Amz-Date') ?? '',
    query.get('X-Amz-Security-Token'),
  );
  return { ...read, expiresSeconds: expires };
}

function parts(
  credential: string | null | undefined,
  signedHeaders: string | null | undefined,
  signature: string | null | undefined,
  timestamp: string,
  sessionToken: string | null,
): SignatureParts {
  const [accessKeyId = '', date = '', region = '', service = '', end] = (credential ?? '').split('/');
  if (end !== 'aws4_request' || !signedHeaders || !/^[0-9a-f]{64}$/.test(signature ?? '')) {
    throw new SignatureError('malformed', "Authorization needs 'Credential', 'SignedHeaders' and 'Signature'.");
  }
  if (!/^\d{8}T\d{6}Z$/.test(timestamp) || !timestamp.startsWith(date)) {
    throw new SignatureError('malformed', "The request needs an 'X-Amz-Date' of the day in its credential scope.");
  }
  return {
    accessKeyId,
    date,
    region,
    service,
    scope: `${date}/${region}/${service}/aws4_request`,
    signedHeaders: signedHeaders.split(';'),
    signature: signature ?? '',
    timestamp,
    sessionToken: sessionToken || undefined,
  };
}

/**
 * Checks a signature against the secret of its access key. `payloadHash`: hex SHA-256 of the body or S3's special
 * words. Throws `SignatureError`.
 */
export function verifySignature(
  request: HttpRequest,
  signed: SignatureParts,
  secretAccessKey: string,
  payloadHash: string,
  nowMs: number,
): void {
  checkTime(signed, nowMs);
  checkHeaders(request, signed);
  const toSign = [
    ALGORITHM,
    signed.timestamp,
    signed.scope,
    createHash('sha256')
      .update(canonicalRequest(request, signed, payloadHash))
      .digest('hex'),
  ].join('\n');
  const expected = createHmac('sha256', signingKey(signed, secretAccessKey)).update(toSign).digest();
  if (!timingSafeEqual(expected, Buffer.from(signed.signature, 'hex'))) {
    throw new SignatureError(
      'mismatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret ' +
        'Access Key and signing method. Consult the service documentation for details.',
    );
  }
}

function checkTime(signed: SignatureParts, nowMs: number): void {
  const { timestamp } = signed;
  const signedAt = Date.UTC(
    +timestamp.slice(0, 4),
    +timestamp.slice(4, 6) - 1,
    +timestamp.slice(6, 8),
    +timestamp.slice(9, 11),
    +timestamp.slice(11, 13),
    +timestamp.slice(13, 15),
  );
  if (signed.expiresSeconds === undefined) {
    if (Math.abs(nowMs - signedAt) > SKEW_MS)
      throw new SignatureError('skewed', `Signature not current: ${signed.timestamp}.`);
    return;
  }
  if (signedAt - nowMs > SKEW_MS) throw new SignatureError('skewed', 'Request is not valid yet.');
  if (nowMs > signedAt + signed.expiresSeconds * 1000) throw new SignatureError('expired', 'Request has expired');
}

/** The host and whatever steers AWS must be covered, else anybody could change it under way. */
function checkHeaders(request: HttpRequest, signed: SignatureParts): void {
  const unsigned = Object.keys(request.headers).find(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.signedHeaders.includes(name),
  );
  if (unsigned !== undefined) {
    throw new SignatureError(
      'unsigned-header',
      `There were headers present in the request which were not signed: ${unsigned}`,
    );
  }
}

function signingKey(signed: SignatureParts, secretAccessKey: string): Buffer {
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const day = hmac(`AWS4${secretAccessKey}`, signed.date);
  return hmac(hmac(hmac(day, signed.region), signed.service), 'aws4_request');
}

function canonicalRequest(request: HttpRequest, signed: SignatureParts, payloadHash: string): string {
  const headers = signed.signedHeaders.map((name) => {
    const values = request.distinctHeaders[name] ?? [];
    return `${name}:${values.map((value) => value.trim().replace(/ +/g, ' ')).join(',')}\n`;
  });
  return [
    request.method,
    canonicalPath(request.path, signed.service),
    canonicalQuery(request.rawQuery),
    headers.join(''),
    signed.signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

/** S3 signs the path as encoded once; every other service encodes it again. */
function canonicalPath(path: string, service: string): string {
  const once = (segment: string) => (service === 's3' ? encode(decode(segment)) : encode(segment));
  return path.split('/').map(once).join('/');
}

function canonicalQuery(rawQuery: string): string {
  if (rawQuery === '') return '';
  return rawQuery
    .split('&')
    .map((pair) => {
      const cut = pair.indexOf('=');
      const name = cut < 0 ? pair : pair.slice(0, cut);
      return [encode(decode(name)), encode(decode(cut < 0 ? '' : pair.slice(cut + 1)))] as const;
    })
    .filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%2B'));
  } catch {
    throw new SignatureError('malformed', 'The address is not validly percent-encoded.');
  }
}

/** RFC 3986 unreserved characters stay; `encodeURIComponent` leaves five more alone. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
