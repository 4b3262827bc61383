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
import type { AccessKey, AccessKeys, Caller } from './sts/access-keys.ts';

/** How a family of services words a refused signature. */
export type AuthDialect = 'query' | 'ec2' | 'json' | 's3';

/** `message`: the service's own, where it says more or less than the fault. */
type Refusal = readonly [code: string, status: number, message?: string];

const REFUSALS: Readonly<Record<AuthDialect, Readonly<Record<SignatureFault, Refusal>>>> = {
  query: {
    missing: ['MissingAuthenticationToken', 403],
    malformed: ['IncompleteSignature', 400],
    'unknown-key': ['InvalidClientTokenId', 403],
    'invalid-token': ['InvalidClientTokenId', 403],
    'expired-token': ['ExpiredToken', 403],
    mismatch: ['SignatureDoesNotMatch', 403],
    skewed: ['SignatureDoesNotMatch', 403],
    expired: ['SignatureDoesNotMatch', 403],
    'unsigned-header': ['SignatureDoesNotMatch', 403],
  },
  ec2: {
    missing: ['MissingAuthenticationToken', 403],
    malformed: ['IncompleteSignature', 400],
    'unknown-key': ['AuthFailure', 401],
    'invalid-token': ['AuthFailure', 401],
    'expired-token': ['RequestExpired', 400, 'Request has expired.'],
    mismatch: ['SignatureDoesNotMatch', 403],
    skewed: ['RequestExpired', 400],
    expired: ['RequestExpired', 400],
    'unsigned-header': ['SignatureDoesNotMatch', 403],
  },
  json: {
    missing: ['MissingAuthenticationTokenException', 400],
    malformed: ['IncompleteSignatureException', 400],
    'unknown-key': ['UnrecognizedClientException', 400],
    'invalid-token': ['UnrecognizedClientException', 400],
    'expired-token': ['ExpiredTokenException', 400],
    mismatch: ['InvalidSignatureException', 400],
    skewed: ['InvalidSignatureException', 400],
    expired: ['InvalidSignatureException', 400],
    'unsigned-header': ['InvalidSignatureException', 400],
  },
  s3: {
    missing: ['AccessDenied', 403],
    malformed: ['AuthorizationHeaderMalformed', 400],
    'unknown-key': ['InvalidAccessKeyId', 403],
    'invalid-token': ['InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'],
    'expired-token': ['ExpiredToken', 400, 'The provided token has expired.'],
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

/** Who signed a request, and for which region. */
export interface Signer {
  readonly caller: Caller;
  readonly region: string;
}

/** What a request is held against. */
export interface Gate {
  readonly keys: AccessKeys;
  /** Where an account may call a service. */
  regions(service: string, accountId: string): readonly string[];
}

/**
 * Checks who signed, for which service and region. Throws the service's own `AwsFault`. `nowMs` is the real time:
 * clients sign with theirs.
 */
export function authenticate(
  request: HttpRequest,
  { dialect, service }: { readonly dialect: AuthDialect; readonly service: string },
  gate: Gate,
  nowMs: number,
): Signer {
  try {
    const signed = readSignature(request);
    if (!signed) throw new SignatureError('missing', 'Missing Authentication Token');
    if (signed.service !== service) throw wrongScope('service', [service]);
    const key = keyOf(signed, gate.keys);
    const regions = gate.regions(service, key.caller.accountId);
    if (!regions.includes(signed.region)) throw wrongScope('region', regions);
    verifySignature(request, signed, key.secret, payloadHash(request, signed), nowMs);
    if (gate.keys.isExpired(key)) {
      throw new SignatureError('expired-token', 'The security token included in the request is expired');
    }
    return { caller: key.caller, region: signed.region };
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    const [code, status, message] = REFUSALS[dialect][error.fault];
    throw new AwsFault(code, message ?? error.message, { status });
  }
}

/** The key that is meant. A temporary one is nothing without its token, and no token fits another key. */
function keyOf({ accessKeyId, sessionToken }: SignatureParts, keys: AccessKeys): AccessKey {
  const key = keys.find(accessKeyId);
  const invalid = 'The security token included in the request is invalid.';
  if (!key || (key.session && sessionToken === undefined)) throw new SignatureError('unknown-key', invalid);
  if (key.session?.token !== sessionToken) throw new SignatureError('invalid-token', invalid);
  return key;
}

function wrongScope(part: 'service' | 'region', right: readonly string[]): SignatureError {
  const scope = right.length === 1 ? `correct ${part}: '${right[0]}'` : `a valid ${part}`;
  return new SignatureError('mismatch', `Credential should be scoped to ${scope}.`);
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
