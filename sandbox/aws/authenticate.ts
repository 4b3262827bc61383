import { createHash } from 'node:crypto';
import { AwsFault } from './aws-fault.ts';
import { type HttpRequest, header } from './http-message.ts';
import {
  readSignature,
  SignatureError,
  type SignatureFault,
  type SignatureParts,
  verifySignature,
} from './protocol/sigv4.ts';

/** How a family of services words a refused signature. */
export type AuthDialect = 'query' | 'ec2' | 'json' | 's3';

type Refusal = readonly [code: string, status: number];

const REFUSALS: Readonly<Record<AuthDialect, Readonly<Record<SignatureFault, Refusal>>>> = {
  query: {
    missing: ['MissingAuthenticationToken', 403],
    malformed: ['IncompleteSignature', 400],
    'unknown-key': ['InvalidClientTokenId', 403],
    mismatch: ['SignatureDoesNotMatch', 403],
    skewed: ['SignatureDoesNotMatch', 403],
    expired: ['SignatureDoesNotMatch', 403],
    'unsigned-header': ['SignatureDoesNotMatch', 403],
  },
  ec2: {
    missing: ['MissingAuthenticationToken', 403],
    malformed: ['IncompleteSignature', 400],
    'unknown-key': ['AuthFailure', 401],
    mismatch: ['SignatureDoesNotMatch', 403],
    skewed: ['RequestExpired', 400],
    expired: ['RequestExpired', 400],
    'unsigned-header': ['SignatureDoesNotMatch', 403],
  },
  json: {
    missing: ['MissingAuthenticationTokenException', 400],
    malformed: ['IncompleteSignatureException', 400],
    'unknown-key': ['UnrecognizedClientException', 400],
    mismatch: ['InvalidSignatureException', 400],
    skewed: ['InvalidSignatureException', 400],
    expired: ['InvalidSignatureException', 400],
    'unsigned-header': ['InvalidSignatureException', 400],
  },
  s3: {
    missing: ['AccessDenied', 403],
    malformed: ['AuthorizationHeaderMalformed', 400],
    'unknown-key': ['InvalidAccessKeyId', 403],
    mismatch: ['SignatureDoesNotMatch', 403],
    skewed: ['RequestTimeTooSkewed', 403],
    expired: ['AccessDenied', 403],
    'unsigned-header': ['AccessDenied', 403],
  },
};

/** The service a request is signed for, unchecked and before its body is read: it tells which API is meant. */
export function signedService(authorization: string, query: URLSearchParams): string | undefined {
  const credential = /Credential=([^,\s]+)/.exec(authorization)?.[1] ?? query.get('X-Amz-Credential');
  return credential?.split('/')[3];
}

/**
 * Checks who signed, for which service and region. Throws the service's own `AwsFault`. `nowMs` is the real time:
 * clients sign with theirs.
 */
export function authenticate(
  request: HttpRequest,
  dialect: AuthDialect,
  scope: { readonly service: string; readonly region: string },
  nowMs: number,
): void {
  try {
    const signed = readSignature(request);
    if (!signed) throw new SignatureError('missing', 'Missing Authentication Token');
    for (const part of ['service', 'region'] as const) {
      if (signed[part] === scope[part]) continue;
      throw new SignatureError('mismatch', `Credential should be scoped to correct ${part}: '${scope[part]}'.`);
    }
    verifySignature(request, signed, payloadHash(request, signed), nowMs);
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    const [code, status] = REFUSALS[dialect][error.fault];
    throw new AwsFault(code, error.message, { status });
  }
}

/** Only S3 may declare the hash of the body, or none; what it declares is checked. */
function payloadHash(request: HttpRequest, signed: SignatureParts): string {
  const actual = () => createHash('sha256').update(request.body).digest('hex');
  if (signed.service !== 's3') return actual();
  const declared = header(request, 'x-amz-content-sha256');
  if (declared === '') return 'UNSIGNED-PAYLOAD';
  if (declared === 'UNSIGNED-PAYLOAD' || declared === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') return declared;
  if (declared.startsWith('STREAMING-')) {
    throw new AwsFault('NotImplemented', `The sandbox does not support ${declared} bodies.`, { status: 501 });
  }
  if (declared !== actual()) {
    throw new AwsFault(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return declared;
}
