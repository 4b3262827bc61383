import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { type AuthDialect, authenticate, type Gate, type Signer, signedService } from './authenticate.ts';
import { AwsFault } from './aws-fault.ts';
import { type HttpReply, type HttpRequest, header } from './http-message.ts';
import type { Places } from './places.ts';
import { callOperation, cborProtocol, ec2Protocol, jsonProtocol, queryProtocol, type RpcProtocol } from './rpc.ts';
import { s3Call, s3Refusal } from './s3/s3.ts';
import type { Services } from './services.ts';
import { sesCall, sesRefusal } from './ses/ses.ts';
import { isAnonymousAction } from './sns/operations.ts';
import { sqsQueryProtocol } from './sqs/query-protocol.ts';
import type { Sts } from './sts/sts.ts';

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

/** Answers one API call in the protocol it came in, refusals included, at the place that it was signed for. */
export async function dispatch(request: HttpRequest, places: Places, sts: Sts): Promise<HttpReply> {
  const call = callOf(request, places, sts);
  try {
    return await call.run(request);
  } catch (error) {
    return call.refuse(error instanceof AwsFault ? error : internal(error), randomUUID());
  }
}

/** The refusal of a request whose body was not even read. */
export function refuseUnread(fault: AwsFault): HttpReply {
  const { status, headers, body } = SNS.refuse(fault, randomUUID());
  return { status, headers: { ...headers, connection: 'close' }, body };
}

interface Call {
  run(request: HttpRequest): Promise<HttpReply>;
  refuse(fault: AwsFault, requestId: string): HttpReply;
}

interface SignedCall {
  readonly dialect: AuthDialect;
  readonly service: string;
  run(request: HttpRequest, signer: Signer): Promise<HttpReply>;
  refuse(fault: AwsFault, requestId: string): HttpReply;
}

function callOf(request: HttpRequest, places: Places, sts: Sts): Call {
  const name = signedService(header(request, 'authorization'), request.query);
  const open = name === undefined ? anonymousCall(request, places) : undefined;
  if (open) return open;
  const { dialect, service, run, refuse } = signedCallOf(request, name, places, sts);
  const gate: Gate = { keys: sts.keys, regions: (...asked) => places.regions(...asked) };
  return {
    refuse,
    run: (each) => {
      // A refusal of SigV4's special body hashes must not hide behind the operation.
      const signer = authenticate(each, { dialect, service }, gate, Date.now());
      return run(dialect === 's3' ? each : inflated(each), signer);
    },
  };
}

/** What a link in a message of SNS opens, at the place of its topic. */
function anonymousCall(request: HttpRequest, places: Places): Call | undefined {
  const { query } = request;
  const { sns, rpc } = places.ofArn(query.get('TopicArn') ?? query.get('SubscriptionArn') ?? '') ?? places.first;
  if (request.method !== 'GET' || !isAnonymousAction(sns, query)) return undefined;
  return { run: (each) => callOperation(rpc('sns'), SNS, each), refuse: SNS.refuse };
}

function signedCallOf(request: HttpRequest, name: string | undefined, places: Places, sts: Sts): SignedCall {
  const at = ({ caller, region }: Signer) => placeOf(places, caller.accountId, region);
  if (name === 'ses' || request.path.startsWith('/v2/email/')) {
    return {
      dialect: 'json',
      service: 'ses',
      run: (each, signer) => {
        const { mailbox, identities, context } = at(signer);
        return sesCall(each, { mailbox, identities, region: context.region });
      },
      refuse: sesRefusal,
    };
  }
  const rpcName = name === undefined ? meantUnsigned(request) : name;
  if (rpcName !== undefined && Object.hasOwn(PROTOCOLS, rpcName)) {
    const protocol = protocolOf(request, rpcName);
    const serviceFor = (signer: Signer) => (rpcName === 'sts' ? sts.service(signer.caller) : at(signer).rpc(rpcName));
    return {
      dialect: protocol.authDialect,
      service: rpcName,
      run: (each, signer) => callOperation(serviceFor(signer), protocol, each),
      refuse: protocol.refuse,
    };
  }
  return {
    dialect: 's3',
    service: 's3',
    run: async (each, signer) => s3Call(each, at(signer).buckets, at(signer).context),
    refuse: (fault, requestId) => s3Refusal(fault, requestId, request.path),
  };
}

/** `authenticate` has let through only regions in which the account has a place. */
function placeOf(places: Places, accountId: string, region: string): Services {
  const found = places.of(accountId, region);
  if (!found) throw new Error(`account ${accountId} has no place in ${region}`);
  return found;
}

/** Whose form of refusal fits a request that is not signed. */
function meantUnsigned(request: HttpRequest): string | undefined {
  const target = header(request, 'x-amz-target');
  if (target.startsWith('AmazonSSM.')) return 'ssm';
  return target !== '' || isForm(request) ? 'monitoring' : undefined;
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
