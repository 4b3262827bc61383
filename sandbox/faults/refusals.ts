/** How each service of AWS words what it refuses, in the protocol of the request. */
import { randomUUID } from 'node:crypto';
import { signedService } from '../aws/authenticate.ts';
import { AwsFault } from '../aws/aws-fault.ts';
import { protocolOf } from '../aws/dispatch.ts';
import { type HttpReply, type HttpRequest, header } from '../aws/http-message.ts';
import { s3Refusal } from '../aws/s3/s3.ts';
import { sesRefusal } from '../aws/ses/ses.ts';

/** What AWS says of itself or of the caller. */
export const REFUSALS = ['throttle', 'internal', 'expired', 'unrecognized', 'denied'] as const;
export type Refusal = (typeof REFUSALS)[number];

type Words = readonly [code: string, status: number];
type Dialect = Readonly<Record<Refusal, Words>>;

const JSON_WORDS: Dialect = {
  throttle: ['ThrottlingException', 400],
  internal: ['InternalServerError', 500],
  expired: ['ExpiredTokenException', 400],
  unrecognized: ['UnrecognizedClientException', 400],
  denied: ['AccessDeniedException', 400],
};
const QUERY_WORDS: Dialect = {
  throttle: ['Throttling', 400],
  internal: ['InternalFailure', 500],
  expired: ['ExpiredToken', 403],
  unrecognized: ['InvalidClientTokenId', 403],
  denied: ['AccessDenied', 403],
};
const EC2_WORDS: Dialect = {
  throttle: ['RequestLimitExceeded', 503],
  internal: ['InternalError', 500],
  expired: ['RequestExpired', 400],
  unrecognized: ['AuthFailure', 401],
  denied: ['UnauthorizedOperation', 403],
};
const S3_WORDS: Dialect = {
  throttle: ['SlowDown', 503],
  internal: ['InternalError', 500],
  expired: ['ExpiredToken', 400],
  unrecognized: ['InvalidAccessKeyId', 403],
  denied: ['AccessDenied', 403],
};
const SES_WORDS: Dialect = { ...JSON_WORDS, throttle: ['TooManyRequestsException', 429] };

const SAID: Readonly<Record<Refusal, string>> = {
  throttle: 'Rate exceeded',
  internal: 'An internal error occurred.',
  expired: 'The security token included in the request is expired',
  unrecognized: 'The security token included in the request is invalid.',
  denied: 'User: arn:aws:iam::000000000000:user/smokejumper is not authorized to perform this action.',
};

const S3_OPERATIONS: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

function serviceOf(request: HttpRequest): string {
  if (request.path.startsWith('/v2/email/')) return 'ses';
  return signedService(header(request, 'authorization'), request.query) ?? '';
}

/** The API that a request calls: `GetMetricData`, `SendEmail`, `GetObject`. */
export function apiOf(request: HttpRequest): string {
  const service = serviceOf(request);
  if (service === 'ses') return 'SendEmail';
  if (service === 's3') return S3_OPERATIONS[request.method] ?? request.method;
  return protocolOf(request, service).operationOf(request);
}

/** What the service would answer that the request is for. */
export function refuse(request: HttpRequest, refusal: Refusal): HttpReply {
  const service = serviceOf(request);
  const fault = ([code, status]: Words) => new AwsFault(code, SAID[refusal], { status });
  if (service === 'ses') return sesRefusal(fault(SES_WORDS[refusal]), randomUUID());
  if (service === 's3') return s3Refusal(fault(S3_WORDS[refusal]), randomUUID(), request.path);
  const protocol = protocolOf(request, service);
  const words = { json: JSON_WORDS, query: QUERY_WORDS, ec2: EC2_WORDS }[protocol.authDialect];
  return protocol.refuse(fault(words[refusal]), randomUUID());
}
