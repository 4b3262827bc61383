import { AwsFault } from '../aws-fault.ts';
import type { Context } from '../context.ts';
import type { HttpReply, HttpRequest } from '../http-message.ts';
import type { Output } from '../operation.ts';
import { escapeXml, xmlMembers } from '../protocol/xml.ts';
import type { BucketStore, StoredObject } from './bucket-store.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const PAGE = 1000;

export function listBuckets(request: HttpRequest, store: BucketStore, context: Context): HttpReply {
  if (request.method !== 'GET')
    throw new AwsFault('MethodNotAllowed', 'Buckets can only be listed here.', { status: 405 });
  const buckets = store.names().map((name) => `<Bucket>${xmlMembers({ Name: name }, '')}</Bucket>`);
  const owner = `<Owner><ID>${escapeXml(context.accountId)}</ID></Owner>`;
  return xml(
    `<ListAllMyBucketsResult xmlns="${NAMESPACE}">${owner}` +
      `<Buckets>${buckets.join('')}</Buckets></ListAllMyBucketsResult>`,
  );
}

/** ListObjectsV2 with prefix, delimiter and pages. */
export function listObjects(
  bucket: string,
  objects: ReadonlyMap<string, StoredObject>,
  query: URLSearchParams,
): HttpReply {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const size = Math.min(PAGE, Number(query.get('max-keys') ?? PAGE) || PAGE);
  const shown = new Map<string, StoredObject | undefined>();
  for (const [key, object] of [...objects].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const name = cut < 0 ? key : key.slice(0, cut + delimiter.length);
    if (name > after) shown.set(name, cut < 0 ? object : undefined);
  }
  const all = [...shown];
  const page = all.slice(0, size);
  const written = query.get('encoding-type') === 'url' ? encodeURIComponent : (text: string) => text;
  const summary = xmlMembers(
    {
      Name: bucket,
      Prefix: written(prefix),
      Delimiter: delimiter === '' ? undefined : written(delimiter),
      EncodingType: query.get('encoding-type') ?? undefined,
      KeyCount: page.length,
      MaxKeys: size,
      IsTruncated: all.length > page.length,
      NextContinuationToken: all.length > page.length ? page.at(-1)?.[0] : undefined,
    },
    '',
  );
  const entries = page.map(([name, object]) =>
    object ? `<Contents>${xmlMembers(entry(written(name), object), '')}</Contents>` : commonPrefix(written(name)),
  );
  return xml(`<ListBucketResult xmlns="${NAMESPACE}">${summary}${entries.join('')}</ListBucketResult>`);
}

function entry(key: string, object: StoredObject): Output {
  return {
    Key: key,
    LastModified: object.lastModified,
    ETag: object.etag,
    Size: object.body.length,
    StorageClass: 'STANDARD',
  };
}

function commonPrefix(name: string): string {
  return `<CommonPrefixes>${xmlMembers({ Prefix: name }, '')}</CommonPrefixes>`;
}

function xml(body: string): HttpReply {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}
