import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { type AuthDialect, authenticate, signedService } from './authenticate.ts';
import { AwsFault } from './aws-fault.ts';
import { type HttpReply, type HttpRequest, header } from './http-message.ts';
import type { RpcService } from './operation.ts';
import { callOperation, cborProtocol, ec2Protocol, jsonProtocol, queryProtocol, type RpcProtocol } from './rpc.ts';
import { s3Call, s3Refusal } from './s3/s3.ts';
import type { Services } from './services.ts';
import { sesCall, sesRefusal } from './ses/ses.ts';
import { isAnonymousAction } from './sns/operations.ts';
import { sqsQueryProtocol } from './sqs/query-protocol.ts';

const SNS = queryProtocol('http://sns.amazonaws.com/doc/2010-03-31/');

/** How each service that calls operations by name may be spoken to, by the name requests are signed for. */
const PROTOCOLS: Readonly<
  Record<string, { readonly query?: RpcProtocol; readonly json?: RpcProtocol; readonly cbor?: RpcProtocol }>
> = {
  sns: { query: SNS },
  autoscaling: { query: queryProtocol('http://autoscaling.amazonaws.com/doc/2011-01-01/') },
  sts: { query: queryProtocol('https://sts.amazonaws.com/doc/2011-06-15/') },
  ec2: { query: ec2Protocol('http://ec2.amazonaws.com/doc/2016-11-15/') },
  sqs: { query: sqsQueryProtocol, json: jsonProtocol('1.0', 'AmazonSQS') },
  ssm: { json: jsonProtocol('1.1', 'AmazonSSM') },
  monitoring: {
    query: queryProtocol('http://monitoring.amazonaws.com/doc/2010-08-01/'),
    json: jsonProtocol('1.0', 'GraniteServiceVersion20100801'),
    cbor: cborProtocol,
  },
};

/** Bytes of a request body. SES takes 40 MB as base64, SQS 1 MB as form text; S3's own limit is the sandbox's. */
const BODY_LIMITS: Readonly<Record<string, number>> = { s3: 64 * 1024 * 1024, ses: 56 * 1024 * 1024 };
const BODY_LIMIT = 2 * 1024 * 1024;
/** Clients compress large PutMetricData calls. */
const MAX_INFLATED = 16 * 1024 * 1024;

/** How large a body the service may be sent that a request is signed for. */
export function bodyLimit(authorization: string, query: URLSearchParams): number {
  return BODY_LIMITS[signedService(authorization, query) ?? ''] ?? BODY_LIMIT;
}

/** Answers one API call in the protocol it came in, refusals included. */
export async function dispatch(request: HttpRequest, services: Services): Promise<HttpReply> {
  const name = signedService(header(request, 'authorization'), request.query);
  const call = callOf(request, services, name);
  const requestId = randomUUID();
  try {
    // A refusal of SigV4's special body hashes must not hide behind the operation.
    if (call.auth) {
      const { region } = services.context;
      authenticate(request, call.auth.dialect, { service: call.auth.service, region }, Date.now());
    }
    return await call.run(call.auth?.dialect === 's3' ? request : inflated(request));
  } catch (error) {
    return call.refuse(error instanceof AwsFault ? error : internal(error), requestId);
  }
}

/** The refusal of a request whose body was not even read. */
export function refuseUnread(fault: AwsFault): HttpReply {
  const { status, headers, body } = SNS.refuse(fault, randomUUID());
  return { status, headers: { ...headers, connection: 'close' }, body };
}

interface Call {
  readonly auth: { readonly dialect: AuthDialect; readonly service: string } | undefined;
  run(request: HttpRequest): Promise<HttpReply>;
  refuse(fault: AwsFault, requestId: string): HttpReply;
}

function callOf(request: HttpRequest, services: Services, name: string | undefined): Call {
  if (name === 'ses' || request.path.startsWith('/v2/email/')) {
    return {
      auth: { dialect: 'json', service: 'ses' },
      run: (each) => sesCall(each, services.mailbox),
      refuse: sesRefusal,
    };
  }
  if (name !== undefined && Object.hasOwn(PROTOCOLS, name)) return rpcCall(request, services, name);
  if (name === undefined && request.method === 'GET' && isAnonymousAction(services.sns, request.query)) {
    return { auth: undefined, run: (each) => callOperation(services.rpc('sns'), SNS, each), refuse: SNS.refuse };
  }
  const target = header(request, 'x-amz-target');
  const unsigned = target.startsWith('AmazonSSM.')
    ? 'ssm'
    : target !== '' || isForm(request)
      ? 'monitoring'
      : undefined;
  if (name === undefined && unsigned) return rpcCall(request, services, unsigned);
  return {
    auth: { dialect: 's3', service: 's3' },
    run: async (each) => s3Call(each, services.buckets, services.context),
    refuse: (fault, requestId) => s3Refusal(fault, requestId, request.path),
  };
}

const isForm = (request: HttpRequest) =>
  header(request, 'content-type').startsWith('application/x-www-form-urlencoded') || request.query.has('Action');

/** How a request to a service speaks that calls operations by name. */
export function protocolOf(request: HttpRequest, name: string): RpcProtocol {
  const { query, json, cbor } = PROTOCOLS[name] ?? {};
  const wanted =
    header(request, 'smithy-protocol') === 'rpc-v2-cbor' ? cbor : header(request, 'x-amz-target') !== '' ? json : query;
  return wanted ?? query ?? json ?? SNS;
}

function rpcCall(request: HttpRequest, services: Services, name: string): Call {
  const protocol = protocolOf(request, name);
  const service: RpcService = services.rpc(name);
  return {
    auth: { dialect: protocol.authDialect, service: name },
    run: (each) => callOperation(service, protocol, each),
    refuse: protocol.refuse,
  };
}

function inflated(request: HttpRequest): HttpRequest {
  if (header(request, 'content-encoding') !== 'gzip') return request;
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: MAX_INFLATED }) };
  } catch {
    throw new AwsFault('SerializationException', 'The request body is not valid gzip.');
  }
}

/** A fault of the sandbox itself: told in full, as nobody but its own developers meets it. */
function internal(error: unknown): AwsFault {
  return new AwsFault('InternalFailure', error instanceof Error ? (error.stack ?? error.message) : String(error), {
    status: 500,
  });
}
