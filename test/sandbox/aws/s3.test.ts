import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { localFleet } from '../../support/sandbox/local-fleet.ts';
import { presignedUrl, signedHeaders } from '../../support/sandbox/sign-request.ts';

describe('S3 of the sandbox', () => {
  let sandbox: Sandbox;
  let s3: S3Client;
  const Bucket = 'artifacts';
  const urlOf = (key: string) => new URL(`${sandbox.endpoint}/${Bucket}/${key}`);

  before(async () => {
    sandbox = await startSandbox({ fleet: localFleet(), manualTicks: true });
    const { region, endpoint } = sandbox;
    s3 = new S3Client({ region, endpoint, credentials: DEMO_CREDENTIALS, forcePathStyle: true, maxAttempts: 1 });
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  after(async () => {
    s3.destroy();
    await sandbox.close();
  });

  it('gives back what was put, whole, in part and as a head', async () => {
    const Key = "profiles/a b+c'(é).gz";
    const put = await s3.send(
      new PutObjectCommand({ Bucket, Key, Body: 'hello world', ContentType: 'text/plain', Metadata: { side: 'hot' } }),
    );
    assert.equal(put.ETag, `"${createHash('md5').update('hello world').digest('hex')}"`);
    assert.ok(put.ChecksumCRC32);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    assert.equal(await got.Body?.transformToString(), 'hello world');
    assert.deepEqual(
      [got.ContentType, got.Metadata?.side, got.ChecksumCRC32],
      ['text/plain', 'hot', put.ChecksumCRC32],
    );
    const part = await s3.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=-5' }));
    assert.equal(await part.Body?.transformToString(), 'world');
    assert.equal(part.ContentRange, 'bytes 6-10/11');
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=50-' })), { name: 'InvalidRange' });
    assert.equal((await s3.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength, 11);
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key })), { name: 'NoSuchKey' });
    await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key })), { name: 'NotFound' });
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket: 'elsewhere', Key })), { name: 'NoSuchBucket' });
  });

  it('reads streamed uploads and their trailing checksum', async () => {
    const parts = ['one ', 'two ', 'three'];
    const Body = Readable.from(parts.map((part) => Buffer.from(part)));
    await s3.send(
      new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: 13, ChecksumAlgorithm: 'CRC32C' }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'stream', ChecksumMode: 'ENABLED' }));
    assert.equal(await got.Body?.transformToString(), 'one two three');
    assert.ok(got.ChecksumCRC32C);
  });

  it('refuses a body that does not match its checksum or its hash', async () => {
    const wrong = (headers: Readonly<Record<string, string>>) => {
      const request = { method: 'PUT', url: urlOf('bad'), service: 's3', headers };
      const { host: _, ...signed } = signedHeaders(request);
      return fetch(request.url, { method: 'PUT', headers: signed, body: 'body' });
    };
    const checksum = await wrong({ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'x-amz-checksum-crc32': 'AAAAAA==' });
    assert.equal(checksum.status, 400);
    assert.match(await checksum.text(), /<Code>BadDigest<\/Code>/);
    const hash = await wrong({ 'x-amz-content-sha256': 'a'.repeat(64) });
    assert.match(await hash.text(), /<Code>XAmzContentSHA256Mismatch<\/Code>/);
  });

  it('lists keys by prefix and delimiter, page by page', async () => {
    for (const Key of ['list/a/1', 'list/a/2', 'list/b', 'list/c'])
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    const grouped = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', Delimiter: '/' }));
    assert.deepEqual(
      grouped.CommonPrefixes?.map((each) => each.Prefix),
      ['list/a/'],
    );
    assert.deepEqual(
      grouped.Contents?.map((each) => each.Key),
      ['list/b', 'list/c'],
    );
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', MaxKeys: 3 }));
    assert.equal(page.IsTruncated, true);
    const rest = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'list/', ContinuationToken: page.NextContinuationToken }),
    );
    assert.deepEqual(
      rest.Contents?.map((each) => each.Key),
      ['list/c'],
    );
  });

  it('takes an upload and gives a download by presigned address, to anybody who holds it', async () => {
    const put = presignedUrl({ method: 'PUT', url: urlOf('presigned.gz'), service: 's3' }, 60);
    assert.equal((await fetch(put, { method: 'PUT', body: 'profile' })).status, 200);
    const get = presignedUrl({ method: 'GET', url: urlOf('presigned.gz'), service: 's3' }, 60);
    assert.equal(await (await fetch(get)).text(), 'profile');
    assert.equal((await fetch(get, { method: 'PUT', body: 'x' })).status, 403, 'only for its method');
    assert.equal((await fetch(get.replace('presigned.gz', 'stream'))).status, 403, 'only for its key');
    assert.equal((await fetch(urlOf('presigned.gz'))).status, 403, 'nothing without a signature');
    const foreign = presignedUrl({ method: 'GET', url: urlOf('presigned.gz'), service: 's3', secret: 'wrong' }, 60);
    assert.match(await (await fetch(foreign)).text(), /<Code>SignatureDoesNotMatch<\/Code>/);
  });

  it('refuses a presigned address that has expired or carries the checksum of another body', async () => {
    const at = new Date(Date.now() - 120_000);
    const expired = await fetch(presignedUrl({ method: 'GET', url: urlOf('presigned.gz'), service: 's3', at }, 60));
    assert.equal(expired.status, 403);
    assert.match(await expired.text(), /<Message>Request has expired<\/Message>/);
    const checksum = { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-sdk-checksum-algorithm': 'CRC32' };
    const trap = await fetch(presignedUrl({ method: 'PUT', url: urlOf('trap'), service: 's3' }, 60, checksum), {
      method: 'PUT',
      body: 'x',
    });
    assert.match(await trap.text(), /<Code>BadDigest<\/Code>/);
  });
});
