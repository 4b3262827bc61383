import { AwsFault } from '../aws-fault.ts';
import type { Context } from '../context.ts';
import { type HttpReply, type HttpRequest, header } from '../http-message.ts';
import { decodeAwsChunked } from '../protocol/aws-chunked.ts';
import { escapeXml } from '../protocol/xml.ts';
import type { BucketStore, StoredObject } from './bucket-store.ts';
import { checkChecksums } from './checksum.ts';
import { listBuckets, listObjects } from './list.ts';
import { readRange } from './range.ts';

const MAX_KEY_BYTES = 1024;
/** Headers of an object that come back with it. */
const KEPT = ['content-type', 'content-encoding', 'content-disposition', 'cache-control'];

/**
 * S3, path style: buckets and whole objects, enough for uploads to presigned addresses, and for the whole output of
 * commands that name a bucket (`ssm/s3-output.ts`). Throws `AwsFault`.
 */
export function s3Call(request: HttpRequest, store: BucketStore, context: Context): HttpReply {
  const { bucket, key } = target(request.path);
  if (bucket === '') return listBuckets(request, store, context);
  if (key === '') return bucketCall(request, store, bucket);
  switch (request.method) {
    case 'PUT':
      return putObject(request, store, bucket, key, context);
    case 'GET':
    case 'HEAD':
      return getObject(request, store, bucket, key);
    case 'DELETE':
      store.delete(bucket, key);
      return reply(204);
    default:
      throw notAllowed(request.method);
  }
}

/** The error form of REST-XML. */
export function s3Refusal(fault: AwsFault, requestId: string, path: string): HttpReply {
  return {
    status: fault.status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body:
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      `<Error><Code>${escapeXml(fault.code)}</Code><Message>${escapeXml(fault.message)}</Message>` +
      `<Resource>${escapeXml(path)}</Resource><RequestId>${requestId}</RequestId></Error>`,
  };
}

const notAllowed = (method: string) =>
  new AwsFault('MethodNotAllowed', `The sandbox does not support ${method} here.`, { status: 405 });

function reply(status: number, headers: HttpReply['headers'] = {}, body: HttpReply['body'] = ''): HttpReply {
  return { status, headers, body };
}

/** `/bucket/some/key` */
function target(path: string): { bucket: string; key: string } {
  try {
    const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
  } catch {
    throw new AwsFault('InvalidURI', "Couldn't parse the specified URI.");
  }
}

function bucketCall(request: HttpRequest, store: BucketStore, bucket: string): HttpReply {
  if (request.method === 'PUT') {
    store.create(bucket);
    return reply(200, { location: `/${bucket}` });
  }
  if (request.method === 'DELETE') {
    store.deleteBucket(bucket);
    return reply(204);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') throw notAllowed(request.method);
  const objects = store.objects(bucket);
  return request.method === 'HEAD' ? reply(200) : listObjects(bucket, objects, request.query);
}

function putObject(request: HttpRequest, store: BucketStore, bucket: string, key: string, context: Context): HttpReply {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new AwsFault('KeyTooLongError', 'Your key is too long');
  if (request.query.has('uploadId') || header(request, 'x-amz-copy-source') !== '') {
    throw new AwsFault('NotImplemented', 'The sandbox stores only whole objects: no multipart uploads, no copies.', {
      status: 501,
    });
  }
  const chunked = header(request, 'x-amz-content-sha256').startsWith('STREAMING-');
  const { body, trailers } = chunked
    ? decodeAwsChunked(request.body)
    : { body: request.body, trailers: new Map<string, string>() };
  const declared = header(request, 'x-amz-decoded-content-length');
  if (declared !== '' && Number(declared) !== body.length) {
    throw new AwsFault(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the x-amz-decoded-content-length header',
    );
  }
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  const checksums = checkChecksums([...headers, ...request.query, ...trailers], body);
  const kept = headers.filter(([name]) => KEPT.includes(name) || name.startsWith('x-amz-meta-'));
  const stored = store.put(bucket, key, {
    body,
    checksums,
    headers: Object.fromEntries(
      kept.map(([name, value]) => [name, name === 'content-encoding' ? withoutChunking(value) : value]),
    ),
    lastModified: new Date(context.now()),
  });
  return reply(200, { etag: stored.etag, ...Object.fromEntries(checksums) });
}

/** `aws-chunked,gzip` → `gzip` */
function withoutChunking(encoding: string): string {
  return encoding
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== 'aws-chunked')
    .join(',');
}

function getObject(request: HttpRequest, store: BucketStore, bucket: string, key: string): HttpReply {
  const object = store.objects(bucket).get(key);
  if (!object) throw new AwsFault('NoSuchKey', 'The specified key does not exist.', { status: 404 });
  const headers = objectHeaders(object, header(request, 'x-amz-checksum-mode') === 'ENABLED');
  const range = readRange(header(request, 'range'), object.body.length);
  if (!range) return reply(200, { ...headers, 'content-length': object.body.length }, object.body);
  const [first, last] = range;
  const part = object.body.subarray(first, last + 1);
  // A checksum of the whole object does not fit a part of it.
  return reply(
    206,
    { ...objectHeaders(object, false), 'content-range': `bytes ${first}-${last}/${object.body.length}` },
    part,
  );
}

function objectHeaders(object: StoredObject, withChecksums: boolean): Record<string, string> {
  const { 'content-encoding': encoding, ...headers } = object.headers;
  return {
    'content-type': 'binary/octet-stream',
    ...headers,
    ...(encoding ? { 'content-encoding': encoding } : {}),
    etag: object.etag,
    'last-modified': object.lastModified.toUTCString(),
    'accept-ranges': 'bytes',
    // A stored page must never run in the sandbox's own origin, where the mailbox is.
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
    ...(withChecksums ? Object.fromEntries(object.checksums) : {}),
  };
}
