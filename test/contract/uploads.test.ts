import assert from 'node:assert/strict';
import test from 'node:test';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { createClients } from '../../service/aws/clients.ts';
import { createUploads } from '../../service/aws/uploads.ts';
import { FakeUploads } from '../support/fakes/fake-uploads.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';
import { uploadsContract } from './uploads-contract.ts';

const BUCKET = 'captures-of-acme';

uploadsContract('the fake', async () => {
  const uploads = new FakeUploads();
  return { uploads, put: async (url, checksum, body) => uploads.put(url, checksum, body) };
});

/** The service's own client: how it signs is a setting of it. */
async function sandboxS3() {
  const { client } = await sandboxSetUp();
  process.env.AWS_ENDPOINT_URL = client.endpoint;
  process.env.AWS_ACCESS_KEY_ID = client.credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = client.credentials.secretAccessKey;
  return createClients(client.region).s3;
}

uploadsContract('S3', async () => {
  const s3 = await sandboxS3();
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  return {
    uploads: createUploads(s3, BUCKET),
    put: async (url, checksum, body) => {
      const headers = checksum === null ? undefined : { 'x-amz-checksum-sha256': checksum };
      return (await fetch(url, { method: 'PUT', body: Buffer.from(body), ...(headers ? { headers } : {}) })).status;
    },
  };
});

test('an address is signed for the headers of size and checksum, expires, and has no checksum of its own', async () => {
  const uploads = createUploads(await sandboxS3(), BUCKET);
  const { url } = await uploads.address('captures/x', { bytes: 7, sha256: 'ab'.repeat(32) }, 300);
  const query = new URL(url).searchParams;
  assert.equal(query.get('X-Amz-SignedHeaders'), 'content-length;host;x-amz-checksum-sha256');
  assert.equal(query.get('X-Amz-Expires'), '300');
  assert.deepEqual(
    [...query.keys()].filter((name) => /checksum/i.test(name)),
    [],
  );
});
