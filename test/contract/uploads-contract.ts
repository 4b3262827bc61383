import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import type { UploadsPort } from '../../service/incidents/ports.ts';
import { refusesTheGone } from './interrupted.ts';

export interface UploadsSetUp {
  readonly uploads: UploadsPort;
  /** Uploads as an instance does; the HTTP status. Null: without the header for the checksum. */
  readonly put: (url: string, checksum: string | null, body: Uint8Array) => Promise<number>;
}

/** What every `UploadsPort` promises; both the fake and the adapter are held to it. */
export function uploadsContract(name: string, setUp: () => Promise<UploadsSetUp>): void {
  const KEY = 'captures/cap-1.capture.gz';
  const BODY = Buffer.from('a profile, as if it were large');
  const content = { bytes: BODY.length, sha256: createHash('sha256').update(BODY).digest('hex') };

  test(`${name}: what was put at an address comes back, and is gone once it was removed`, async () => {
    const { uploads, put } = await setUp();
    const { url, checksum } = await uploads.address(KEY, content, 60);
    assert.equal(await put(url, checksum, BODY), 200);
    assert.deepEqual(Buffer.from(await uploads.get(KEY, BODY.length)), BODY);
    await uploads.remove(KEY);
    await assert.rejects(uploads.get(KEY, BODY.length), { code: 'UPLOAD_MISSING', retry: 'later' });
    await uploads.remove(KEY);
  });

  test(`${name}: an address takes no content but the one it was made for`, async () => {
    const { uploads, put } = await setUp();
    const { url, checksum } = await uploads.address(KEY, content, 60);
    const other = Buffer.from(BODY).fill('x', 3, 4);
    const digest = createHash('sha256').update(other).digest('base64');
    assert.equal(await put(url, checksum, other), 400, 'another body');
    assert.equal(await put(url, digest, other), 403, 'another body with its own checksum');
    assert.equal(await put(url, null, other), 403, 'without a checksum');
    assert.equal(await put(url, checksum, Buffer.concat([BODY, BODY])), 403, 'another size');
    await assert.rejects(uploads.get(KEY, BODY.length), { code: 'UPLOAD_MISSING' });
  });

  test(`${name}: an address is for one key`, async () => {
    const { uploads, put } = await setUp();
    const { url, checksum } = await uploads.address(KEY, content, 60);
    assert.equal(await put(url.replace('cap-1', 'cap-2'), checksum, BODY), 403);
  });

  test(`${name}: what has another size than expected is damaged`, async () => {
    const { uploads, put } = await setUp();
    const { url, checksum } = await uploads.address(KEY, content, 60);
    await put(url, checksum, BODY);
    await assert.rejects(uploads.get(KEY, BODY.length + 1), { code: 'CAPTURE_DAMAGED', retry: 'later' });
  });

  test(`${name}: nothing is signed, read or removed for somebody who has gone`, async () => {
    const { uploads, put } = await setUp();
    const { url, checksum } = await uploads.address(KEY, content, 60);
    await put(url, checksum, BODY);
    await refusesTheGone({
      address: (signal) => uploads.address(KEY, content, 60, signal),
      get: (signal) => uploads.get(KEY, BODY.length, signal),
      remove: (signal) => uploads.remove(KEY, signal),
    });
    assert.deepEqual(Buffer.from(await uploads.get(KEY, BODY.length)), BODY);
  });
}
