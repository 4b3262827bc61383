import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { UploadsPort } from '../incidents/ports.ts';
import { AppError } from '../shared/errors.ts';
import { awsError, awsErrorName } from './errors.ts';

const CHECKSUM = 'x-amz-checksum-sha256';

/**
 * `UploadsPort` over a bucket of S3. An address is signed for method, key, size and SHA-256: S3 refuses any other
 * content. The checksum stays a header, as S3 does not look for it in the query, to which the SDK would move it.
 */
export function createUploads(s3: S3Client, bucket: string): UploadsPort {
  return {
    async address(key, { bytes, sha256 }, validSeconds) {
      const checksum = Buffer.from(sha256, 'hex').toString('base64');
      const put = new PutObjectCommand({ Bucket: bucket, Key: key, ContentLength: bytes, ChecksumSHA256: checksum });
      try {
        const url = await getSignedUrl(s3, put, {
          expiresIn: validSeconds,
          unhoistableHeaders: new Set([CHECKSUM]),
        });
        return { url, checksum };
      } catch (cause) {
        throw awsError('S3_SIGN_FAILED', `Signing an upload to ${bucket}`, cause);
      }
    },
    async get(key, bytes) {
      try {
        const { Body, ContentLength } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        if (Body === undefined || ContentLength !== bytes) {
          throw new AppError('CAPTURE_DAMAGED', `${key} in ${bucket} has ${ContentLength} bytes, not ${bytes}.`, {
            retry: 'later',
          });
        }
        return await Body.transformToByteArray();
      } catch (cause) {
        if (cause instanceof AppError) throw cause;
        if (awsErrorName(cause) === 'NoSuchKey') {
          throw new AppError('UPLOAD_MISSING', `There is no ${key} in ${bucket}.`, { cause, retry: 'later' });
        }
        throw awsError('S3_GET_FAILED', `Reading ${key} from ${bucket}`, cause);
      }
    },
    async remove(key) {
      try {
        await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      } catch (cause) {
        throw awsError('S3_DELETE_FAILED', `Removing ${key} from ${bucket}`, cause);
      }
    },
  };
}
