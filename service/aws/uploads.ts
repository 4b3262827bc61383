import { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { UploadsPort } from '../incidents/ports.ts';
import { AppError } from '../shared/errors.ts';
import { callAws } from './call.ts';
import { awsErrorName } from './errors.ts';

const CHECKSUM = 'x-amz-checksum-sha256';

/**
 * `UploadsPort` over a bucket of S3. An address is signed for method, key, size and SHA-256: S3 refuses any other
 * content. The checksum stays a header, as S3 does not look for it in the query, to which the SDK would move it.
 */
export function createUploads(s3: S3Client, bucket: string, ms?: number): UploadsPort {
  return {
    async address(key, { bytes, sha256 }, validSeconds, signal) {
      const checksum = Buffer.from(sha256, 'hex').toString('base64');
      const put = new PutObjectCommand({ Bucket: bucket, Key: key, ContentLength: bytes, ChecksumSHA256: checksum });
      // No request of S3's, but the credentials may come from afar.
      const call = { code: 'S3_SIGN_FAILED', doing: `Signing an upload to ${bucket}`, api: 'PutObject', ms, signal };
      const url = await callAws(call, () =>
        getSignedUrl(s3, put, { expiresIn: validSeconds, unhoistableHeaders: new Set([CHECKSUM]) }),
      );
      return { url, checksum };
    },
    get(key, bytes, signal) {
      const doing = `Reading ${key} from ${bucket}`;
      const meaning = (cause: unknown) =>
        awsErrorName(cause) === 'NoSuchKey'
          ? new AppError('UPLOAD_MISSING', `There is no ${key} in ${bucket}.`, { cause, retry: 'later' })
          : undefined;
      return callAws({ code: 'S3_GET_FAILED', doing, api: 'GetObject', meaning, ms, signal }, async (sending) => {
        const { Body, ContentLength } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), sending);
        if (Body !== undefined && ContentLength === bytes) return await Body.transformToByteArray();
        // Of any length: it is not read, and what the SDK finds wrong with it concerns nobody.
        if (Body instanceof Readable) Body.on('error', () => undefined).destroy();
        throw new AppError('CAPTURE_DAMAGED', `${key} in ${bucket} has ${ContentLength} bytes, not ${bytes}.`, {
          retry: 'later',
        });
      });
    },
    async remove(key, signal) {
      const doing = `Removing ${key} from ${bucket}`;
      await callAws({ code: 'S3_DELETE_FAILED', doing, api: 'DeleteObject', ms, signal }, (sending) =>
        s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), sending),
      );
    },
  };
}
