import { randomUUID } from 'node:crypto';
import { AwsFault } from './aws-fault.ts';
import { Fields } from './fields.ts';
import { type HttpReply, type HttpRequest, header } from './http-message.ts';
import type { Output, RpcService } from './operation.ts';
import { decodeCbor, encodeCbor } from './protocol/cbor.ts';
import { decodeJson, encodeJson } from './protocol/json.ts';
import { decodeQuery } from './protocol/query.ts';
import { escapeXml, xmlMembers } from './protocol/xml.ts';

/** One way to call operations by name: which one is meant, its members, and how answers and errors are written. */
export interface RpcProtocol {
  readonly authDialect: 'query' | 'ec2' | 'json';
  operationOf(request: HttpRequest): string;
  decode(request: HttpRequest): unknown;
  reply(operation: string, output: Output, requestId: string): HttpReply;
  refuse(fault: AwsFault, requestId: string): HttpReply;
}

/** Runs the operation that a request names. Throws `AwsFault`. */
export async function callOperation(
  service: RpcService,
  protocol: RpcProtocol,
  request: HttpRequest,
): Promise<HttpReply> {
  const name = protocol.operationOf(request);
  const operation = service.operations.get(name);
  if (!operation) {
    const code = protocol.authDialect === 'json' ? 'UnknownOperationException' : 'InvalidAction';
    throw new AwsFault(code, `The sandbox does not support the action ${name}.`);
  }
  const output = await operation(new Fields(protocol.decode(request), service.dialect));
  return protocol.reply(name, output, randomUUID());
}

function parameters(request: HttpRequest): URLSearchParams {
  return request.method === 'POST' ? new URLSearchParams(request.body.toString('utf8')) : request.query;
}

const XML = 'text/xml; charset=utf-8';

/** AWS query protocol: form parameters in, XML out. `members`: how the members of an answer are written. */
export function queryProtocol(
  namespace: string,
  members: (output: Output, operation: string) => string = (output) => xmlMembers(output, 'member'),
): RpcProtocol {
  return {
    authDialect: 'query',
    operationOf: (request) => parameters(request).get('Action') ?? '',
    decode: (request) => decodeQuery(parameters(request)),
    reply: (operation, output, requestId) => ({
      status: 200,
      headers: { 'content-type': XML, 'x-amzn-requestid': requestId },
      body:
        `<${operation}Response xmlns="${namespace}">` +
        `<${operation}Result>${members(output, operation)}</${operation}Result>` +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
    }),
    refuse: (fault, requestId) => ({
      status: fault.status,
      headers: { 'content-type': XML, 'x-amzn-requestid': requestId },
      body:
        `<ErrorResponse xmlns="${namespace}">` +
        `<Error><Type>${faultSide(fault)}</Type><Code>${escapeXml(fault.code)}</Code>` +
        `<Message>${escapeXml(fault.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    }),
  };
}

/** EC2's variant: no result element, lists of `item`, its own error form. */
export function ec2Protocol(namespace: string): RpcProtocol {
  return {
    ...queryProtocol(namespace),
    authDialect: 'ec2',
    reply: (operation, output, requestId) => ({
      status: 200,
      headers: { 'content-type': 'text/xml;charset=UTF-8' },
      body:
        `<?xml version="1.0" encoding="UTF-8"?>\n<${operation}Response xmlns="${namespace}">` +
        `<requestId>${requestId}</requestId>${xmlMembers(output, 'item')}</${operation}Response>`,
    }),
    refuse: (fault, requestId) => ({
      status: fault.status,
      headers: { 'content-type': 'text/xml;charset=UTF-8' },
      body:
        `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${escapeXml(fault.code)}</Code>` +
        `<Message>${escapeXml(fault.message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
    }),
  };
}

/** AWS JSON: `X-Amz-Target: Prefix.Operation`. */
export function jsonProtocol(version: '1.0' | '1.1', prefix: string): RpcProtocol {
  const headers = (requestId: string) => ({
    'content-type': `application/x-amz-json-${version}`,
    'x-amzn-requestid': requestId,
  });
  return {
    authDialect: 'json',
    operationOf: (request) => {
      const target = header(request, 'x-amz-target');
      return target.startsWith(`${prefix}.`) ? target.slice(prefix.length + 1) : target;
    },
    decode: (request) => decodeJson(request.body),
    reply: (_operation, output, requestId) => ({ status: 200, headers: headers(requestId), body: encodeJson(output) }),
    refuse: (fault, requestId) => ({
      status: fault.status,
      headers: { ...headers(requestId), ...queryCompatible(fault) },
      body: JSON.stringify({ __type: fault.shape, message: fault.message }),
    }),
  };
}

/** Smithy RPC v2 CBOR: `POST /service/Prefix/operation/Operation`. */
export const cborProtocol: RpcProtocol = {
  authDialect: 'json',
  operationOf: (request) => /^\/service\/[^/]+\/operation\/(\w+)$/.exec(request.path)?.[1] ?? '',
  decode: (request) => decodeCbor(request.body),
  reply: (_operation, output, requestId) => ({
    status: 200,
    headers: cborHeaders(requestId),
    body: encodeCbor(output),
  }),
  refuse: (fault, requestId) => ({
    status: fault.status,
    headers: { ...cborHeaders(requestId), ...queryCompatible(fault) },
    body: encodeCbor({ __type: fault.shape, message: fault.message }),
  }),
};

function cborHeaders(requestId: string): Record<string, string> {
  return { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor', 'x-amzn-requestid': requestId };
}

/** Services that once spoke the query protocol keep its error codes in a header. */
function queryCompatible(fault: AwsFault): Record<string, string> {
  return fault.shape === fault.code ? {} : { 'x-amzn-query-error': `${fault.code};${faultSide(fault)}` };
}

function faultSide(fault: AwsFault): string {
  return fault.status < 500 ? 'Sender' : 'Receiver';
}
